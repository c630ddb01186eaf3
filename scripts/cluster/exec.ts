// Runs a command in a container, as `kubectl exec` does, and collects what it prints.

import { Writable } from 'node:stream';
import { Exec, type V1Status } from '@kubernetes/client-node';
import { LabError } from '../error.ts';
import type { Pod } from '../../sandbox/kube/resources.ts';
import { apiCode } from './api-error.ts';
import type { ClusterClient } from './client.ts';

export interface ExecTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** Standard output. @throws LabError when the command fails or the container cannot be reached */
export async function execInPod(
  cluster: ClusterClient,
  { namespace, pod, container }: ExecTarget,
  command: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const output = collector();
  const errors = collector();
  const ended = new AbortController();
  const listening = { once: true, signal: ended.signal };
  const status = await new Promise<V1Status>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), listening);
    new Exec(cluster.config)
      .exec(namespace, pod, container, [...command], output.stream, errors.stream, null, false, resolve)
      .then((socket) => {
        signal.addEventListener('abort', () => socket.close(), listening);
        socket.addEventListener('error', ({ message }) => reject(unreachable(pod, container, message)));
      })
      .catch((error: unknown) =>
        reject(unreachable(pod, container, error instanceof Error ? error.message : 'no connection')),
      );
  }).finally(() => ended.abort());
  if (status.status === 'Success') return output.text();
  throw new LabError(
    'EXEC_FAILED',
    `"${command.join(' ')}" failed in container ${container} of pod ${pod}: ${errors.text().trim() || (status.message ?? '')}`,
    { hint: `kubectl -n ${namespace} describe pod ${pod}` },
  );
}

function collector(): { stream: Writable; text(): string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
}

const unreachable = (pod: string, container: string, why: string): LabError =>
  new LabError('EXEC_FAILED', `Container ${container} of pod ${pod} cannot be reached: ${why}`, {
    hint: 'npm run status shows whether the cluster runs',
  });

/** undefined when the command failed, or the pod has gone meanwhile. */
export async function printed(
  cluster: ClusterClient,
  { metadata }: Pod,
  container: string,
  command: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const target = { namespace: metadata.namespace ?? '', pod: metadata.name, container };
  try {
    return await execInPod(cluster, target, command, signal);
  } catch (error) {
    if (error instanceof LabError || apiCode(error) === 404) return undefined;
    throw error;
  }
}
