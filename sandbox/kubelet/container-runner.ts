// One container of a pod through all of its runs: image, start, probes, end, restart.

import type { Container, ContainerState, ContainerStatus } from 'kubernetes-types/core/v1.js';
import { type Clock, type Random, type Timer, timestamp } from '../clock/clock.ts';
import { ConfigError } from './environment/config-error.ts';
import { stateAfterLoss } from './earlier-run.ts';
import { type PullEvent, pullBackOff, pulled, pullError, pullFailed } from './image-pull.ts';
import { fullImageName, imageId, newContainerId } from './image-reference.ts';
import { LogRing } from './logs/log-ring.ts';
import type { Report } from './pod-events.ts';
import { ContainerProbes, type ProbeCheck } from './probes/container-probes.ts';
import type { ContainerContext, ContainerProgram, ImageStore, RunningContainer } from './program.ts';
import {
  type ContainerRole,
  goSeconds,
  RestartBackoff,
  type RestartPolicy,
  restartsAfter,
} from './restart-backoff.ts';

/** What a pod does for its containers. */
export interface ContainerHost {
  readonly clock: Clock;
  readonly random: Random;
  readonly images: ImageStore;
  readonly report: Report;
  /** `<name>_<namespace>(<uid>)`, as kubelet messages call a pod. */
  readonly podLabel: string;
  readonly restartPolicy: RestartPolicy;
  readonly graceMs: number;
  /** @throws ConfigError */
  contextFor(container: Container, log: (line: string) => void): ContainerContext;
  readonly check: ProbeCheck;
  /** The container's status is another one now. */
  changed(): void;
}

const pullBackoffFirstMs = 10_000;
const pullBackoffLongestMs = 300_000;
/** How soon a container with a missing ConfigMap or Secret is tried again. */
const configRetryMs = 2_000;
const killedExitCode = 137;

export class ContainerRunner {
  spec: Container;
  readonly role: ContainerRole;
  readonly #host: ContainerHost;
  readonly #backoff = new RestartBackoff();
  readonly #probes: ContainerProbes;
  #state: ContainerState;
  #lastState: ContainerState = {};
  #restarts = 0;
  #containerId: string | undefined;
  #running: RunningContainer | undefined;
  #runId = 0;
  #endedRun = 0;
  #timer: Timer | undefined;
  #graceTimer: Timer | undefined;
  #closed = false;
  #done = false;
  #startedAtMs = 0;
  #startedAt = '';
  #imageChanged = false;
  #ended: (() => void)[] = [];
  #log: LogRing;
  #previousLog: LogRing | undefined;

  /** @param earlier the container's status under a former kubelet, if it had been started */
  constructor(
    spec: Container,
    role: ContainerRole,
    host: ContainerHost,
    earlier: ContainerStatus | undefined,
  ) {
    this.spec = spec;
    this.role = role;
    this.#host = host;
    this.#log = new LogRing(host.clock);
    this.#probes = new ContainerProbes(spec, host.clock, host.check, {
      changed: () => host.changed(),
      unhealthy: (kind, message) => this.#report('Warning', 'Unhealthy', `${kind} probe failed: ${message}`),
      restart: (kind) => this.#restartBecause(`failed ${kind.toLowerCase()} probe`),
    });
    this.#state = { waiting: { reason: role === 'app' ? 'ContainerCreating' : 'PodInitializing' } };
    if (earlier?.containerID !== undefined && role !== 'init') {
      this.#restarts = earlier.restartCount + 1;
      this.#lastState = stateAfterLoss(earlier, timestamp(host.clock));
    }
  }

  get state(): ContainerState {
    return this.#state;
  }

  get log(): LogRing {
    return this.#log;
  }

  get previousLog(): LogRing | undefined {
    return this.#previousLog;
  }

  /** It has run at least once. */
  get begun(): boolean {
    return this.#containerId !== undefined;
  }

  get running(): boolean {
    return this.#running !== undefined;
  }

  /** Its startup probe, if it has one, has succeeded. */
  get started(): boolean {
    return this.running && this.#probes.started;
  }

  get ready(): boolean {
    return this.role === 'init' ? this.#state.terminated?.exitCode === 0 : this.running && this.#probes.ready;
  }

  /** It has ended and is not started again. */
  get done(): boolean {
    return this.#done;
  }

  get succeeded(): boolean {
    return this.#done && this.#state.terminated?.exitCode === 0;
  }

  get status(): ContainerStatus {
    const known = this.#containerId !== undefined;
    return {
      name: this.spec.name,
      image: known ? fullImageName(this.spec.image ?? '') : (this.spec.image ?? ''),
      imageID: known ? imageId(this.spec.image ?? '') : '',
      ...(this.#containerId === undefined ? {} : { containerID: this.#containerId }),
      ready: this.ready,
      started: this.role === 'init' ? false : this.started,
      restartCount: this.#restarts,
      state: this.#state,
      lastState: this.#lastState,
    };
  }

  /** Waits for the pod's init containers. */
  waitFor(reason: 'PodInitializing' | 'ContainerCreating'): void {
    this.#state = { waiting: { reason } };
  }

  /** Resolves when it has been started, or waits for something. */
  start(): Promise<void> {
    return this.#pull(pullBackoffFirstMs);
  }

  async #pull(backoffMs: number): Promise<void> {
    if (this.#closed) return;
    const { image = '' } = this.spec;
    const program = this.#host.images.find(image);
    if (program !== undefined) {
      this.#tell(pulled(this.spec));
      await this.#create(program);
      return;
    }
    const why = pullError(image, this.#host.images.names);
    this.#tell(pullFailed(image, why));
    this.#wait('ErrImagePull', why);
    // Between two tries a kubelet shows that it waits; the next sync of the pod, a moment later, says so.
    this.#later(1_000, () => {
      this.#tell(pullBackOff(image));
      this.#wait('ImagePullBackOff', `Back-off pulling image "${image}": ErrImagePull: ${why}`);
      this.#later(backoffMs, () => void this.#pull(Math.min(pullBackoffLongestMs, backoffMs * 2)));
    });
  }

  async #create(program: ContainerProgram): Promise<void> {
    const { clock, random } = this.#host;
    const log = new LogRing(clock);
    let context: ContainerContext;
    try {
      context = this.#host.contextFor(this.spec, (line) => log.append(line));
    } catch (error) {
      const message = messageOf(error);
      this.#report('Warning', 'Failed', `Error: ${message}`);
      this.#wait(
        error instanceof ConfigError ? 'CreateContainerConfigError' : 'CreateContainerError',
        message,
      );
      this.#later(configRetryMs, () => void this.#create(program));
      return;
    }
    if (this.#containerId !== undefined) this.#previousLog = this.#log;
    this.#log = log;
    this.#containerId = newContainerId(random);
    this.#runId += 1;
    const run = this.#runId;
    this.#report('Normal', 'Created', `Created container: ${this.spec.name}`);
    this.#startedAtMs = clock.now();
    this.#startedAt = timestamp(clock);
    let running: RunningContainer;
    try {
      running = await program(context);
    } catch (error) {
      const message = messageOf(error);
      this.#report('Warning', 'Failed', `Error: ${message}`);
      this.#end(run, 128, { reason: 'StartError', message });
      return;
    }
    this.#began(run, running);
  }

  #began(run: number, running: RunningContainer): void {
    running.exited.then(
      (code) => this.#end(run, code),
      (error: unknown) => {
        this.#log.append(messageOf(error));
        this.#end(run, 1);
      },
    );
    this.#running = running;
    if (this.#closed) {
      this.#kill(run);
      return;
    }
    this.#state = { running: { startedAt: this.#startedAt } };
    this.#report('Normal', 'Started', `Started container ${this.spec.name}`);
    if (this.role !== 'init') this.#probes.start();
    this.#host.changed();
  }

  /** SIGTERM, then after `graceMs` SIGKILL. Resolves when it has ended; it is not started again. */
  stop(graceMs: number): Promise<void> {
    const first = !this.#closed;
    this.#closed = true;
    this.#timer?.clear();
    if (this.#running === undefined) {
      this.#probes.stop();
      this.#done = true;
      return Promise.resolve();
    }
    if (first) this.#report('Normal', 'Killing', `Stopping container ${this.spec.name}`);
    const ended = new Promise<void>((resolve) => this.#ended.push(resolve));
    this.#terminate(graceMs);
    return ended;
  }

  #terminate(graceMs: number): void {
    const run = this.#runId;
    this.#probes.stop();
    this.#graceTimer?.clear();
    if (graceMs === 0) {
      this.#kill(run);
      return;
    }
    this.#graceTimer = this.#host.clock.after(graceMs, () => this.#kill(run));
    this.#running?.stop();
  }

  #kill(run: number): void {
    this.#running?.kill();
    this.#end(run, killedExitCode);
  }

  /** The image is all that may change of a container once its pod is there. */
  update(spec: Container): void {
    if (spec.image === this.spec.image) return;
    this.spec = spec;
    if (this.running) {
      this.#imageChanged = true;
      this.#restartBecause('definition changed');
    } else if (this.#state.waiting?.reason?.includes('Image') === true) {
      this.#later(0, () => void this.#pull(pullBackoffFirstMs));
    }
  }

  #restartBecause(why: string): void {
    this.#report('Normal', 'Killing', `Container ${this.spec.name} ${why}, will be restarted`);
    this.#terminate(this.#host.graceMs);
  }

  #end(run: number, exitCode: number, why?: { readonly reason: string; readonly message: string }): void {
    if (run !== this.#runId || run === this.#endedRun) return;
    this.#endedRun = run;
    const { clock } = this.#host;
    this.#graceTimer?.clear();
    this.#running = undefined;
    this.#probes.stop();
    this.#log.close();
    this.#state = {
      terminated: {
        exitCode,
        reason: exitCode === 0 ? 'Completed' : 'Error',
        startedAt: this.#startedAt,
        finishedAt: timestamp(clock),
        ...(this.#containerId === undefined ? {} : { containerID: this.#containerId }),
        ...why,
      },
    };
    const again = this.#imageChanged || restartsAfter(exitCode, this.role, this.#host.restartPolicy);
    if (this.#closed || !again) this.#done = true;
    else this.#restart(this.#imageChanged ? Infinity : clock.now() - this.#startedAtMs);
    this.#imageChanged = false;
    for (const ended of this.#ended.splice(0)) ended();
    this.#host.changed();
  }

  #restart(ranMs: number): void {
    const delay = this.#backoff.next(ranMs);
    const ended = this.#state;
    if (delay > 0) {
      const { podLabel } = this.#host;
      const { name } = this.spec;
      this.#report('Warning', 'BackOff', `Back-off restarting failed container ${name} in pod ${podLabel}`);
      this.#lastState = ended;
      this.#wait(
        'CrashLoopBackOff',
        `back-off ${goSeconds(delay)} restarting failed container=${name} pod=${podLabel}`,
      );
    }
    this.#later(delay, () => {
      this.#lastState = ended;
      this.#restarts += 1;
      void this.#pull(pullBackoffFirstMs);
    });
  }

  #wait(reason: string, message: string): void {
    this.#state = { waiting: { reason, message } };
    this.#host.changed();
  }

  #later(ms: number, callback: () => void): void {
    this.#timer?.clear();
    this.#timer = this.#host.clock.after(ms, () => {
      if (!this.#closed) callback();
    });
  }

  #tell(events: readonly PullEvent[]): void {
    for (const { type, reason, message } of events) this.#report(type, reason, message);
  }

  #report(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#host.report(type, reason, message, { name: this.spec.name, init: this.role !== 'app' });
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
