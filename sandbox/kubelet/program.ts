// What an image is to the kubelet: a program that runs inside this process with the pod's identity and network.

import type { Clock, Random } from '../clock/clock.ts';
import type { PodNetwork } from '../network/network.ts';

export interface PodIdentity {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly ip: string;
  readonly nodeName: string;
  readonly serviceAccount: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface ContainerContext {
  readonly pod: PodIdentity;
  readonly container: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  /** Resolved: literal values, fieldRef, configMapKeyRef, secretKeyRef, and the service variables of the namespace. */
  readonly env: Readonly<Record<string, string>>;
  readonly network: PodNetwork;
  readonly clock: Clock;
  readonly random: Random;
  /** One line of the container's log, without its line break. */
  readonly log: (line: string) => void;
}

/** A started container. */
export interface RunningContainer {
  /** Resolves with the exit code when the program ends by itself or after `stop`. */
  readonly exited: Promise<number>;
  /** SIGTERM: finish what is under way, then end. Repeating it is harmless. */
  stop(): void;
  /** SIGKILL: end now. */
  kill(): void;
}

/** Starts the program. Rejecting is a start error (`RunContainerError`). */
export type ContainerProgram = (context: ContainerContext) => Promise<RunningContainer>;

/** Images the sandbox can run: the program for a reference, or undefined (`ErrImagePull`). */
export interface ImageStore {
  find(image: string): ContainerProgram | undefined;
  /** Image names for the `ErrImagePull` message, sorted. */
  readonly names: readonly string[];
}
