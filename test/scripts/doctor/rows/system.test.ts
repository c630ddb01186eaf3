// Doctor's judgement of the programs that a learner uses.

import { expect, it } from 'vitest';
import type { Finding } from '../../../../scripts/doctor/finding.ts';
import type { EngineName } from '../../../../scripts/engine/engine.ts';
import type { Machine } from '../../../../scripts/doctor/machine/machine.ts';
import { findingsOf, machine, missing, said } from '../support/machines.ts';

const kubectl = 'kubectl version --client';
const judged = (changes: Partial<Machine>, engine: EngineName = 'kind'): Finding | undefined =>
  findingsOf(machine('linux', changes), engine).find(({ id }) => id === 'kubectl-version');

it.each([
  ['course', '1.35.0', 'kubectl 1.35 is 3 minor versions away from Kubernetes 1.32'],
  ['book', '1.32.2', 'kubectl 1.32 is 9 minor versions away from Kubernetes 1.23'],
] as const)('on the track %s kubectl %s is told with where one is that fits', (track, version, detail) => {
  const finding = judged({ track, commands: { [kubectl]: said(`Client Version: v${version}\n`) } });
  expect(finding).toMatchObject({ status: 'warn', detail });
  expect(finding?.fix).toContain('export PATH="/home/me/labs/.lab/kind/bin:$PATH"');
});

it.each([
  ['course', said('Client Version: v1.32.2\n')],
  ['course', said('Client Version: v1.33.9\n')],
  ['book', said('Client Version: v1.22.0\n')],
  ['course', said('Client Version: v1.30.9\nKustomize Version: v5.0.4\n'), 'sandbox'],
  ['course', missing],
  ['course', said('what?\n')],
] as const)('on the track %s nothing is said of %j', (track, answer, engine?: EngineName) => {
  expect(judged({ track, commands: { [kubectl]: answer } }, engine)).toBeUndefined();
});
