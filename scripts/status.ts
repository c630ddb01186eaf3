// `npm run status`: which engine, is it up, where, and which pods are not ready and why.

import { addressLines, line } from './cli/address-lines.ts';
import { clusterFlagNames } from './cli/cluster-flags.ts';
import { readFlags } from './cli/flags.ts';
import { entry } from './cli/entry.ts';
import type { PodNotReady } from './cluster/pods.ts';
import { engineLine, openWorkshop } from './environment/workshop.ts';

await entry(async (signal) => {
  const { engine: flag, cluster, json } = readFlags('status', ['engine', 'json', ...clusterFlagNames]);
  const workshop = await openWorkshop({ env: process.env, engine: flag, cluster, signal });
  const { engine, labDir } = workshop;
  const { state, portBase, detail, urls } = await engine.status(signal);
  const up = state === 'up';
  const report = {
    engine: engine.name,
    state,
    detail,
    version: up ? await versionOf(labDir.kubeconfig) : null,
    gateway: up ? `http://localhost:${portBase ?? workshop.portBase}` : null,
    urls,
    kubeconfig: up ? labDir.kubeconfig : null,
    podsNotReady: up ? await unreadyPods(labDir.kubeconfig) : [],
  };
  if (json) {
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return up ? 0 : 1;
  }
  const lines = [
    engineLine(workshop),
    line('State', `${state} (${detail})`),
    ...(up
      ? [
          line('Kubernetes', report.version ?? ''),
          ...addressLines({ gateway: report.gateway ?? '', urls, kubeconfig: labDir.kubeconfig }),
          report.podsNotReady.length === 0 ? line('Pods', 'all ready') : 'Pods that are not ready:',
          ...report.podsNotReady.map(({ namespace, name, why }) => `  ${namespace}/${name}: ${why}`),
        ]
      : [line('Next', 'npm run up')]),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return up ? 0 : 1;
});

// The Kubernetes client takes half a second to load: a cluster that is down needs none.
async function versionOf(kubeconfig: string): Promise<string> {
  const { serverVersion } = await import('./cluster/client.ts');
  return (await serverVersion(kubeconfig)).gitVersion;
}

async function unreadyPods(kubeconfig: string): Promise<readonly PodNotReady[]> {
  const [{ openCluster }, { podsNotReady }] = await Promise.all([
    import('./cluster/client.ts'),
    import('./cluster/pods.ts'),
  ]);
  return podsNotReady(openCluster(kubeconfig));
}
