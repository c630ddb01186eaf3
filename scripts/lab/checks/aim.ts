// What a check is about, as data: for those who explain why it is red.

import type { Request, RouteRetries } from './route-config.ts';
import type { Workload } from './proxy-of.ts';

export type Aim = RequestAim | RouteAim | ResourceAim | CommandAim;

/** `http`, `traffic`, `metric`: requests from this machine. */
export interface RequestAim {
  readonly kind: 'request';
  readonly method: string;
  /** As written: for the ports from 30000 on. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of a split by what the answers say: the share of each name. */
  readonly shares?: ReadonlyMap<string, number>;
  /** Whose counter is read meanwhile. */
  readonly workload?: Workload;
}

/** `route`: what a workload's proxies do with a request. */
export interface RouteAim {
  readonly kind: 'route';
  readonly workload: Workload;
  readonly request: Request;
  /** By subset, or by service where there is none. */
  readonly weights?: ReadonlyMap<string, number>;
  readonly retries?: RouteRetries;
}

/** `resource`: objects of the API. */
export interface ResourceAim {
  readonly kind: 'resource';
  readonly target: {
    readonly kind: string;
    readonly namespace: string | undefined;
    readonly name: string | undefined;
    readonly labels: Readonly<Record<string, string>>;
  };
  /** True: there must be none. */
  readonly absent: boolean;
}

/** `command`: a line for bash. */
export interface CommandAim {
  readonly kind: 'command';
  readonly line: string;
}
