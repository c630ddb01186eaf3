// What each proxy of the lab was given and has counted, and the chaos that is on.

import type { ClusterClient } from '../../cluster/client.ts';
import { takePicture } from '../../cluster/picture.ts';
import type { Put } from '../collector.ts';
import type { Concern } from './concern.ts';

export async function collectProxies(
  cluster: ClusterClient,
  { namespaces }: Concern,
  put: Put,
  signal: AbortSignal,
): Promise<void> {
  const { proxies, chaos } = await takePicture(cluster, namespaces, signal);
  for (const { pod, dump, stats } of proxies) {
    const folder = `proxies/${pod.metadata.namespace ?? ''}/${pod.metadata.name}`;
    put(
      `${folder}/config_dump.json`,
      dump === undefined ? 'It did not answer.\n' : withoutCertificates(dump),
    );
    put(`${folder}/stats.txt`, stats);
  }
  if (chaos.length > 0) {
    const orders = chaos.map(({ pod, orders: given }) => ({ pod: pod.metadata.name, orders: given }));
    put('chaos.json', `${JSON.stringify(orders, null, 2)}\n`);
  }
}

/** The part about secrets holds keys, where a proxy does not hide them itself. */
function withoutCertificates(dump: string): string {
  const { configs } = JSON.parse(dump) as { readonly configs: readonly { readonly '@type'?: string }[] };
  const rest = configs.filter((config) => !config['@type']?.endsWith('SecretsConfigDump'));
  return `${JSON.stringify({ configs: rest }, null, 1)}\n`;
}
