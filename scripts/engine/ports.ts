// The six ports of localhost that every engine serves.

import { createServer } from 'node:net';
import { LabError } from '../error.ts';

/** In order, from the base on. */
export const portNames = ['gateway', 'Prometheus', 'Grafana', 'Kiali', 'tracing', 'kube-ops-view'] as const;

export const defaultPortBase = 30_000;

/** `LAB_PORT_BASE`, checked: the six ports must lie between 1024 and 65535. */
export function readPortBase(env: NodeJS.ProcessEnv): number {
  const text = env['LAB_PORT_BASE'];
  if (text === undefined || text === '') return defaultPortBase;
  const base = Number(text);
  const last = 65_535 - portNames.length + 1;
  if (!Number.isInteger(base) || base < 1024 || base > last) {
    throw new LabError(
      'BAD_PORT_BASE',
      `LAB_PORT_BASE must be a whole number from 1024 to ${last}, got "${text}"`,
      { hint: 'for example: LAB_PORT_BASE=31000 npm run up' },
    );
  }
  return base;
}

const written = /\b(localhost|127\.0\.0\.1):(\d{4,5})\b/g;

/** A text in which the six ports of this machine are those from `base` on. */
export const moveHostPorts = (text: string, base: number, from = defaultPortBase): string =>
  text.replaceAll(written, (whole, host: string, port: string) => {
    const index = Number(port) - from;
    return index >= 0 && index < portNames.length ? `${host}:${base + index}` : whole;
  });

/** @throws LabError naming the first port of the six that another program holds. */
export async function requireFreePorts(base: number): Promise<void> {
  for (const [index, name] of portNames.entries()) {
    const port = base + index;
    if (!(await isFree(port))) {
      throw new LabError('PORT_BUSY', `Port ${port} (${name}) is used by another program`, {
        hint: `stop that program, or move all six ports: export LAB_PORT_BASE=${suggestBase(base)}`,
      });
    }
  }
}

/** Another base, for a sentence that proposes one. */
export const suggestBase = (base: number): number => (base + 1000 <= 65_530 ? base + 1000 : base - 1000);

/** Whether nobody listens on that port of 127.0.0.1. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
