import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandsOf } from '../../../../scripts/lab/format/lab.ts';
import { matter, parse } from './sample.ts';
import { runs as times } from '../../../support/properties.ts';

// Pieces a step can be made of, with the commands each one adds.
interface Piece {
  readonly text: string;
  readonly runs: readonly string[];
  readonly skips: number;
}

const command = fc
  .array(fc.stringMatching(/^[a-z"'$|; \\<>#-]{0,12}$/), { minLength: 1, maxLength: 3 })
  .map((lines) => lines.join('\n'))
  .filter((text) => text.trim() !== '');

const fence = (info: string, text: string): string => `\`\`\`${info}\n${text}\n\`\`\`\n\n`;

const running = fc
  .tuple(command, fc.constantFrom('', ' exit=nonzero', ' exit=3 timeout=5s', ' within=2s'), fc.boolean())
  .map(([text, info, shows]) => ({
    text: fence(`sh${info}`, text) + (shows ? fence('text expect=same', 'out') : ''),
    runs: [text],
    skips: 0,
  }));

const skipped = command.map((text) => ({
  text: fence('sh skip="only to be read"', text),
  runs: [],
  skips: 1,
}));

const solution = fc.array(running, { minLength: 1, maxLength: 2 }).map((pieces) => ({
  text: `<details><summary>Solution</summary>\n\n${pieces.map(({ text }) => text).join('')}</details>\n\n`,
  runs: pieces.flatMap(({ runs }) => runs),
  skips: 0,
}));

const other = fc
  .constantFrom(
    'Words with `code` and **weight**.\n\n',
    '- a list\n- of two\n\n',
    '### A heading\n\n',
    '> a quote\n\n',
    '| a | b |\n| - | - |\n| c | d |\n\n',
    '<details><summary>Hint</summary>\n\nLook.\n\n</details>\n\n',
    '<!-- a remark -->\n\n',
  )
  .map((text) => ({ text, runs: [], skips: 0 }));

const piece: fc.Arbitrary<Piece> = fc.oneof(running, skipped, solution, other);

const steps = fc.array(fc.array(piece, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 });

const write = (pieces: readonly (readonly Piece[])[]): string =>
  matter +
  pieces.map((of, index) => `\n## Step ${index}\n\nDo.\n\n${of.map(({ text }) => text).join('')}`).join('');

describe('every command of a lab', () => {
  it('is run as printed and in order, or skipped with a reason', () => {
    fc.assert(
      fc.property(steps, (pieces) => {
        const { lab, problems } = parse(write(pieces));
        expect(problems).toEqual([]);
        const all = pieces.flat();
        const found = lab?.steps.flatMap(commandsOf).map(({ text }) => text);
        expect(found).toEqual(all.flatMap(({ runs }) => runs));
        const skips = lab?.steps.flatMap(({ blocks }) => blocks.filter(({ kind }) => kind === 'skipped'));
        expect(skips).toHaveLength(all.reduce((sum, { skips: count }) => sum + count, 0));
      }),
      { numRuns: times(60) },
    );
  });

  it('is found, or a problem says so, wherever its fence stands', () => {
    const wrap = fc.constantFrom<(text: string) => string>(
      (text) => text,
      (text) => `> ${text.replaceAll('\n', '\n> ')}`,
      (text) => `* ${text.replaceAll('\n', '\n  ')}`,
      (text) => `<div>\n${text}</div>`,
      (text) => `<!--\n${text}-->`,
      (text) => `<details><summary>Hint</summary>\n\n${text}\n</details>`,
      (text) => `<details><summary>Solution</summary>\n${text}\n</details>`,
      (text) => `<details><summary>Solution</summary>\n\n${text}`,
      (text) => `<pre>\n${text}</pre>`,
      (text) => `<script>\n${text}</script>`,
      (text) => `<textarea>\n${text}</textarea>`,
      (text) => `<?php\n${text}?>`,
      (text) => `<!X\n${text}>`,
      (text) => `<![CDATA[\n${text}]]>`,
      (text) => `[^1]: note\n\n    ${text.replaceAll('\n', '\n    ')}`,
      (text) => `    ${text.replaceAll('\n', '\n    ')}`,
      (text) => `para\n${text}`,
    );
    fc.assert(
      fc.property(wrap, (around) => {
        const { lab, problems } = parse(`${matter}\n## Step\n\nDo.\n\n${around('```sh\ntrue\n```\n')}\n`);
        expect(problems.length > 0 || lab?.steps.flatMap(commandsOf).length === 1).toBe(true);
      }),
      { numRuns: times(40) },
    );
  });
});

const scrap = fc.oneof(
  fc.constantFrom(
    '---\n',
    '# ',
    '## ',
    '```',
    '```sh',
    '```yaml check\n',
    '~~~',
    '<details>',
    '</details>',
    '<summary>',
  ),
  fc.constantFrom(
    '<!--',
    '-->',
    '<',
    '>',
    '> ',
    '- ',
    '    ',
    '\n',
    '\n\n',
    '\r\n',
    '\t',
    ' exit=',
    '"',
    '|',
    '[^1]: ',
    '\0',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom(matter, 'text expect=like\n', '<pod', 'lab: 3\n', '\uFEFF', 'Check: x'),
);

describe('any text at all', () => {
  it('is a lab or a list of problems inside the text', () => {
    fc.assert(
      fc.property(
        fc.array(scrap, { maxLength: 40 }).map((pieces) => pieces.join('')),
        (text) => {
          const { lab, problems } = parse(text);
          expect(lab === undefined).toBe(problems.length > 0);
          const lines = text.split('\n');
          for (const { line, column, message } of problems) {
            expect(line).toBeLessThanOrEqual(Math.max(1, lines.length));
            expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
            expect(Math.min(line, column)).toBeGreaterThanOrEqual(1);
            expect(message).not.toBe('');
          }
        },
      ),
      { numRuns: times(400) },
    );
  });
});
