// What makes a cluster: two promises, a kubeconfig that works and localhost ports that answer.

import type { SetUpTask } from '../setup/task.ts';

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
}

export interface Engine {
  readonly name: EngineName;
  /** Ends the sentence "Engine: kind, …": what a learner gets by it. */
  readonly summary: string;
  /** Folders of programs that a lab's shell takes before the user's own. */
  readonly path: readonly string[];
  status(signal: AbortSignal): Promise<EngineStatus>;
  /** The tasks that start it, or find it running. */
  setUp(wanted: Wanted): readonly SetUpTask[];
  /** Stops it and removes what it made. False when there was nothing to stop. */
  down(signal: AbortSignal): Promise<boolean>;
}
