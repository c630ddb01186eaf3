// What a demo service needs from wherever it runs: as a process of its own, or as a container of the sandbox.

import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';

export interface AppContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The pod's name, as a container sees it. */
  readonly hostname: string;
  /** One line of the log, without its line break. */
  readonly log: (line: string) => void;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Calls back once after `ms`; returns the function that cancels it. */
  readonly after: (ms: number, callback: () => void) => () => void;
  /** Opens a TCP connection; rejects with Node's error codes (ENOTFOUND, ECONNREFUSED, …). */
  readonly connect: (host: string, port: number) => Promise<Duplex>;
}

/** A service that is ready to take connections: the host listens on `port` and hands them to `server`. */
export interface App {
  readonly port: number;
  readonly server: Server;
}

export type CreateApp = (context: AppContext) => App;
