// What listens in one network namespace.

import { addressInUse } from './errors.ts';
import type { Acceptor, Listener, Redirect } from './network.ts';

export interface Ports {
  /** @throws EADDRINUSE */
  listen(port: number, accept: Acceptor): Listener;
  listener(port: number): Acceptor | undefined;
  redirect: Redirect | undefined;
}

export function createPorts(): Ports {
  const listeners = new Map<number, Acceptor>();
  return {
    listen: (port, accept) => {
      if (listeners.has(port)) throw addressInUse(port);
      listeners.set(port, accept);
      return {
        close: () => {
          if (listeners.get(port) === accept) listeners.delete(port);
        },
      };
    },
    listener: (port) => listeners.get(port),
    redirect: undefined,
  };
}
