import { describe, expect, it } from 'vitest';
import type { CheckContext, CheckResult } from '../../../scripts/lab/checks/check.ts';
import type { Block, Lab, Step } from '../../../scripts/lab/format/lab.ts';
import { learn, type LearnOutcome } from '../../../scripts/learn/learn.ts';

const at = { file: 'README.md', line: 1, column: 1 };

/** Everything that happens to a learner who gives these answers, in order. */
async function learned(
  blocks: (done: readonly string[]) => readonly Block[],
  answers: readonly string[],
  interactive = true,
): Promise<{ outcome: LearnOutcome; happened: readonly string[] }> {
  const happened: string[] = [];
  const step: Step = { id: 'one', title: 'One', at, blocks: blocks(happened) };
  const lab: Lab = {
    lab: 1,
    title: 'Lab',
    summary: 'A lab',
    minutes: 1,
    apps: [],
    engines: [],
    namespaces: [],
    id: '01-lab',
    file: 'labs/01-lab/README.md',
    folder: 'labs/01-lab',
    intro: [],
    steps: [step],
  };
  const left = [...answers];
  const outcome = await learn({
    lab,
    ui: {
      interactive,
      color: false,
      width: 80,
      print: () => undefined,
      write: () => undefined,
      ask: async (question, choices) => {
        const answer = interactive ? left.shift() : choices[0].value;
        happened.push(`${question} ${String(answer)}`);
        const choice = choices.find(({ value }) => value === answer);
        if (choice === undefined) throw new Error(`"${question}" does not offer ${String(answer)}`);
        return Promise.resolve(choice.value);
      },
    },
    shell: {
      run: async (text) => {
        happened.push(`$ ${text}`);
        return Promise.resolve({
          exitCode: 0,
          output: '',
          droppedBytes: 0,
          durationMs: 0,
        });
      },
    },
    context: { signal: new AbortController().signal } as CheckContext,
    progress: { done: [], startedAt: 0 },
    saveProgress: ({ done }) => happened.push(`done: ${done.join(', ')}`),
    signal: new AbortController().signal,
  });
  return { outcome, happened };
}

const command = (text: string) => ({ kind: 'command', text, at, exit: 0, timeoutMs: 1_000 }) as const;
const solution: Block = { kind: 'solution', at, blocks: [command('solve')] };

/** Green once the solution has run. */
function check(happened: readonly string[]): Block {
  const run = async (): Promise<CheckResult> => {
    const status = happened.includes('$ solve') ? 'pass' : 'fail';
    (happened as string[]).push(`check: ${status}`);
    const result = { status, title: 'It', observed: '', expected: '', evidence: [] } as const;
    return Promise.resolve({ ...result, command: '', durationMs: 0 });
  };
  return {
    kind: 'check',
    id: 'it',
    title: 'It',
    at,
    body: [],
    check: { title: 'It', kind: 'command', invariant: false, aim: { kind: 'command', line: 'true' }, run },
  };
}

describe('a step that is a task', () => {
  it('is checked when the learner says so, and offers its solution', async () => {
    const { outcome, happened } = await learned((done) => [check(done), solution], ['check', 'solve', 'run']);
    expect(happened).toEqual([
      'Your turn. What next? check',
      'check: fail',
      'What next? solve',
      'Run it? run',
      '$ solve',
      'check: pass',
      'done: one',
    ]);
    expect(outcome).toBe('done');
  });

  it('can be solved without a try', async () => {
    const { happened } = await learned((done) => [check(done), solution], ['solve', 'run']);
    expect(happened).toEqual([
      'Your turn. What next? solve',
      'Run it? run',
      '$ solve',
      'check: pass',
      'done: one',
    ]);
  });

  it('is left where it is', async () => {
    const { outcome, happened } = await learned((done) => [check(done), solution], ['quit']);
    expect([outcome, happened]).toEqual(['quit', ['Your turn. What next? quit']]);
  });

  it('is solved where nobody can answer', async () => {
    const { outcome, happened } = await learned((done) => [check(done), solution], [], false);
    expect([outcome, happened]).toEqual(['done', ['Run it? run', '$ solve', 'check: pass', 'done: one']]);
  });
});

it('a step without a task is checked right after its commands', async () => {
  const { happened } = await learned((done) => [command('solve'), check(done)], ['run']);
  expect(happened).toEqual(['Run it? run', '$ solve', 'check: pass', 'done: one']);
});
