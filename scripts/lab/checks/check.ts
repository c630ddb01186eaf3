// What a check is to everything that runs one: the learner's screen, verify, JSON and JUnit share these shapes.

import type { Diagnosis } from '../why/diagnosis.ts';
import type { Aim } from './aim.ts';

/** Where a check runs: which cluster, which ports, until when. */
export interface CheckContext {
  /** Path of the kubeconfig; never the user's own. */
  readonly kubeconfig: string;
  /** Host port of the gateway; the six ports are `portBase` … `portBase + 5`. */
  readonly portBase: number;
  /** Environment of the programs a check runs (PATH, KUBECONFIG, …), and their working directory. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** For how long what was applied may be on its way to the proxies, in milliseconds. @default 0 */
  readonly settleMs?: number;
  /** Told while a traffic check samples. */
  readonly onProgress?: (sampling: Sampling) => void;
}

/** What a traffic check has seen so far. */
export interface Sampling {
  /** Requests sent. */
  readonly requests: number;
  /** In words: `v1: 79.8 %, v2: 20.2 % of 188 requests`. */
  readonly seen: string;
  /** The share of the answers that each name has got, from 0 to 1, in the order of the claim. */
  readonly parts: readonly { readonly name: string; readonly share: number }[];
}

/**
 * How long to look. `within`: green as soon as it is true, red at the deadline. `soon`: a deadline that a person waits
 * for. `once`: a single look, which verify uses to see a check red before its step.
 */
export type Patience = 'within' | 'soon' | 'once';

export interface CheckResult {
  /** `error`: the check itself could not be carried out (no curl, API gone). */
  readonly status: 'pass' | 'fail' | 'error';
  readonly title: string;
  /** What was seen, in one phrase: `HTTP 503 "no healthy upstream"`. */
  readonly observed: string;
  readonly expected: string;
  /** Why it is red, in one sentence; absent when green. */
  readonly reason?: string;
  readonly hint?: string;
  /** What is behind it, where the cluster was asked. */
  readonly why?: Diagnosis;
  /** Lines to show under the result: an answer's body, an object's status. */
  readonly evidence: readonly string[];
  /** The command a learner can run by hand to see the same. */
  readonly command: string;
  readonly durationMs: number;
}

export interface Check {
  readonly title: string;
  readonly kind: 'http' | 'traffic' | 'route' | 'resource' | 'metric' | 'command';
  /** True: it holds before its step as well, so verify does not demand red first. */
  readonly invariant: boolean;
  /** What it is about. */
  readonly aim: Aim;
  run(context: CheckContext, patience: Patience): Promise<CheckResult>;
}

/** A mistake in a check's YAML, at an offset from the start of its fence's text. */
export interface CheckProblem {
  readonly offset: number;
  readonly message: string;
}

/** Reads one `yaml check` fence; `title` is that of its `<details>`. All mistakes are reported, not only the first. */
export type ParseCheck = (
  title: string,
  yaml: string,
) => { readonly check: Check } | { readonly problems: readonly CheckProblem[] };
