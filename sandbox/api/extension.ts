// Where the rest of the sandbox plugs into the API: admission of writes, and the subresources that need a kubelet.

import type { Duplex } from 'node:stream';
import type { AnyObject, NewObject } from '../kube/object.ts';
import type { Pod } from '../kube/resources.ts';
import type { ResourceType } from '../schema/type.ts';

export interface AdmissionRequest {
  readonly type: ResourceType;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  /** `''` for cluster-scoped resources. */
  readonly namespace: string;
  /** To be changed in place by `mutate`; undefined on DELETE. */
  readonly object: NewObject | undefined;
  readonly old: AnyObject | undefined;
  readonly dryRun: boolean;
  /** Adds a `Warning:` that kubectl prints. */
  readonly warn: (text: string) => void;
}

/**
 * In Kubernetes' order: every plug-in's `mutate`, then schema and kind validation, then every plug-in's `validate`.
 * Both refuse by throwing a `StatusError`.
 */
export interface AdmissionPlugin {
  readonly name: string;
  mutate?(request: AdmissionRequest): void;
  validate?(request: AdmissionRequest): void;
}

export interface LogOptions {
  readonly container: string;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines?: number;
  readonly sinceSeconds?: number;
  /** RFC 3339. */
  readonly sinceTime?: string;
  readonly limitBytes?: number;
}

export interface ExecOptions {
  readonly container: string;
  readonly command: readonly string[];
  readonly tty: boolean;
  /** Chunks of standard input; undefined when none was asked for. */
  readonly stdin: AsyncIterable<Buffer> | undefined;
  readonly stdout: (chunk: Buffer | string) => void;
  readonly stderr: (chunk: Buffer | string) => void;
  /** Aborted when the client leaves. */
  readonly signal: AbortSignal;
}

/** The kubelet, as the API server sees it. Refusals (unknown container, not running yet) are `StatusError`s. */
export interface PodRuntime {
  /** Text as it would be printed, in chunks of whole lines; ends at the end of the log, or with `signal` when following. */
  logs(pod: Pod, options: LogOptions, signal: AbortSignal): AsyncIterable<string>;
  /** Runs one of the container's commands; resolves with its exit code (127: no such command, 137: killed). */
  exec(pod: Pod, options: ExecOptions): Promise<number>;
  /** A connection to a port of the pod, from inside it. Rejects with an Error whose message is for the client. */
  connect(pod: Pod, port: number): Promise<Duplex>;
}
