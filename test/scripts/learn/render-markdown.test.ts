import { expect, it } from 'vitest';
import { parseMarkdown } from '../../../scripts/lab/format/markdown.ts';
import { renderMarkdown } from '../../../scripts/learn/render-markdown.ts';

const render = (text: string, width = 40): string =>
  renderMarkdown(parseMarkdown(text).children, { width, color: false });

it.each([
  [
    'joins and wraps the lines of a paragraph',
    'one two three\nfour five six seven eight nine',
    'one two three four five six seven eight\nnine',
  ],
  ['shows code as it is typed', 'run `kubectl get pods`', 'run `kubectl get pods`'],
  [
    'keeps code that fits a line in one piece, to be copied',
    'change the rule in place with `kubectl edit\nvirtualservice`, or',
    'change the rule in place with\n`kubectl edit virtualservice`, or',
  ],
  [
    'breaks code that is longer than a line where it must',
    'run `kubectl -n istioinaction edit virtualservice catalog`',
    'run `kubectl -n istioinaction edit\nvirtualservice catalog`',
  ],
  ['shows where a link goes', 'see [docs](http://x.y)', 'see docs (http://x.y)'],
  ['shows a bare link once', '<http://localhost:30000/>', 'http://localhost:30000/'],
  [
    'marks and indents list items',
    '- one\n- two two two two two two two two two two',
    '- one\n- two two two two two two two two two\n  two',
  ],
  ['counts ordered lists from their start', '3. a\n4. b', '3. a\n4. b'],
  ['indents code blocks', '```text\na\n  b\n```', '    a\n      b'],
  [
    'shows a table side by side as long as its words fit',
    '| rule | what it does with a request |\n|-|-|\n| retries | asks again, up to three times |\n| timeout | no more |',
    'rule     what it does with a request\nretries  asks again, up to three times\ntimeout  no more',
  ],
  [
    'wraps the cells of a table that is wider than the terminal',
    '| rule | what it does with a request | since |\n|-|-|-|\n| retries | asks again, up to three times | 1.1 |\n| 확장 | 확장한다 | 2 |',
    'rule     what it does with a       since\n         request\nretries  asks again, up to three   1.1\n         times\n확장     확장한다                  2',
  ],
  [
    'makes a list of a table that cannot be made narrow enough',
    '| prefix | goes on as |\n|-|-|\n| /a-long/path/that/has/no/blanks | /another/one/without/a/blank/in/it |',
    '- prefix:\n  /a-long/path/that/has/no/blanks\n  goes on as:\n    /another/one/without/a/blank/in/it',
  ],
  ['aligns tables', '| a | bb |\n|---|---|\n| ccc | d |', 'a    bb\nccc  d'],
])('%s', (_, markdown, expected) => {
  expect(render(markdown)).toBe(expected);
});

it('makes a list of a wide table where it is read aloud, and leaves a narrow one', () => {
  const table = (last: string): string => `| rule | does |\n|-|-|\n| retries | ${last} |`;
  const aloud = (text: string): string =>
    renderMarkdown(parseMarkdown(text).children, { width: 24, color: false, aloud: true });
  expect(aloud(table('ask'))).toBe('rule     does\nretries  ask');
  expect(aloud(table('asks again and again'))).toBe('- rule: retries\n  does: asks again and\n    again');
});

it('uses colour only when asked', () => {
  const [plain, coloured] = [false, true].map((color) =>
    renderMarkdown(parseMarkdown('**bold**').children, { width: 40, color }),
  );
  expect([plain, coloured]).toEqual(['bold', '\u001B[1mbold\u001B[22m']);
});
