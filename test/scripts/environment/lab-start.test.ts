// Where a cluster is for somebody who comes back to a lab.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCluster } from '../../../scripts/cluster/client.ts';
import { rolloutAll } from '../../../scripts/cluster/rollout.ts';
import { cleanStart } from '../../../scripts/environment/deploy.ts';
import {
  recordState,
  returnToStart,
  returnToUntouched,
  whereIs,
} from '../../../scripts/environment/lab-start.ts';
import { openLibrary } from '../../../scripts/environment/library.ts';
import { projectRoot } from '../../../scripts/environment/project-root.ts';
import type { Workshop } from '../../../scripts/environment/workshop.ts';
import type { Engine } from '../../../scripts/engine/engine.ts';
import { loadLab } from '../../../scripts/lab/format/labs.ts';
import { openLabDir } from '../../../scripts/state/lab-dir.ts';
import { openCluster as openTestCluster, type TestCluster } from '../../sandbox/kubectl/support/cluster.ts';
import { callStandIn } from '../kubectl/support/call.ts';

const { signal } = new AbortController();
const lab = loadLab(openLibrary({}), 3);
const other = loadLab(openLibrary({}), 2);
const [step] = lab.steps;
if (step === undefined) throw new Error('a lab has steps');

let cluster: TestCluster;
let folder: string;
let workshop: Workshop;

beforeAll(async () => {
  cluster = await openTestCluster();
  await cluster.sandbox.ready();
  folder = mkdtempSync(path.join(tmpdir(), 'mesh-workshop-lab-start-'));
  const labDir = openLabDir(projectRoot, { LAB_DIR: folder });
  writeFileSync(labDir.kubeconfig, cluster.sandbox.kubeconfig);
  const engine = { name: 'sandbox', wholeWithApi: true } as unknown as Engine;
  workshop = { projectRoot, labsRoot: projectRoot, env: {}, labDir, portBase: 0, engine };
  await returnToUntouched(workshop, signal);
  await kubectl('apply', '-f', 'manifests/catalog/namespace.yaml', '-f', 'manifests/catalog/catalog.yaml');
  await rolloutAll(openCluster(labDir.kubeconfig), { namespace: 'istioinaction', signal });
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await cluster.close();
});

async function kubectl(...args: string[]): Promise<void> {
  const { exitCode, err } = await callStandIn(args, { kubeconfig: workshop.labDir.kubeconfig });
  if (exitCode !== 0) throw new Error(err);
}

const where = async (...done: readonly string[]): ReturnType<typeof whereIs> =>
  whereIs(workshop, lab, done, signal);

describe('the cluster is', () => {
  it('elsewhere before the lab is begun, and for steps that nobody saw green', async () => {
    expect(await where()).toBe('elsewhere');
    await recordState(workshop, lab, undefined, signal);
    expect(await where()).toBe('here');
    expect(await where(step.id)).toBe('elsewhere');
  });

  it('here after the step, and restarted when a pod is another one', async () => {
    await recordState(workshop, lab, step, signal);
    expect(await where(step.id)).toBe('here');
    await kubectl('delete', 'pod', '-n', 'istioinaction', '-l', 'app=catalog', '--now');
    expect(await where(step.id)).toBe('restarted');
  });

  it('elsewhere when another lab was in it, until somebody goes back', async () => {
    await recordState(workshop, other, undefined, signal);
    expect(await where(step.id)).toBe('elsewhere');
    const back = await returnToStart(workshop, lab, signal);
    expect(back?.records.map((record) => record.step?.id)).toEqual([undefined, step.id]);
    expect(await where()).toBe('here');
  });
});

it('what a lab leaves is undone before the next one, also outside of its namespaces', async () => {
  await kubectl('label', 'namespace', 'istio-system', 'left=behind');
  await kubectl('create', 'namespace', 'left');
  expect(await cleanStart(workshop, ['istioinaction', 'bookinfo'], signal)).toBe(
    'istioinaction, Namespace left removed; Namespace istio-system put back',
  );
  expect(await cleanStart(workshop, ['istioinaction', 'bookinfo'], signal)).toBe('nothing to remove');
});
