// A cluster that the user has: nothing of it is started, and nothing changed but what the labs are for.

import { existsSync, readFileSync, rmSync } from 'node:fs';
import type { ClusterClient } from '../../cluster/client.ts';
import { ignoreMissing } from '../../cluster/api-error.ts';
import { logCollector } from '../../diagnostics/log-collector.ts';
import { LabError } from '../../error.ts';
import type { InventoryObject } from '../../lab/inventory/inventory.ts';
import type { SetUpTask, TaskContext } from '../../setup/task.ts';
import type { LabDir } from '../../state/lab-dir.ts';
import { writeFileAtOnce } from '../../state/write-file.ts';
import { openBackground, otherPorts } from '../background.ts';
import {
  istiodSettleMs,
  type Ask,
  type Engine,
  type EngineStatus,
  type Tell,
  type Wanted,
} from '../engine.ts';
import { requireFreePorts } from '../ports.ts';
import { approve } from './approve.ts';
import type { ClusterChoice } from './choice.ts';
import { ownLabel, ownLabels } from './own-labels.ts';
import { findKnown, makeCurrent, readClusterRecord, remember, type KnownCluster } from './record.ts';
import { readUserContext, type UserContext } from './user-kubeconfig.ts';

export interface ClusterEngineOptions extends ClusterChoice {
  readonly labDir: LabDir;
  readonly projectRoot: string;
  readonly portBase: number;
  readonly env: NodeJS.ProcessEnv;
}

export function clusterEngine(options: ClusterEngineOptions): Engine {
  const { labDir, projectRoot, portBase, env, yes } = options;
  const forwards = openBackground({
    name: 'forwards',
    folder: labDir.cluster,
    projectRoot,
    module: 'scripts/engine/cluster/forward/main.ts',
  });
  const known = (): string | undefined => options.context ?? readClusterRecord(labDir).current?.context;
  const userContext = (): UserContext => readUserContext(known(), env);

  async function confirm(ask: Ask | undefined): Promise<void> {
    await approve({ labDir, context: userContext(), yes, ask });
  }

  async function status(signal: AbortSignal): Promise<EngineStatus> {
    const name = known();
    if (name === undefined) return downBecause('no cluster chosen: --context NAME');
    const file = await forwards.running(signal);
    if (file === undefined) return downBecause(`context ${name}, whose ports are not forwarded`);
    const refusal = await reach(labDir, signal);
    if (refusal !== undefined) return downBecause(`context ${name} does not answer: ${refusal}`);
    const { addonsThere, addonUrls } = await import('./addons-there.ts');
    return {
      state: 'up',
      portBase: file.portBase,
      detail: `context ${name}, forwarded by process ${file.pid}, log ${forwards.logFile}`,
      urls: addonUrls(await addonsThere(await open(labDir)), file.portBase),
    };
  }

  async function connect(wanted: Wanted, { signal, note }: TaskContext): Promise<string> {
    const { name, server, kubeconfig } = userContext();
    const key = { context: name, server };
    note(server);
    makeCurrent(labDir, key);
    if (readText(labDir.kubeconfig) !== kubeconfig) {
      // They lead to the cluster of before.
      await forwards.exclusively({ signal, note }, async () => forwards.stop(signal));
      writeFileAtOnce(labDir.kubeconfig, kubeconfig);
    }
    const refusal = await reach(labDir, signal);
    if (refusal !== undefined) throw unreachable(name, server, refusal);
    const { claimNamespaces } = await import('./claim.ts');
    const claimed = findKnown(labDir, key)?.namespaces ?? [];
    const namespaces = await claimNamespaces(await open(labDir), wanted.namespaces, claimed);
    remember(labDir, key, { namespaces });
    return `Cluster (context ${name}): reached`;
  }

  async function provideMesh(context: TaskContext): Promise<string> {
    const [{ findMesh, missingMesh }, cluster] = await Promise.all([import('./mesh.ts'), open(labDir)]);
    const found = await findMesh(cluster);
    if (found !== undefined) {
      const { meshAccepts } = await import('../../cluster/mesh-accepts.ts');
      await meshAccepts(cluster, context);
      return `Istio ${found}: found`;
    }
    const { name, server } = userContext();
    if (!options.installMesh) throw missingMesh(name);
    const { installMesh } = await import('./install-mesh.ts');
    // Before it is there, so that an interrupted installation is ours to remove; but not where others had begun one.
    const before = await ignoreMissing(cluster.core.readNamespace({ name: 'istio-system' }));
    if (before === undefined) remember(labDir, { context: name, server }, { installedMesh: true });
    await installMesh(options, context);
    return `Istio ${(await findMesh(cluster)) ?? ''}: installed`;
  }

  async function forward(context: TaskContext): Promise<string> {
    await forwards.exclusively(context, async () => startForwards(context));
    const { addonsThere } = await import('./addons-there.ts');
    const { missing } = await addonsThere(await open(labDir));
    const without = `; the cluster has no ${missing.join(', ')}, which no lab needs`;
    return `Ports from ${portBase} on: forwarded${missing.length === 0 ? '' : without}`;
  }

  async function startForwards({ signal, note }: TaskContext): Promise<void> {
    const { name } = userContext();
    const running = await forwards.running(signal);
    if (running !== undefined && running.portBase !== portBase) {
      throw otherPorts('forwards', running.portBase, portBase);
    }
    if (running !== undefined) return;
    await requireFreePorts(portBase);
    note(`starting the forwards to ${name}`);
    const args = ['--kubeconfig', labDir.kubeconfig, '--port-base', String(portBase)];
    await forwards.start(args, portBase, signal);
  }

  const setUp = (wanted: Wanted): readonly SetUpTask[] => [
    {
      id: 'context',
      title: 'Cluster (of yours)',
      needs: [],
      gives: ['api'],
      run: async (context) => connect(wanted, context),
    },
    // The cluster fetches the images itself.
    { id: 'istio', title: 'Istio', needs: ['api'], gives: ['mesh', 'images'], run: provideMesh },
    { id: 'forwards', title: `Ports from ${portBase} on`, needs: ['istio'], run: forward },
  ];

  async function down(signal: AbortSignal, tell: Tell): Promise<boolean> {
    const quiet: TaskContext = { signal, note: () => undefined };
    const stopped = await forwards.exclusively(quiet, async () => forwards.stop(signal));
    if (stopped) tell(`Ports from ${portBase} on are no longer forwarded.`);
    // Whatever a flag says: what is removed is what was made where the kubeconfig leads to.
    const { current } = readClusterRecord(labDir);
    const used = current === undefined ? undefined : findKnown(labDir, current);
    if (used === undefined || !existsSync(labDir.kubeconfig)) return stopped;
    const refusal = await reach(labDir, signal);
    if (refusal !== undefined) throw lost(labDir, used, refusal);
    const [{ findOwnNamespaces }, { deleteNamespaces }, { findLabelled }, { openApi }] = await Promise.all([
      import('./claim.ts'),
      import('../../cluster/namespace.ts'),
      import('../../cluster/labelled.ts'),
      import('../../cluster/api.ts'),
    ]);
    const cluster = await open(labDir);
    using api = await openApi(labDir.kubeconfig, signal);
    const own = await findOwnNamespaces(cluster, used.namespaces);
    // As the pod that calls services from outside of the mesh, which lives in `default`.
    const others = await findLabelled(api, ownLabel, own);
    const names = [...own, ...others.objects.map(nameOf)];
    if (names.length > 0) tell(`Removing from the cluster of context "${used.context}": ${names.join(', ')}`);
    await Promise.all([deleteNamespaces(cluster, own, signal), others.remove(signal)]);
    if (used.installedMesh) {
      tell(`Removing from it the Istio that --install-mesh put there`);
      const { uninstallMesh } = await import('./install-mesh.ts');
      await uninstallMesh(options, quiet);
      await deleteNamespaces(cluster, ['istio-system'], signal);
    }
    remember(labDir, used, { namespaces: [], installedMesh: false });
    rmSync(labDir.kubeconfig, { force: true });
    const changed = names.length > 0 || used.installedMesh;
    if (changed) tell('That is done. Nothing else in it was touched.');
    return stopped || changed;
  }

  return {
    name: 'cluster',
    settleMs: istiodSettleMs,
    summary: `a cluster of yours${known() === undefined ? '' : `, context ${known() ?? ''}`}`,
    path: [],
    labels: ownLabels,
    shared: true,
    confirm,
    status,
    setUp,
    down,
    evidence: [logCollector(forwards.logFile)],
  };
}

const nameOf = ({ kind, metadata: { name, namespace } }: InventoryObject): string =>
  `${kind} ${namespace ?? ''}/${name}`;

const downBecause = (detail: string): EngineStatus => ({ state: 'down', portBase: undefined, detail });

// The Kubernetes client takes a while to load.
const open = async ({ kubeconfig }: LabDir): Promise<ClusterClient> =>
  (await import('../../cluster/client.ts')).openCluster(kubeconfig);

const reach = async ({ kubeconfig }: LabDir, signal: AbortSignal): Promise<string | undefined> =>
  (await import('../../cluster/reach.ts')).whySilent(kubeconfig, signal);

const unreachable = (name: string, server: string, why: string): LabError =>
  new LabError(
    'CLUSTER_UNREACHABLE',
    `The cluster of context "${name}" at ${server} cannot be reached: ${why}`,
    {
      hint: `look at it yourself: kubectl --context ${name} get namespaces`,
    },
  );

const lost = ({ cluster }: LabDir, { context, server }: KnownCluster, why: string): LabError =>
  new LabError(
    'CLUSTER_UNREACHABLE',
    `The forwards are stopped, and what labs made in the cluster of context "${context}" at ${server} is left there: ${why}`,
    { hint: `the same command again when it answers; or, if it is gone for good: rm -r ${cluster}` },
  );

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
