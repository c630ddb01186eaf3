// What a verb of the stand-in is, and what it is given.

import type { ApiClient } from './api/client.ts';
import type { Discovery } from './api/discovery.ts';
import type { Flags, FlagSpec } from './flags.ts';
import type { Terminal } from './terminal.ts';

export interface Verb {
  /** Flags besides the global ones. */
  readonly flags: FlagSpec;
  /** Resolves with the exit code. */
  run(call: Call): Promise<number>;
}

export interface Call {
  readonly args: readonly string[];
  /** What stands after `--`. */
  readonly command: readonly string[];
  readonly flags: Flags;
  readonly terminal: Terminal;
  /** Opened on first use. */
  cluster(): Promise<Cluster>;
}

export interface Cluster {
  readonly client: ApiClient;
  /** Read on first use. */
  discovery(): Promise<Discovery>;
  /** `-n`, else the context's. */
  readonly namespace: string;
}
