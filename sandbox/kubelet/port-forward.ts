// `kubectl port-forward`: a connection to localhost in the pod, which no sidecar sees, as containerd opens it.

import type { Duplex } from 'node:stream';
import type { Pod } from '../kube/resources.ts';
import type { PodNetwork } from '../network/network.ts';

/** @throws an Error in the kubelet's words when nobody listens there, or the pod has no network (any more) */
export async function connectToPod(
  network: PodNetwork | undefined,
  { metadata: { uid } }: Pod,
  port: number,
): Promise<Duplex> {
  // A runtime has an id of its own for the pod, of 64 hexadecimal digits.
  const sandbox = uid.replaceAll('-', '').repeat(2);
  const failed = `error forwarding port ${port} to pod ${sandbox}, uid : `;
  if (network === undefined)
    throw new Error(`${failed}failed to find sandbox "${sandbox}" in store: not found`);
  try {
    return await network.connect({ ip: '127.0.0.1', port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ECONNREFUSED' ? 'connection refused' : (error as Error).message;
    throw new Error(
      `${failed}failed to execute portforward in network namespace "/var/run/netns/cni-${uid}": ` +
        `failed to connect to localhost:${port} inside namespace "${sandbox}", ` +
        `IPv4: dial tcp4 127.0.0.1:${port}: connect: ${why} ` +
        'IPv6 dial tcp6: address localhost: no suitable address found ',
      { cause: error },
    );
  }
}
