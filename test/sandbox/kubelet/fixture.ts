// A node with a kubelet on a stepped clock, and images that are programs of a few lines.

import { createServer } from 'node:http';
import { expect } from 'vitest';
import type { Container, PodSpec } from 'kubernetes-types/core/v1.js';
import { seededRandom, type Random, type Timer } from '../../../sandbox/clock/clock.ts';
import { pods, type Pod } from '../../../sandbox/kube/resources.ts';
import { commandProgram } from '../../../sandbox/kubelet/command-program.ts';
import { startKubelet, type Kubelet } from '../../../sandbox/kubelet/kubelet.ts';
import type { NewPodEvent } from '../../../sandbox/kubelet/pod-events.ts';
import type { ContainerContext, ContainerProgram, ImageStore } from '../../../sandbox/kubelet/program.ts';
import { createNetwork, type Network } from '../../../sandbox/network/create-network.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';
import { MemoryCluster } from './memory-cluster.ts';

export const nodeName = 'node';

export interface Fixture {
  readonly clock: ManualClock;
  readonly cluster: MemoryCluster;
  readonly network: Network;
  readonly random: Random;
  readonly kubelet: Kubelet;
  readonly events: NewPodEvent[];
  /** Contexts of the programs that were started, in order. */
  readonly started: ContainerContext[];
  /** What `web` answers: its status code, or "drop". */
  readonly web: { status: number };
  /** The sandbox's own log: empty when all is well. */
  readonly log: string[];
  /** A kubelet of a new process on the same cluster. */
  restart(): Kubelet;
  add(spec: Partial<PodSpec>, name?: string): void;
  pod(name?: string): Pod;
  reasons(): string[];
}

export function openFixture(cluster?: MemoryCluster): Fixture {
  const clock = new ManualClock();
  const random = seededRandom(7);
  const events: NewPodEvent[] = [];
  const started: ContainerContext[] = [];
  const web = { status: 200 };
  const log: string[] = [];
  const images = imageStore({ web: serveOn8080(web, started), ...programs(started) });
  const store = cluster ?? new MemoryCluster(() => clock.now());
  const start = (): { network: Network; kubelet: Kubelet } => {
    const network = createNetwork({ clock, random });
    const kubelet = startKubelet({
      cluster: store,
      network,
      images,
      clock,
      random,
      nodeName,
      log: (line) => log.push(line),
      recordEvent: (event) => events.push(event),
      credentials: { ca: 'CERTIFICATE\n', token: ({ metadata }) => `token-of-${metadata.name}` },
    });
    return { network, kubelet };
  };
  const { network, kubelet } = start();
  return {
    clock,
    cluster: store,
    network,
    random,
    kubelet,
    events,
    started,
    web,
    log,
    restart: () => start().kubelet,
    add: (spec, name = 'web') => {
      store.create(pods, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace: 'shop', labels: { app: 'web' }, uid: `uid-of-${name}` },
        spec: { nodeName, containers: [container('web', 'web:1')], ...spec },
      });
    },
    pod: (name = 'web') => {
      const pod = store.get(pods, 'shop', name);
      if (pod === undefined) throw new Error(`no pod ${name}`);
      return pod;
    },
    reasons: () => events.map(({ reason }) => reason),
  };
}

/** Ends the kubelet; nothing may be left over. */
export async function closeFixture({ kubelet, network, clock, log }: Fixture): Promise<void> {
  await kubelet.close();
  await settled();
  expect(network.openEnds, 'connections left open').toBe(0);
  expect(clock.pending, 'timers left').toBe(0);
  expect(log).toEqual([]);
}

/** The status of a condition of a pod. */
export const condition = (fixture: Fixture, type: string): string | undefined =>
  fixture.pod().status?.conditions?.find((other) => other.type === type)?.status;

export const container = (name: string, image: string, rest: Partial<Container> = {}): Container => ({
  name,
  image,
  ...rest,
});

function imageStore(all: Readonly<Record<string, ContainerProgram>>): ImageStore {
  return {
    find: (image) =>
      Object.hasOwn(all, image.split(':')[0] ?? '') ? all[image.split(':')[0] ?? ''] : undefined,
    names: Object.keys(all).toSorted(),
  };
}

/** Serves HTTP on port 8080 until it is stopped. */
function serveOn8080(web: { status: number }, started: ContainerContext[]): ContainerProgram {
  return async (context) => {
    started.push(context);
    const http = createServer((request, response) => {
      response.statusCode = web.status;
      response.end(`${request.method} ${request.url} of ${context.pod.name}\n`);
    });
    const listener = context.network.listen(8080, (socket) => http.emit('connection', socket));
    context.log('listening');
    return Promise.resolve(untilStopped(0, () => listener.close()));
  };
}

/** `exits`: by itself with the code in EXIT_CODE, after RUNS_MS; `stubborn`: ignores SIGTERM; `broken`: cannot start. */
const programs = (started: ContainerContext[]): Record<string, ContainerProgram> => ({
  exits: async (context) => {
    started.push(context);
    context.log(`run ${started.length}`);
    const code = Number(context.env['EXIT_CODE'] ?? '0');
    const ending = untilStopped(143, () => timer.clear());
    const ran = Number(context.env['RUNS_MS'] ?? '0');
    let timer: Timer = { clear: () => undefined };
    const exited = new Promise<number>((resolve) => {
      timer = context.clock.after(ran, () => resolve(code));
    });
    return Promise.resolve({ ...ending, exited: Promise.race([exited, ending.exited]) });
  },
  stubborn: async (context) => {
    started.push(context);
    return Promise.resolve({
      exited: new Promise(() => undefined),
      stop: () => undefined,
      kill: () => undefined,
    });
  },
  tools: commandProgram,
  broken: async () => Promise.reject(new Error('no such entrypoint')),
});

function untilStopped(code: number, cleanUp: () => void): Awaited<ReturnType<ContainerProgram>> {
  let end: (code: number) => void = () => undefined;
  const exited = new Promise<number>((resolve) => {
    end = (exitCode) => {
      cleanUp();
      resolve(exitCode);
    };
  });
  return { exited, stop: () => end(code), kill: () => end(137) };
}
