// The Retries lab up to its rule, on a sandbox and with kubectl: made wrong, and put right again.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../../../sandbox/clock/clock.ts';
import { labEnv } from '../../../../scripts/environment/lab-env.ts';
import { openLibrary } from '../../../../scripts/environment/library.ts';
import { provideKubectl } from '../../../../scripts/kubectl/provide.ts';
import { labFiles } from '../../../../scripts/lab-commands/ask-why.ts';
import { atPortBase } from '../../../../scripts/lab-commands/at-port-base.ts';
import { loadLab } from '../../../../scripts/lab/format/labs.ts';
import { generateMutations } from '../../../../scripts/lab/mutate/generate.ts';
import type { Mutation } from '../../../../scripts/lab/mutate/mutation.ts';
import { runMutations } from '../../../../scripts/lab/mutate/run-mutations.ts';
import { LabShell } from '../../../../scripts/lab/shell/shell.ts';
import { openWhy } from '../../../../scripts/lab/why/why.ts';
import { openLabDir } from '../../../../scripts/state/lab-dir.ts';
import { BrokenLab, root } from '../why/broken-lab.ts';

const { signal } = new AbortController();
const lab = loadLab(openLibrary({}), 3);
const files = labFiles(lab, { projectRoot: root, labsRoot: root });

let cluster: BrokenLab;
let shell: LabShell;
let env: Readonly<Record<string, string>>;
beforeAll(async () => {
  cluster = await BrokenLab.open(lab.apps);
  const labDir = openLabDir(root, { LAB_DIR: cluster.folder });
  const { path } = await provideKubectl(labDir, [], signal);
  env = labEnv({ labDir, env: process.env, path });
  shell = await LabShell.open({ env, cwd: root });
});
afterAll(async () => {
  await shell.close();
  await cluster[Symbol.asyncDispose]();
});

const rule = 'labs/03-retries/catalog-retries.yaml';
const step = 3;

const changed = (name: string, from: string, to: string): Mutation => ({
  name,
  step,
  rung: 'valid',
  change: { kind: 'file', file: rule, text: (files.read(rule) ?? '').replace(from, to) },
});

it('tells mutations that are caught from those that no check notices, that why misjudges, and that are refused', async () => {
  const generated = generateMutations(lab, files).filter((mutation) => mutation.step === step);
  const mutations = [
    ...generated,
    changed('a comment', '# Who', '# Whoever'),
    changed('too few tries', 'attempts: 3', 'attempts: 1'),
    changed('no number', 'attempts: 3', 'attempts: many'),
  ];
  const portBase = cluster.sandbox.ports[0] ?? 0;
  const reports = await runMutations({
    lab: atPortBase(lab, portBase),
    mutations,
    files,
    ask: openWhy({ lab, kubeconfig: cluster.kubeconfig, ...files }),
    context: {
      shell,
      checks: { kubeconfig: cluster.kubeconfig, portBase, env, cwd: root },
      clock: systemClock,
      onEvent: () => undefined,
      signal,
    },
    onReport: () => undefined,
  });
  expect(reports.map(({ mutation, outcome, why }) => [mutation.name, outcome, why?.rung])).toEqual([
    ['VirtualService catalog: retryOn dropped', 'caught', 'distribution'],
    ['VirtualService catalog: host misspelt', 'caught', 'valid'],
    ['VirtualService catalog: namespace wrong', 'caught', 'exists'],
    ['a comment', 'unnoticed', undefined],
    ['too few tries', 'other-rung', 'distribution'],
    ['no number', 'refused', undefined],
  ]);
});
