// A whole lab from its README through bash to the report; only its checks are played.

import { join } from 'node:path';
import { expect, it } from 'vitest';
import { systemClock } from '../../../../sandbox/clock/clock.ts';
import type { ParseCheck } from '../../../../scripts/lab/checks/check.ts';
import { loadLab } from '../../../../scripts/lab/format/labs.ts';
import type { LabEvent } from '../../../../scripts/lab/run/event.ts';
import { runLab } from '../../../../scripts/lab/run/run-lab.ts';
import { LabShell } from '../../../../scripts/lab/shell/shell.ts';

const projectRoot = join(import.meta.dirname, '../../../..');

const parseCheck: ParseCheck = (title) => ({
  check: {
    title,
    kind: 'command',
    invariant: false,
    aim: { kind: 'command', line: 'true' },
    run: async (_context, patience) =>
      Promise.resolve({
        status: patience === 'once' ? 'fail' : 'pass',
        title,
        observed: 'x',
        expected: 'x',
        evidence: [],
        command: 'true',
        durationMs: 0,
      }),
  },
});

it('a lab of the fixtures passes with the commands of its README', async () => {
  const labsDir = join(projectRoot, 'test/fixtures/labs/good');
  const lab = loadLab({ projectRoot, labsDir, parseCheck, apps: ['catalog'] }, 1);
  const env = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' };
  await using shell = await LabShell.open({ cwd: projectRoot, env });
  const events: LabEvent[] = [];
  const report = await runLab(
    lab,
    { redFirst: true },
    {
      shell,
      checks: { kubeconfig: '', portBase: 30_000, env, cwd: projectRoot },
      onEvent: (event) => events.push(event),
      signal: new AbortController().signal,
      clock: systemClock,
    },
  );
  expect(report.failure).toBeUndefined();
  expect(
    report.steps.flatMap(({ commands }) => commands.map(({ exitCode, output }) => [exitCode, output])),
  ).toEqual([
    [0, 'one\ntwo\n'],
    [expect.any(Number), expect.stringContaining('No such file')],
    [3, ''],
    [0, 'kind: Rule\n'],
  ]);
  expect(events.filter(({ kind }) => kind === 'output-compared')).toHaveLength(3);
});
