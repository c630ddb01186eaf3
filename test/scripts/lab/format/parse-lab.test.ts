import { readFileSync } from 'node:fs';
import { toString } from 'mdast-util-to-string';
import { describe, expect, it } from 'vitest';
import { checksOf, commandsOf, isTask, type Lab } from '../../../../scripts/lab/format/lab.ts';
import { contextOf, file, matter, parse, problemsOf, step } from './sample.ts';
import { parseLab } from '../../../../scripts/lab/format/parse-lab.ts';

const folder = 'test/fixtures/labs/good/01-everything';
const text = readFileSync(`${folder}/README.md`, 'utf8');
const context = contextOf({ [`${folder}/rule.yaml`]: 'kind: Rule\n' });

function everything(source = text): Lab {
  const { lab, problems } = parseLab(`${folder}/README.md`, source, context);
  expect(problems).toEqual([]);
  if (lab === undefined) throw new Error('no lab');
  return lab;
}

const at = (line: number, column = 1): unknown => ({ file: `${folder}/README.md`, line, column });

describe('a lab', () => {
  it('has its front matter, with defaults', () => {
    expect(everything()).toMatchObject({
      lab: 1,
      title: 'Everything',
      minutes: 5,
      apps: ['catalog'],
      engines: ['sandbox', 'kind'],
      namespaces: ['shop'],
      id: '01-everything',
      folder,
    });
    expect(parse(matter.replace('apps: [catalog]\n', '') + step).lab).toMatchObject({
      apps: [],
      engines: ['kind', 'sandbox', 'cluster'],
      namespaces: [],
    });
  });

  it('has an introduction with notes and skipped fences', () => {
    const { intro } = everything();
    expect(intro.map(({ kind }) => kind)).toEqual(['prose', 'notes']);
    expect(intro[0]).toMatchObject({ nodes: [{ type: 'paragraph' }, { type: 'code', lang: 'json' }] });
  });

  it('has its steps in order, named as GitHub names their headings', () => {
    expect(everything().steps.map(({ id, title, at: { line } }) => [id, title, line])).toEqual([
      ['run-commands', 'Run commands', 25],
      ['now-you', 'Now you', 75],
      ['look-back', 'Look back', 103],
    ]);
  });

  it('has every block of a step in the order of the text', () => {
    expect(everything().steps.map(({ blocks }) => blocks.map(({ kind }) => kind))).toEqual([
      ['prose', 'command', 'prose', 'command', 'prose', 'command', 'check', 'hint', 'aside'],
      ['manifest', 'check', 'solution'],
      ['prose'],
    ]);
  });

  it('has commands exactly as printed, with their attributes, outputs and places', () => {
    const [first] = everything().steps;
    expect(first === undefined ? [] : commandsOf(first)).toEqual([
      {
        kind: 'command',
        text: 'echo one\necho two',
        at: at(29),
        exit: 0,
        timeoutMs: 120_000,
        expected: {
          mode: 'same',
          text: 'one\ntwo',
          at: at(34),
          start: text.indexOf('one\ntwo\n```'),
          end: text.indexOf('```\n\nThen'),
        },
      },
      expect.objectContaining({
        text: 'ls nowhere',
        exit: 'nonzero',
        timeoutMs: 5000,
        expected: expect.objectContaining({ mode: 'contains', text: '<any> No such file or directory' }),
      }),
      {
        kind: 'command',
        text: 'exit_code=3; (exit $exit_code)',
        at: at(54),
        exit: 3,
        timeoutMs: 120_000,
        withinMs: 1500,
      },
    ]);
  });

  it('knows where the shown output stands in the file', () => {
    const outputs = everything()
      .steps.flatMap(commandsOf)
      .flatMap(({ expected }) => expected ?? []);
    expect(outputs.map(({ start, end }) => text.slice(start, end))).toEqual([
      'one\ntwo\n',
      '<any> No such file or directory\n',
      'kind: <any>\n',
    ]);
  });

  it('has checks with the title of their summary, and the words around them', () => {
    const [first, second] = everything().steps.flatMap(checksOf);
    expect(first).toMatchObject({
      id: 'it-is-green',
      title: 'it is green',
      at: at(58),
      check: { title: 'it is green' },
    });
    expect(first?.body.map((node) => toString(node))).toEqual(['What the check shows.']);
    expect(second?.title).toBe('the rule is there');
  });

  it('has the details GitHub shows on one line or on many', () => {
    const blocks = everything().steps[0]?.blocks ?? [];
    expect(blocks.filter(({ kind }) => kind === 'hint' || kind === 'aside')).toMatchObject([
      {
        kind: 'hint',
        title: 'Hint: look up',
        at: at(67),
        body: [{ type: 'paragraph', children: [{ value: 'Read it again.' }] }],
      },
      { kind: 'aside', title: 'Why & how', at: at(68) },
    ]);
  });

  it('runs the commands of a solution as those of its step, which is a task', () => {
    const steps = everything().steps;
    expect(steps.map(isTask)).toEqual([false, true, false]);
    expect(steps[1] === undefined ? [] : commandsOf(steps[1])).toMatchObject([
      { expected: { mode: 'like' } },
    ]);
  });

  it('is the same with line ends of Windows', () => {
    const lab = everything(text.replaceAll('\n', '\r\n'));
    const texts = (of: Lab): readonly string[] => of.steps.flatMap(commandsOf).map((command) => command.text);
    expect(texts(lab)).toEqual(texts(everything()));
    expect(lab.steps.map(({ at: place }) => place)).toEqual(everything().steps.map(({ at: place }) => place));
  });
});

describe('fences', () => {
  it('take values in quotes, and ~~~ as well as ```', () => {
    const { lab } = parse(`${matter}\n## A\n\n~~~sh timeout="2m" exit="nonzero"\nfalse\n~~~\n`);
    expect(lab?.steps[0]?.blocks).toMatchObject([{ timeoutMs: 120_000, exit: 'nonzero', text: 'false' }]);
  });

  it('may be indented under nothing', () => {
    const { lab } = parse(`${matter}\n## A\n\n  \`\`\`sh\n  if true; then\n    true\n  fi\n  \`\`\`\n`);
    expect(lab?.steps[0]?.blocks).toMatchObject([
      { text: 'if true; then\n  true\nfi', at: { line: 12, column: 3 } },
    ]);
  });

  it('may show that they hold nothing', () => {
    const { lab } = parse(`${matter}\n## A\n\n\`\`\`sh\ntrue\n\`\`\`\n\`\`\`text expect=same\n\`\`\`\n`);
    expect(lab?.steps[0]?.blocks).toMatchObject([{ expected: { text: '' } }]);
  });
});

describe('problems', () => {
  it('are all reported, in the order of the text', () => {
    const broken = `${matter}${step}\n## Two\n\n\`\`\`bash\nx\n\`\`\`\n\n\`\`\`sh exit=x\nx\n\`\`\`\n\n<details>\n`;
    expect(problemsOf(broken).map((problem) => /^\d+/.exec(problem)?.[0])).toEqual(['18', '22', '26', '26']);
  });

  it('say file, line and column', () => {
    const [problem] = parse(`${matter}\n## A\n\n\`\`\`sh exit=x\ntrue\n\`\`\`\n`).problems;
    expect(problem).toMatchObject({ file, line: 12, column: 7, rule: 'bad-value' });
  });
});
