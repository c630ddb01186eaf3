// The node's agent: runs the pods bound to it and answers for them.
//
// Not there: lifecycle hooks, ephemeral containers, activeDeadlineSeconds, eviction, resource limits (programs share
// one process), users and file permissions.

import type { PodRuntime } from '../api/extension.ts';
import type { Clock, Random } from '../clock/clock.ts';
import type { Cluster } from '../kube/cluster.ts';
import { pods, type Pod } from '../kube/resources.ts';
import type { Network } from '../network/create-network.ts';
import type { Credentials } from './environment/files.ts';
import type { NodeCapacity } from './environment/resource-ref.ts';
import { execInPod } from './exec.ts';
import type { RecordPodEvent } from './pod-events.ts';
import { podLogs } from './logs/pod-logs.ts';
import { connectToPod } from './port-forward.ts';
import { PodWorker } from './pod-worker.ts';
import type { ImageStore } from './program.ts';

export interface KubeletOptions {
  readonly cluster: Cluster;
  readonly network: Network;
  readonly images: ImageStore;
  readonly clock: Clock;
  readonly random: Random;
  /** One line of the sandbox's own log. */
  readonly log: (line: string) => void;
  readonly recordEvent: RecordPodEvent;
  /** The node whose pods it runs. */
  readonly nodeName: string;
  /** What containers find as their service account's files. */
  readonly credentials: Credentials;
  /** What a container without limits may use, for resourceFieldRef. @default 4 CPUs, 8192Mi */
  readonly capacity?: NodeCapacity;
}

export interface Kubelet extends PodRuntime {
  /** Ends all containers; the pods' objects stay as they are. After it no timer is left. */
  close(): Promise<void>;
}

export function startKubelet(options: KubeletOptions): Kubelet {
  const { cluster, nodeName, capacity = { cpu: '4', memory: '8192Mi' } } = options;
  const workers = new Map<string, PodWorker>();
  const find = (pod: Pod): PodWorker | undefined => workers.get(pod.metadata.uid);

  const seen = (pod: Pod): void => {
    const worker = find(pod);
    if (worker !== undefined) {
      worker.update(pod);
      return;
    }
    const { phase } = pod.status ?? {};
    if (pod.spec?.nodeName !== nodeName) return;
    const over = phase === 'Succeeded' || phase === 'Failed';
    if (over && pod.metadata.deletionTimestamp === undefined) return;
    const created = new PodWorker(pod, {
      ...options,
      capacity,
      exec: async (owner, container, command, signal) => {
        let output = '';
        const print = (chunk: Buffer | string): void => {
          output += chunk.toString();
        };
        const stdio = { tty: false, stdin: undefined, stdout: print, stderr: print };
        const code = await execInPod(find(owner), owner, { container, command, signal, ...stdio }, options);
        return { code, output };
      },
    });
    workers.set(pod.metadata.uid, created);
    // A status of before says "ready" of programs that are gone: nobody shall rely on it for a moment.
    if (pod.status?.containerStatuses !== undefined) created.writeStatus();
    // Whoever bound the pod tells so first.
    if (pod.metadata.deletionTimestamp === undefined) setImmediate(() => created.start());
    else created.update(pod);
  };

  const unwatch = cluster.watch(pods, ({ type, object }) => {
    if (type !== 'DELETED') {
      seen(object);
      return;
    }
    find(object)?.kill();
    workers.delete(object.metadata.uid);
  });

  return {
    logs: (pod, logOptions, signal) => podLogs(find(pod), pod, logOptions, options.clock, signal),
    exec: (pod, execOptions) => execInPod(find(pod), pod, execOptions, options),
    connect: (pod, port) => connectToPod(find(pod)?.network, pod, port),
    close: async () => {
      unwatch();
      for (const worker of workers.values()) worker.kill();
      workers.clear();
      await Promise.resolve();
    },
  };
}
