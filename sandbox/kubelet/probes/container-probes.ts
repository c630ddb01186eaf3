// The three probes of a container and what follows from them: started, ready, or restarted.

import type { Container, Probe } from 'kubernetes-types/core/v1.js';
import type { Clock } from '../../clock/clock.ts';
import { startProbe } from './probe-loop.ts';

export type ProbeKind = 'Startup' | 'Readiness' | 'Liveness';

/** Asks a container's probe once: undefined is success, else what went wrong. */
export type ProbeCheck = (
  container: Container,
  probe: Probe,
  signal: AbortSignal,
) => Promise<string | undefined>;

export interface ProbeOutcome {
  /** `started` or `ready` is another than before. */
  changed(): void;
  unhealthy(kind: ProbeKind, message: string): void;
  restart(kind: ProbeKind): void;
}

export class ContainerProbes {
  readonly #container: Container;
  readonly #clock: Clock;
  readonly #check: ProbeCheck;
  readonly #outcome: ProbeOutcome;
  #stops: (() => void)[] = [];
  #started = false;
  #ready = false;

  constructor(container: Container, clock: Clock, check: ProbeCheck, outcome: ProbeOutcome) {
    this.#container = container;
    this.#clock = clock;
    this.#check = check;
    this.#outcome = outcome;
  }

  get started(): boolean {
    return this.#started;
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** A run of the container has begun. Until its startup probe succeeds, the others wait. */
  start(): void {
    const { startupProbe } = this.#container;
    if (startupProbe === undefined) {
      this.#isStarted();
      return;
    }
    const stop = this.#run('Startup', startupProbe, true, {
      up: () => {
        stop();
        this.#isStarted();
        this.#outcome.changed();
      },
      down: () => this.#outcome.restart('Startup'),
    });
  }

  #isStarted(): void {
    this.#started = true;
    const { readinessProbe, livenessProbe } = this.#container;
    if (readinessProbe === undefined) this.#ready = true;
    else {
      this.#run('Readiness', readinessProbe, true, {
        up: () => this.#setReady(true),
        down: () => this.#setReady(false),
      });
    }
    if (livenessProbe !== undefined) {
      this.#run('Liveness', livenessProbe, false, {
        up: () => undefined,
        down: () => this.#outcome.restart('Liveness'),
      });
    }
  }

  #run(
    kind: ProbeKind,
    probe: Probe,
    eager: boolean,
    verdict: { readonly up: () => void; readonly down: () => void },
  ): () => void {
    const stop = startProbe(
      probe,
      this.#clock,
      eager,
      (signal) => this.#check(this.#container, probe, signal),
      { ...verdict, failed: (message) => this.#outcome.unhealthy(kind, message) },
    );
    this.#stops.push(stop);
    return stop;
  }

  #setReady(ready: boolean): void {
    if (ready === this.#ready) return;
    this.#ready = ready;
    this.#outcome.changed();
  }

  /** The run has ended or is about to. */
  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#started = false;
    this.#ready = false;
  }
}
