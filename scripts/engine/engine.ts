// What makes a cluster: two promises, a kubeconfig that works and localhost ports that answer.

import type { Collector } from '../diagnostics/collector.ts';
import type { SetUpTask } from '../setup/task.ts';
import type { Track } from '../tools/releases.ts';

/** In the order in which they are offered. */
export const engineNames = ['kind', 'sandbox', 'cluster'] as const;
export type EngineName = (typeof engineNames)[number];

export interface EngineStatus {
  readonly state: 'up' | 'down';
  /** Host port of the gateway, when it is up. */
  readonly portBase: number | undefined;
  /** One line for people: versions, process, where its log is. */
  readonly detail: string;
  /** What can be opened in a browser beside the gateway, by name. */
  readonly urls?: Readonly<Record<string, string>>;
}

/**
 * What the tasks of a lab wait for. Each is given by one task of every engine's set-up:
 * - `api`: the kubeconfig is written, and the API answers.
 * - `images`: the images asked for are where pods find them.
 * - `mesh`: new pods get their sidecar, and Istio's resources are accepted.
 */
export const milestones = ['api', 'images', 'mesh'] as const;

/** What a set-up is for, as far as an engine has to know. */
export interface Wanted {
  /** Images that pods will ask for, as their manifests name them. */
  readonly images: readonly string[];
  /** Namespaces that the labs make, change and delete. */
  readonly namespaces: readonly string[];
}

/**
 * `settleMs` where istiod is the real one: it waits for 100 ms of quiet before it pushes (PILOT_DEBOUNCE_AFTER), and on
 * a busy machine the push takes a while to arrive.
 */
export const istiodSettleMs = 3000;

/** A question at the terminal that is answered with yes or no. */
export type Ask = (question: string) => Promise<boolean>;

/** A sentence for people, about what is being done or was done. */
export type Tell = (sentence: string) => void;

export interface Engine {
  readonly name: EngineName;
  /** Ends the sentence "Engine: kind, …": what a learner gets by it. */
  readonly summary: string;
  /** Folders of programs that a lab's shell takes before the user's own. */
  readonly path: readonly string[];
  /** On every object that the workshop applies. @default none */
  readonly labels?: Readonly<Record<string, string>>;
  /** True: others have things in the cluster too, and what is outside of the labs' namespaces is none of our business. */
  readonly shared?: boolean;
  /** True: all that the engine brings is there when the API answers. Elsewhere parts of Istio come later. */
  readonly wholeWithApi?: boolean;
  /** For how long what was applied may be on its way to the proxies, in milliseconds. @default 0 */
  readonly settleMs?: number;
  /** Which versions of Kubernetes and Istio it is about, where there is a choice. */
  readonly track?: Track;
  status(signal: AbortSignal): Promise<EngineStatus>;
  /**
   * Before the first task: whether the user means it. `ask` is undefined where nobody can answer.
   * @throws LabError when they do not
   */
  confirm?(ask: Ask | undefined): Promise<void>;
  /** Of what a set-up would need, `images` of apps among it: what it would take from registries. @default nothing */
  toPull?(images: readonly string[], signal: AbortSignal): Promise<readonly string[]>;
  /** The tasks that start it, or find it running. */
  setUp(wanted: Wanted): readonly SetUpTask[];
  /** Said after `down` of what it leaves, unless that is purged. @default nothing */
  readonly outlives?: string;
  /** Stops it and removes what it made, telling of each part. False when there was nothing to stop. */
  down(signal: AbortSignal, tell: Tell): Promise<boolean>;
  /** What it can tell of a failure, beside what every cluster is asked. */
  readonly evidence?: readonly Collector[];
  /** After `down`: removes what that leaves outside `.lab/` for the next time. */
  purge?(signal: AbortSignal): Promise<void>;
}
