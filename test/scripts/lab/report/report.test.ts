import * as fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { renderJson } from '../../../../scripts/lab/report/json.ts';
import { renderJunit } from '../../../../scripts/lab/report/junit.ts';
import { plainRenderer } from '../../../../scripts/lab/report/plain.ts';
import { runs } from '../../../support/properties.ts';
import type { LabReport } from '../../../../scripts/lab/run/report.ts';
import { runLab } from '../../../../scripts/lab/run/run-lab.ts';
import { check, labOf, openStage, sh, shows, type Answers, type Stage } from '../run/stage.ts';

const steps = [
  `${sh('make\nmore')}\n${shows('made')}\n\n${check('it is "made" &amp; &lt;there>', 'always: red')}`,
  sh('later'),
];

async function run(answers: Answers, ...of: readonly string[]): Promise<{ stage: Stage; report: LabReport }> {
  const stage = openStage(answers);
  return { stage, report: await runLab(labOf(stage, ...of), { redFirst: true }, stage.context) };
}

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
}

/** The elements of a document in order. Throws for what is not well-formed XML 1.0. */
function readXml(xml: string): readonly Element[] {
  const elements: Element[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    elements.push({ name, attributes, text: '' });
  });
  parser.on('text', (text) => {
    const last = elements.at(-1);
    if (last !== undefined) last.text += text;
  });
  parser.write(xml).close();
  return elements;
}

describe('JUnit', () => {
  it('has a suite per lab and a case per command and check, with what was seen', async () => {
    const { report } = await run({ 'make\nmore': [{ output: 'made\n' }] }, ...steps);
    const elements = readXml(renderJunit([report]));
    expect(
      elements.map(({ name, attributes }) => [name, attributes['name'] ?? attributes['message']]),
    ).toEqual([
      ['testsuites', 'labs'],
      ['testsuite', '03-retries: Retries'],
      ['testcase', 'make (line 12)'],
      ['system-out', undefined],
      ['testcase', 'Check: it is "made" & <there>'],
      ['failure', 'it is not there'],
      ['testcase', 'Step 2'],
      ['skipped', 'an earlier step failed'],
    ]);
    expect(elements[1]?.attributes).toMatchObject({ tests: '3', failures: '1', errors: '0', skipped: '1' });
    expect(elements[3]?.text.trim()).toBe('$ make\nmore\nmade');
    expect(elements[5]?.text).toContain('observed: nothing\nexpected: that it is there\nby hand:  curl it');
  });

  it('has the difference of an output, and skips the checks behind it', async () => {
    const { report } = await run({ 'make\nmore': [{ output: 'lost' }] }, ...steps);
    const elements = readXml(renderJunit([report]));
    expect(elements.find(({ name }) => name === 'failure')).toMatchObject({
      attributes: { message: 'It printed something else than the lab shows', type: 'command' },
      text: 'labs/03-retries/README.md:12:1\n- made\n+ lost',
    });
    expect(elements[1]?.attributes).toMatchObject({ tests: '3', failures: '1', skipped: '2' });
  });

  it('says of a check that was green too soon that it was', async () => {
    const { report } = await run({}, `${sh('make')}\n\n${check('a', 'always: green')}`);
    const failure = readXml(renderJunit([report])).find(({ name }) => name === 'failure');
    expect(failure?.attributes['message']).toBe("green before the step's commands have run");
  });

  it('is well-formed whatever a command prints', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 });
    const odd = fc.constantFrom(
      '\u0000',
      '\u001B[31m',
      ']]>',
      '\uFFFF',
      '\uD800',
      '<&>"',
      '\r\n',
      '\uFEFF',
      '👋',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(text, odd), { maxLength: 5 }).map((parts) => parts.join('')),
        async (output) => {
          const { report } = await run({ make: [{ output, exitCode: 1 }] }, sh('make'));
          const [, suite] = readXml(renderJunit([{ ...report, lab: { ...report.lab, title: output } }]));
          expect(suite?.attributes['failures']).toBe('1');
        },
      ),
      { numRuns: runs(60) },
    );
  });

  it('has U+FFFD for what XML cannot hold', async () => {
    const { report } = await run({ make: [{ output: 'a\0b\u001B[31mc\uD800d\uFFFFe' }] }, sh('make'));
    const printed = readXml(renderJunit([report])).find(({ name }) => name === 'system-out');
    expect(printed?.text).toContain('a\uFFFDb\uFFFD[31mc\uFFFDd\uFFFDe');
  });

  it('keeps text as it was, line ends of attributes too', async () => {
    const { report } = await run({ make: [{ output: 'a\r\n\tb < c & "d" ]]>\n' }] }, sh('make'));
    const elements = readXml(renderJunit([{ ...report, lab: { ...report.lab, title: 'x\n\ty' } }]));
    expect(elements[1]?.attributes['name']).toBe('03-retries: x\n\ty');
    expect(elements.find(({ name }) => name === 'system-out')?.text).toContain('a\r\n\tb < c & "d" ]]>\n');
  });
});

describe('JSON', () => {
  it('is the reports and whether all passed', async () => {
    const { report: red } = await run({ make: [{ exitCode: 1 }] }, sh('make'));
    const { report: green } = await run({}, sh('make'));
    expect(JSON.parse(renderJson([green, red]))).toEqual({
      status: 'failed',
      labs: JSON.parse(JSON.stringify([green, red])),
    });
    expect(JSON.parse(renderJson([green]))).toMatchObject({ status: 'passed' });
  });
});

describe('plain text', () => {
  const shown = ({ events }: Stage): string => events.map(plainRenderer()).join('');

  it('shows a lab that passes', async () => {
    const { stage } = await run(
      { make: [{ output: 'made' }] },
      `${sh('make \\\n  all')}\n\n${sh('make')}\n\n${check('it is made', 'after: make')}`,
    );
    expect(shown(stage)).toBe(
      `Lab 3: Retries (one step)

Step 1 of 1: Step 1
$ make \\
>   all
$ make
made
✔ it is made: it is there (0.0 s)

✔ Lab 3 passed: one step in 0.0 s
`,
    );
  });

  it('shows where and why a lab fails, and what to do', async () => {
    const { stage } = await run({ make: [{ output: 'lost\n' }] }, `${sh('make')}\n${shows('made')}`);
    expect(shown(stage)).toContain(
      `✖ It printed something else than the lab shows (labs/03-retries/README.md:12:1)
  - made
  + lost

✖ Lab 3 failed at labs/03-retries/README.md:12:1: It printed something else than the lab shows
`,
    );
    const red = await run({}, `${sh('make')}\n\n${check('a', 'always: red')}`);
    expect(shown(red.stage)).toContain('✖ a: it is not there\n  observed: nothing\n');
    expect(shown(red.stage)).toContain('\nNext: make it\n');
  });

  it('says that a fresh shell goes on', async () => {
    const { stage } = await run({ exit: [{ output: 'bye', shellEnded: 'exit' }] }, sh('exit'));
    expect(shown(stage)).toContain('bye\n! The command ended its shell: a fresh one goes on');
  });
});
