// The start of a lab: noted when it was made, and found again from wherever somebody has got to.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApi, type Api } from '../cluster/api.ts';
import { clusterUid, listInventory, type Scope } from '../cluster/inventory.ts';
import { podRuns } from '../cluster/pod-runs.ts';
import type { Restored } from '../cluster/restore.ts';
import type { Lab, Step } from '../lab/format/lab.ts';
import type { Inventory } from '../lab/inventory/inventory.ts';
import type { Records } from '../lab/inventory/records.ts';
import {
  isCurrent,
  readRecords,
  readUntouched,
  writeCurrent,
  writeStart,
  writeStep,
  writeUntouched,
} from '../state/inventories.ts';
import { manifestFiles } from './apps.ts';
import type { Workshop } from './workshop.ts';

/** Notes what the cluster holds as what it should hold after the step; without a step, at the lab's start. */
export async function recordState(
  workshop: Workshop,
  lab: Lab,
  step: Step | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { labDir } = workshop;
  using api = await openApi(labDir.kubeconfig, signal);
  const inventory = await currentInventory(api, workshop, lab);
  const state = { version: versionOf(workshop, lab.apps), inventory };
  if (step === undefined) writeStart(labDir, lab, state);
  else writeStep(labDir, lab, step, { ...state, pods: await podRuns(api, lab.namespaces) });
}

/** What was noted of the lab in this cluster. */
export async function recordsOf(api: Api, workshop: Workshop, lab: Lab): Promise<Records> {
  const basis = { cluster: await clusterUid(api), version: versionOf(workshop, lab.apps) };
  return readRecords(workshop.labDir, lab, basis);
}

/**
 * Where the cluster is for somebody who has done these steps. `elsewhere`: it is another one, or another lab was in it
 * since. `restarted`: its objects are there, and what its programs were told while they ran is gone.
 */
export async function whereIs(
  workshop: Workshop,
  lab: Lab,
  done: readonly string[],
  signal: AbortSignal,
): Promise<'here' | 'restarted' | 'elsewhere'> {
  using api = await openApi(workshop.labDir.kubeconfig, signal);
  const records = await recordsOf(api, workshop, lab);
  const last = records.find(({ step }) => step?.id === done.at(-1));
  if (last === undefined || !isCurrent(workshop.labDir, lab)) return 'elsewhere';
  const running = new Set(await podRuns(api, lab.namespaces));
  return last.pods.every((run) => running.has(run)) ? 'here' : 'restarted';
}

export const currentInventory = async (api: Api, workshop: Workshop, lab: Lab): Promise<Inventory> =>
  (await listInventory(api, scopeOf(workshop, lab.namespaces))).inventory;

/**
 * Back to the recorded start, with new pods: chaos that was switched on in a program is in no object. undefined when
 * no start was recorded in this cluster.
 */
export async function returnToStart(
  workshop: Workshop,
  lab: Lab,
  signal: AbortSignal,
): Promise<(Restored & { readonly records: Records }) | undefined> {
  const { labDir } = workshop;
  using api = await openApi(labDir.kubeconfig, signal);
  const records = await recordsOf(api, workshop, lab);
  const [start] = records;
  if (start === undefined) return undefined;
  const restored = await putBack(start.inventory, api, workshop, signal, lab);
  const { renewPods } = await import('../cluster/renew-pods.ts');
  const { openCluster } = await import('../cluster/client.ts');
  await renewPods({
    api,
    cluster: openCluster(labDir.kubeconfig),
    namespaces: namespacesIn(start.inventory),
    signal,
  });
  writeCurrent(labDir, lab);
  return { ...restored, records };
}

/**
 * What labs left outside of their namespaces is removed. Before the first lab nothing was left: that state is noted.
 * Resolves with what was done. Where parts of Istio are still coming, no state is the untouched one.
 */
export async function returnToUntouched(
  workshop: Workshop,
  signal: AbortSignal,
): Promise<Restored | undefined> {
  if (workshop.engine.wholeWithApi !== true) return undefined;
  using api = await openApi(workshop.labDir.kubeconfig, signal);
  const version = versionOf(workshop, []);
  const untouched = readUntouched(workshop.labDir, { cluster: await clusterUid(api), version });
  if (untouched !== undefined) return await putBack(untouched, api, workshop, signal);
  const { inventory } = await listInventory(api, 'own');
  writeUntouched(workshop.labDir, { version, inventory });
  return undefined;
}

async function putBack(
  target: Inventory,
  api: Api,
  workshop: Workshop,
  signal: AbortSignal,
  lab?: Lab,
): Promise<Restored> {
  const { restore } = await import('../cluster/restore.ts');
  const istioIsReady = async (): Promise<void> => {
    const { rolloutAll } = await import('../cluster/rollout.ts');
    const { openCluster } = await import('../cluster/client.ts');
    await rolloutAll(openCluster(workshop.labDir.kubeconfig), { namespace: 'istio-system', signal });
  };
  const scope = scopeOf(workshop, lab?.namespaces ?? []);
  return restore(target, { api, scope, signal, istioIsReady });
}

/** In a cluster of others, what is outside of the lab's namespaces is none of its business. */
const scopeOf = ({ engine }: Workshop, namespaces: readonly string[]): Scope =>
  engine.shared === true ? namespaces : 'own';

/** Where pods of labs run. Those of Istio are what its objects say. */
const namespacesIn = ({ objects }: Inventory): readonly string[] =>
  objects
    .filter(({ kind, metadata }) => kind === 'Namespace' && metadata.name !== 'istio-system')
    .map(({ metadata }) => metadata.name);

/** Of everything that makes a start: this version of the project, and the manifests of the apps. */
function versionOf({ projectRoot }: Workshop, apps: readonly string[]): string {
  const files = [join(projectRoot, 'package.json'), ...manifestFiles(projectRoot, apps)];
  const digest = createHash('sha256');
  for (const path of files.filter((file) => existsSync(file))) digest.update(readFileSync(path));
  return digest.digest('hex').slice(0, 16);
}
