// Steps that are taken for a learner: as fast as they go, or the one they are at.

import { describe, expect, it } from 'vitest';
import { findStep } from '../../../../scripts/lab/run/find-step.ts';
import { replayStep } from '../../../../scripts/lab/run/replay.ts';
import { solveStep } from '../../../../scripts/lab/run/solve-step.ts';
import { check, labOf, openStage, sh, shows, type Stage } from './stage.ts';

const replay = async (stage: Stage, step: string): Promise<void> => {
  const lab = labOf(stage, step);
  for (const each of lab.steps) await replayStep(lab, each, stage.context);
};

const solution = (command: string): string =>
  `<details><summary>Solution</summary>\n\n${sh(command)}\n\n</details>`;

const looked = ({ events }: Stage): readonly string[] =>
  events.flatMap((event) => (event.kind === 'check-start' ? [event.title] : []));

describe('a step that is replayed', () => {
  it('runs its commands, those of its solution too, and none that only looks', async () => {
    const stage = openStage();
    await replay(stage, [sh('make'), sh('look', ' within=10s'), solution('solve')].join('\n\n'));
    expect(stage.ran).toEqual(['make', 'solve']);
  });

  it('takes any output', async () => {
    const stage = openStage({ make: [{ output: 'other\n' }] });
    await replay(stage, `${sh('make')}\n${shows('made')}`);
    expect(stage.ran).toEqual(['make']);
  });

  it('awaits the checks that the next step may build on, and not those that count requests', async () => {
    const stage = openStage();
    const checks = [check('it is made', 'after: make'), check('half fail', 'counting, always: red')];
    await replay(stage, [sh('make'), ...checks].join('\n\n'));
    expect(looked(stage)).toEqual(['it is made']);
  });

  it.each([
    [
      'a command that fails',
      sh('make'),
      /: It ended with exit code 1, expected 0 \(labs\/03-retries\/README/,
    ],
    [
      'a check that is red',
      `${sh('true')}\n\n${check('it is there', 'always: red')}`,
      /: "it is there" is red$/,
    ],
  ])('ends with %s, by name', async (_, step, why) => {
    const stage = openStage({ make: [{ exitCode: 1, output: 'no\n' }] });
    await expect(replay(stage, step)).rejects.toMatchObject({
      message: expect.stringMatching(/^Lab 3 does not get past the step "Step 1"/) as string,
      hint: 'npm run lab 3 verify shows whether the lab works here at all',
    });
    await expect(replay(stage, step)).rejects.toThrow(why);
  });
});

describe('a step that is solved', () => {
  it.each([
    ['green whatever a command said, which somebody may have run before', 'after: make', true],
    ['not solved while a check is red', 'always: red', false],
  ])('is %s', async (_, yaml, solved) => {
    const stage = openStage({ make: [{ exitCode: 1, output: 'it exists already\n' }] });
    const [step] = labOf(stage, [sh('make'), solution('solve'), check('it', yaml)].join('\n\n')).steps;
    if (step === undefined) throw new Error('there is one step');
    expect(await solveStep(step, { index: 1, count: 1 }, stage.context)).toBe(solved);
    expect(stage.ran).toEqual(['make', 'solve']);
  });
});

describe('the name of a step', () => {
  const lab = labOf(openStage(), 'Words.', 'Words.', 'Words.');

  it.each([
    ['2', 1],
    ['step-3', 2],
  ])('is its number or its id: %s', (text, index) => {
    expect(findStep(lab, text)).toBe(index);
  });

  it.each(['0', '4', '-1', '1.0', '', 'step', 'constructor'])('is refused with the choices: "%s"', (text) => {
    expect(() => findStep(lab, text)).toThrow(
      `Lab 3 has no step "${text}"; its steps are 1 step-1, 2 step-2, 3 step-3`,
    );
  });
});
