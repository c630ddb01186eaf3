// `resourceFieldRef`: a container's own requests and limits as a number, rounded up in units of the divisor.

import type { Container } from 'kubernetes-types/core/v1.js';
import { ConfigError } from './config-error.ts';

/** What a container without a limit is told: the node's. */
export interface NodeCapacity {
  readonly cpu: string;
  readonly memory: string;
}

/** @throws ConfigError for a resource that is none */
export function readResource(
  container: Container,
  capacity: NodeCapacity,
  resource: string,
  divisor = '0',
): string {
  const match = /^(limits|requests)\.(cpu|memory|ephemeral-storage)$/.exec(resource);
  const [, kind, name] = match ?? [];
  if (kind === undefined || name === undefined) {
    throw new ConfigError(`unsupported container resource: ${resource}`);
  }
  const amount =
    container.resources?.[kind as 'limits' | 'requests']?.[name] ??
    (kind === 'limits' && name !== 'ephemeral-storage' ? capacity[name as 'cpu' | 'memory'] : '0');
  const unit = parseQuantity(divisor);
  return String(Math.ceil(parseQuantity(amount) / (unit === 0 ? 1 : unit)));
}

const suffixes: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A Kubernetes quantity as a number: `100m` is 0.1. @throws ConfigError */
export function parseQuantity(text: string | number): number {
  const match = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([A-Za-z]{0,2})$/.exec(String(text));
  const factor = suffixes[match?.[2] ?? ''];
  if (match === null || factor === undefined) throw new ConfigError(`not a quantity: ${text}`);
  return Number(match[1]) * factor;
}
