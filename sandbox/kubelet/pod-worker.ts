// One pod from the moment it is bound to this node until nothing of it is left.

import type { Container } from 'kubernetes-types/core/v1.js';
import { type Clock, type Random, type Timer, timestamp } from '../clock/clock.ts';
import type { Cluster } from '../kube/cluster.ts';
import { isStatus } from '../kube/status-error.ts';
import { pods, type Pod } from '../kube/resources.ts';
import type { AttachedPod, Network } from '../network/create-network.ts';
import { containerContext } from './container-context.ts';
import { type ContainerHost, ContainerRunner } from './container-runner.ts';
import type { ContainerRole, RestartPolicy } from './restart-backoff.ts';
import { containerFiles, mountFailure, type Credentials, type FilesOptions } from './environment/files.ts';
import { resolveEnvironment } from './environment/environment.ts';
import type { NodeCapacity } from './environment/resource-ref.ts';
import { reporter, type RecordPodEvent, type Report } from './pod-events.ts';
import { isInitialized, podStatus } from './pod-status.ts';
import { checkProbe, type ExecResult } from './probes/check-probe.ts';
import type { ContainerContext, ImageStore } from './program.ts';
import { sameJson } from './same-json.ts';

export interface PodWorkerOptions {
  readonly cluster: Cluster;
  readonly network: Network;
  readonly images: ImageStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: (line: string) => void;
  readonly recordEvent: RecordPodEvent;
  readonly credentials: Credentials;
  readonly capacity: NodeCapacity;
  /** Runs a command in one of the pod's containers, for exec probes. */
  readonly exec: (
    pod: Pod,
    container: string,
    command: readonly string[],
    signal: AbortSignal,
  ) => Promise<ExecResult>;
}

/** How soon a pod whose volumes cannot be set up is tried again. */
const mountRetryMs = 2_000;
/** How soon a write that the store refused (its disk is full) is tried again. */
const writeRetryMs = 5_000;

export class PodWorker {
  readonly uid: string;
  readonly #options: PodWorkerOptions;
  readonly #report: Report;
  readonly #init: readonly ContainerRunner[];
  readonly #apps: readonly ContainerRunner[];
  readonly #startTime: string;
  #pod: Pod;
  #network: AttachedPod | undefined;
  #podIp: string | undefined;
  #retry: Timer | undefined;
  #nextInit = 0;
  #appsBegun = false;
  #writing = false;
  #stopping: Promise<void> | undefined;
  #gone = false;

  constructor(pod: Pod, options: PodWorkerOptions) {
    this.uid = pod.metadata.uid;
    this.#pod = pod;
    this.#options = options;
    this.#report = reporter(options.recordEvent, () => this.#pod);
    this.#startTime = pod.status?.startTime ?? timestamp(options.clock);
    const { spec, status } = pod;
    this.#init = (spec?.initContainers ?? []).map((container) =>
      this.#runner(
        container,
        container.restartPolicy === 'Always' ? 'sidecar' : 'init',
        status?.initContainerStatuses,
      ),
    );
    this.#apps = (spec?.containers ?? []).map((container) =>
      this.#runner(container, 'app', status?.containerStatuses),
    );
    if (this.#init.length > 0) for (const app of this.#apps) app.waitFor('PodInitializing');
  }

  #runner(
    container: Container,
    role: ContainerRole,
    earlier: NonNullable<Pod['status']>['containerStatuses'],
  ): ContainerRunner {
    const host = this.#host();
    return new ContainerRunner(
      container,
      role,
      host,
      earlier?.find(({ name }) => name === container.name),
    );
  }

  #host(): ContainerHost {
    const { clock, random, images } = this.#options;
    const { metadata, spec } = this.#pod;
    return {
      clock,
      random,
      images,
      report: this.#report,
      podLabel: `${metadata.name}_${metadata.namespace}(${metadata.uid})`,
      restartPolicy: (spec?.restartPolicy ?? 'Always') as RestartPolicy,
      graceMs: (spec?.terminationGracePeriodSeconds ?? 30) * 1000,
      contextFor: (container, log) => this.#contextFor(container, log),
      check: (container, probe, signal) =>
        checkProbe(
          {
            podIp: this.#podIp ?? '',
            node: this.#options.network.node,
            exec: (owner, command, stop) => this.#options.exec(this.#pod, owner.name, command, stop),
          },
          container,
          probe,
          signal,
        ),
      changed: () => this.#advance(),
    };
  }

  get pod(): Pod {
    return this.#pod;
  }

  /** Undefined before the pod has its network and after it is gone. */
  get network(): AttachedPod | undefined {
    return this.#network;
  }

  container(name: string): ContainerRunner | undefined {
    return [...this.#init, ...this.#apps].find(({ spec }) => spec.name === name);
  }

  start(): void {
    if (this.#gone || this.#stopping !== undefined) return;
    const failure = mountFailure(this.#filesOptions());
    if (failure !== undefined) {
      this.#report('Warning', 'FailedMount', failure);
      this.#writeSoon();
      this.#retryIn(mountRetryMs, () => this.start());
      return;
    }
    const { network } = this.#options;
    const { metadata, spec, status } = this.#pod;
    this.#network = network.attach({
      namespace: metadata.namespace ?? '',
      name: metadata.name,
      serviceAccount: spec?.serviceAccountName ?? 'default',
      ...(status?.podIP === undefined ? {} : { ip: status.podIP }),
    });
    this.#podIp = this.#network.ip;
    this.#advance();
  }

  #retryIn(ms: number, retry: () => void): void {
    this.#retry?.clear();
    this.#retry = this.#options.clock.after(ms, retry);
  }

  /** The next container that may start does, and the status follows. */
  #advance(): void {
    if (this.#gone) return;
    this.#writeSoon();
    if (this.#stopping !== undefined || this.#network === undefined) return;
    const before = this.#init.slice(0, this.#nextInit);
    const failed = this.#init.some(({ role, done, succeeded }) => role === 'init' && done && !succeeded);
    if (!failed && isInitialized(before)) {
      const next = this.#init[this.#nextInit];
      if (next !== undefined) {
        this.#nextInit += 1;
        void next.start();
      } else if (!this.#appsBegun) {
        this.#appsBegun = true;
        for (const app of this.#apps) app.waitFor('ContainerCreating');
        void this.#startApps();
      }
    }
    if (failed || this.#apps.every(({ done }) => done)) this.#finish();
  }

  // In the order of the spec, each when the one before it was started.
  async #startApps(): Promise<void> {
    for (const app of this.#apps) await app.start();
  }

  /** All that had to run has run: sidecars end, and the address is free for others. */
  #finish(): void {
    for (const sidecar of this.#init) void sidecar.stop(0);
    this.#network?.detach();
    this.#network = undefined;
  }

  /** The object has changed. */
  update(pod: Pod): void {
    this.#pod = pod;
    if (pod.metadata.deletionTimestamp === undefined) {
      for (const spec of [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])]) {
        this.container(spec.name)?.update(spec);
      }
      // Whoever opens a readiness gate writes to the status; the kubelet draws the conclusion.
      if (pod.spec?.readinessGates !== undefined) this.#writeSoon();
      return;
    }
    void this.#terminate((pod.metadata.deletionGracePeriodSeconds ?? 30) * 1000);
  }

  async #terminate(graceMs: number): Promise<void> {
    // A second, shorter deletion hurries the first.
    if (this.#stopping !== undefined) {
      void this.#stopAll(graceMs);
      return;
    }
    this.#retry?.clear();
    this.#stopping = this.#stopAll(graceMs);
    await this.#stopping;
    if (this.#gone) return;
    this.writeStatus();
    this.#leave();
    this.#remove();
  }

  #remove(): void {
    const { cluster, log } = this.#options;
    const { namespace = '', name, uid } = this.#pod.metadata;
    try {
      cluster.delete(pods, namespace, name, { gracePeriodSeconds: 0, preconditions: { uid } });
    } catch (error) {
      if (isStatus(error, 'NotFound') || isStatus(error, 'Conflict')) return;
      log(`removal of pod ${namespace}/${name}: ${String(error)}`);
      this.#retryIn(writeRetryMs, () => this.#remove());
    }
  }

  /** Sidecars outlive the containers they serve (KEP-753). */
  async #stopAll(graceMs: number): Promise<void> {
    const sidecars = this.#init.filter(({ role }) => role === 'sidecar');
    const first = [...this.#apps, ...this.#init.filter(({ role }) => role === 'init')];
    const began = this.#options.clock.now();
    await Promise.all(first.map((container) => container.stop(graceMs)));
    const left = Math.max(0, graceMs - (this.#options.clock.now() - began));
    await Promise.all(sidecars.map((container) => container.stop(left)));
  }

  /** Ends everything at once: the object is gone, or the process ends. Nothing more is written. */
  kill(): void {
    this.#leave();
    this.#retry?.clear();
    for (const container of [...this.#apps, ...this.#init]) void container.stop(0);
  }

  #leave(): void {
    this.#gone = true;
    this.#network?.detach();
    this.#network = undefined;
  }

  // What happens in one turn of the event loop is one write.
  #writeSoon(): void {
    if (this.#writing) return;
    this.#writing = true;
    setImmediate(() => {
      this.#writing = false;
      if (!this.#gone) this.writeStatus();
    });
  }

  /** Says in the pod's status how it is now. */
  writeStatus(): void {
    const { cluster, clock, network } = this.#options;
    const { namespace = '', name } = this.#pod.metadata;
    const pod = cluster.get(pods, namespace, name);
    if (pod === undefined || pod.metadata.uid !== this.uid) return;
    const status = podStatus({
      pod,
      init: this.#init,
      apps: this.#apps,
      podIp: this.#podIp,
      hostIp: network.node.ip,
      startTime: this.#startTime,
      now: timestamp(clock),
    });
    if (sameJson(status, pod.status)) return;
    try {
      cluster.updateStatus(pods, { ...pod, status });
    } catch (error) {
      this.#options.log(`status of pod ${namespace}/${name}: ${String(error)}`);
      this.#retryIn(writeRetryMs, () => this.#writeSoon());
    }
  }

  get hostname(): string {
    return (this.#pod.spec?.hostname ?? this.#pod.metadata.name).slice(0, 63);
  }

  #filesOptions(): FilesOptions {
    const { cluster, capacity, credentials, network } = this.#options;
    return {
      cluster,
      capacity,
      credentials,
      pod: this.#pod,
      hostname: this.hostname,
      addresses: { podIp: this.#podIp ?? '', hostIp: network.node.ip },
    };
  }

  /** What the container can read now. */
  files(container: Container): ReadonlyMap<string, string> {
    return containerFiles(this.#filesOptions(), container);
  }

  /** @throws ConfigError */
  environment(container: Container): ReadonlyMap<string, string> {
    return resolveEnvironment({ ...this.#filesOptions(), container });
  }

  #contextFor(container: Container, log: (line: string) => void): ContainerContext {
    const { clock, random } = this.#options;
    const network = this.#network;
    if (network === undefined) throw new Error(`pod ${this.#pod.metadata.name} has no network`);
    const env = this.environment(container);
    return containerContext({ pod: this.#pod, container, env, network, clock, random, log });
  }
}
