import { describe, expect, it } from 'vitest';
import type { LabReport } from '../../../../scripts/lab/run/report.ts';
import type { RunContext } from '../../../../scripts/lab/run/context.ts';
import { runLab } from '../../../../scripts/lab/run/run-lab.ts';
import { settled } from '../../../support/manual-clock.ts';
import { check, labOf, openStage, sh, shows, type Stage } from './stage.ts';

const verify = async (stage: Stage, ...steps: readonly string[]): Promise<LabReport> =>
  runLab(labOf(stage, ...steps), { redFirst: true }, stage.context);

const kinds = ({ events }: Stage): readonly string[] => events.map(({ kind }) => kind);

describe('a lab in which all is as written', () => {
  it('passes, step by step, commands before checks', async () => {
    const stage = openStage({ make: [{ output: 'made\n' }] });
    const report = await verify(
      stage,
      `${sh('make')}\n${shows('made')}\n\n${check('it is made', 'after: make')}`,
      'Words.',
    );
    expect(report).toMatchObject({
      status: 'passed',
      lab: { number: 3, id: '03-retries', title: 'Retries', file: 'labs/03-retries/README.md' },
      startedAt: '2025-04-01T10:00:00Z',
      steps: [
        {
          id: 'step-1',
          status: 'passed',
          commands: [{ text: 'make', status: 'passed', exitCode: 0, output: 'made\n', tries: 1 }],
          checks: [
            { id: 'it-is-made', status: 'passed', before: { status: 'fail' }, after: { status: 'pass' } },
          ],
        },
        { id: 'step-2', status: 'passed', commands: [], checks: [] },
      ],
    });
    expect(report).not.toHaveProperty('failure');
    expect(kinds(stage)).toEqual([
      'lab-start',
      'step-start',
      'check-before',
      'command-start',
      'command-output',
      'output-compared',
      'command-end',
      'check-start',
      'check-result',
      'step-end',
      'step-start',
      'step-end',
      'lab-end',
    ]);
  });

  it('looks once before the commands, and with patience after them', async () => {
    const stage = openStage();
    const report = await verify(stage, `${sh('make')}\n\n${check('a', 'after: make')}`);
    expect(report.steps[0]?.checks[0]).toMatchObject({
      before: { evidence: ['looked once'] },
      after: { evidence: ['looked within'] },
    });
  });

  it('runs the commands of a solution in their place', async () => {
    const stage = openStage();
    const solution = `<details><summary>Solution</summary>\n\n${sh('two')}\n\n</details>`;
    await verify(stage, `${sh('one')}\n\n${solution}\n\n${sh('three')}`);
    expect(stage.ran).toEqual(['one', 'two', 'three']);
  });
});

describe('a lab in which something is not as written', () => {
  it.each([
    [
      'a command that fails',
      sh('make'),
      { exitCode: 2, output: 'no rule\n' },
      'It ended with exit code 2, expected 0',
      ['$ make', 'no rule'],
    ],
    [
      'a command that should fail and does not',
      sh('make', ' exit=nonzero'),
      {},
      'It succeeded, and the lab says that it fails (exit=nonzero)',
      ['$ make', ''],
    ],
    [
      'a command with another code than written',
      sh('make', ' exit=3'),
      { exitCode: 4 },
      'It ended with exit code 4, expected 3',
      ['$ make', ''],
    ],
    [
      'a command that succeeds instead of its code',
      sh('make', ' exit=3'),
      {},
      'It ended with exit code 0, expected 3',
      ['$ make', ''],
    ],
    [
      'a command that takes too long',
      sh('make', ' timeout=1.5s'),
      { exitCode: undefined, shellEnded: 'timeout' as const },
      'It took longer than 1.5 s and was stopped; give the fence a longer timeout= if that is right',
      ['$ make', ''],
    ],
    [
      'another output',
      `${sh('make')}\n${shows('50')}`,
      { output: '503\n' },
      'It printed something else than the lab shows',
      ['$ make', '- 50', '+ 503'],
    ],
    [
      'the right output with another exit code',
      `${sh('make')}\n${shows('50')}`,
      { output: '50\n', exitCode: 1 },
      'It ended with exit code 1, expected 0',
      ['$ make', '50'],
    ],
    [
      'an output too large to keep',
      `${sh('make')}\n${shows('50')}`,
      { output: '5', droppedBytes: 7 },
      'It printed something else than the lab shows (7 bytes of it were not kept)',
      ['$ make', '- 50', '+ 5'],
    ],
  ])('stops at %s, with the evidence', async (_title, step, answer, message, evidence) => {
    const stage = openStage({ make: [answer] });
    const report = await verify(stage, `${step}\n\n${check('a', 'after: make')}`, sh('later'));
    expect(report.failure).toEqual({
      kind: 'command',
      step: 'step-1',
      at: { file: 'labs/03-retries/README.md', line: 12, column: 1 },
      message,
      evidence,
    });
    expect(stage.ran).toEqual(['make']);
    expect(report.steps.map(({ status }) => status)).toEqual(['failed', 'not-run']);
    expect(report.steps[0]?.checks).toMatchObject([{ status: 'not-run' }]);
    expect(kinds(stage).slice(-2)).toEqual(['step-end', 'lab-end']);
  });

  it('says why a check is red, where the cluster can be asked', async () => {
    const stage = openStage();
    const why = {
      rung: 'exists',
      cause: 'missing',
      text: 'VirtualService web does not exist.',
      fix: 'kubectl apply -f web.yaml',
      evidence: ['none'],
    } as const;
    const explain: RunContext['explain'] = async (results) =>
      Promise.resolve(results.map((result) => ({ ...result, why })));
    const lab = labOf(stage, `${sh('make')}\n\n${check('a', 'always: red')}`);
    const { failure } = await runLab(lab, { redFirst: true }, { ...stage.context, explain });
    expect(failure).toMatchObject({
      message: '"a" is red: VirtualService web does not exist.',
      hint: 'kubectl apply -f web.yaml',
    });
    expect(failure?.evidence).toContain('| none');
  });

  it('stops at a red check, after all checks of the step were looked at', async () => {
    const stage = openStage();
    const report = await verify(
      stage,
      `${sh('make')}\n\n${check('a', 'always: red')}\n\n${check('b', 'after: make')}`,
      sh('later'),
    );
    expect(report.failure).toMatchObject({
      kind: 'check',
      message: '"a" is red: it is not there',
      hint: 'make it',
      evidence: ['observed: nothing', 'expected: that it is there', 'by hand:  curl it', 'looked within'],
    });
    expect(report.steps[0]?.checks.map(({ status }) => status)).toEqual(['failed', 'passed']);
    expect(stage.ran).toEqual(['make']);
  });

  it('stops before the commands at a check that is green too soon', async () => {
    const stage = openStage();
    const report = await verify(
      stage,
      `${sh('make')}\n\n${check('a', 'always: green')}\n\n${check('b', 'after: make')}`,
    );
    expect(report.failure).toMatchObject({
      kind: 'check-green-before',
      message: '"a" is green before the step\'s commands have run, so it proves nothing',
    });
    expect(report.steps[0]?.checks.map(({ status }) => status)).toEqual(['failed', 'not-run']);
    expect(stage.ran).toEqual([]);
  });
});

describe('red first', () => {
  it('is not asked of an invariant, which must be green', async () => {
    const stage = openStage();
    const report = await verify(stage, `${sh('make')}\n\n${check('a', 'always: green\ninvariant: true')}`);
    expect(report.status).toBe('passed');
    const wrong = await verify(openStage(), `${sh('make')}\n\n${check('a', 'after: make\ninvariant: true')}`);
    expect(wrong).toMatchObject({
      status: 'failed',
      failure: {
        kind: 'check-red-before',
        message: '"a" says invariant: true, and is red before the step\'s commands have run',
      },
    });
    expect(wrong.steps[0]).toMatchObject({ commands: [], checks: [{ status: 'failed' }] });
  });

  it('is asked only when the run demands it', async () => {
    const stage = openStage();
    const lab = labOf(stage, `${sh('make')}\n\n${check('a', 'always: green')}`);
    expect(await runLab(lab, { redFirst: false }, stage.context)).toMatchObject({ status: 'passed' });
  });
});

describe('a command with within', () => {
  const step = `${sh('look', ' within=1s')}\n${shows('ready')}`;

  it('is run again until all is as written, without running others again', async () => {
    const stage = openStage({ look: [{ output: 'wait' }, { exitCode: 1 }, { output: 'ready\n' }] });
    const running = verify(stage, `${sh('make')}\n\n${step}`);
    await stage.clock.advance(1000);
    expect((await running).steps[0]?.commands[1]).toMatchObject({
      status: 'passed',
      tries: 3,
      durationMs: 500,
    });
    expect(stage.ran).toEqual(['make', 'look', 'look', 'look']);
    expect(stage.events.filter(({ kind }) => kind === 'command-retry')).toMatchObject([
      { nextTry: 2, reason: 'It printed something else than the lab shows' },
      { nextTry: 3, reason: 'It ended with exit code 1, expected 0' },
    ]);
  });

  it('fails when the time is over', async () => {
    const stage = openStage({ look: [{ output: 'wait' }] });
    const running = verify(stage, step);
    await stage.clock.advance(5000);
    expect((await running).steps[0]?.commands[0]).toMatchObject({
      status: 'failed',
      tries: 5,
      durationMs: 1000,
    });
  });

  it('is not run again after it was stopped', async () => {
    const stage = openStage({ look: [{ exitCode: undefined, shellEnded: 'timeout' } as never] });
    expect(await verify(stage, step)).toMatchObject({ status: 'failed' });
    expect(stage.ran).toEqual(['look']);
  });
});

describe('a command without within', () => {
  it('is run once', async () => {
    const stage = openStage({ make: [{ exitCode: 1 }, {}] });
    expect(await verify(stage, sh('make'))).toMatchObject({ status: 'failed' });
    expect(stage.ran).toEqual(['make']);
  });
});

it('a command that ends its shell is reported', async () => {
  const stage = openStage({ 'exit 3': [{ exitCode: 3, shellEnded: 'exit' }] });
  expect(await verify(stage, sh('exit 3', ' exit=3'))).toMatchObject({ status: 'passed' });
  expect(stage.events).toContainEqual(expect.objectContaining({ kind: 'shell-restarted', cause: 'exit' }));
});

describe('an aborted run', () => {
  it('rejects with the reason, between two tries too', async () => {
    const stage = openStage({ look: [{ exitCode: 1 }] });
    const running = verify(stage, sh('look', ' within=1m'));
    await settled();
    stage.stop.abort(new Error('Stopped by Ctrl+C'));
    await expect(running).rejects.toThrow('Stopped by Ctrl+C');
    expect(stage.clock.pending).toBe(0);
  });

  it('begins nothing', async () => {
    const stage = openStage();
    stage.stop.abort(new Error('Stopped by Ctrl+C'));
    await expect(verify(stage, `${sh('make')}\n\n${check('a', 'always: red')}`)).rejects.toThrow(
      'Stopped by Ctrl+C',
    );
    expect(stage.ran).toEqual([]);
  });
});
