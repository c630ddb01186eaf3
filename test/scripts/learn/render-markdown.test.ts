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
  ['shows where a link goes', 'see [docs](http://x.y)', 'see docs (http://x.y)'],
  ['shows a bare link once', '<http://localhost:30000/>', 'http://localhost:30000/'],
  [
    'marks and indents list items',
    '- one\n- two two two two two two two two two two',
    '- one\n- two two two two two two two two two\n  two',
  ],
  ['counts ordered lists from their start', '3. a\n4. b', '3. a\n4. b'],
  ['indents code blocks', '```text\na\n  b\n```', '    a\n      b'],
  ['aligns tables', '| a | bb |\n|---|---|\n| ccc | d |', 'a    bb\nccc  d'],
])('%s', (_, markdown, expected) => {
  expect(render(markdown)).toBe(expected);
});

it('uses colour only when asked', () => {
  const [plain, coloured] = [false, true].map((color) =>
    renderMarkdown(parseMarkdown('**bold**').children, { width: 40, color }),
  );
  expect([plain, coloured]).toEqual(['bold', '\u001B[1mbold\u001B[22m']);
});
