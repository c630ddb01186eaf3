// A demo service (apps/) as a container's program: it listens in the pod's network.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CreateApp } from '../../apps/app.ts';
import type { Timer } from '../clock/clock.ts';
import type { Acceptor, Listener, VirtualSocket } from '../network/network.ts';
import type { ContainerContext, ContainerProgram, RunningContainer } from './program.ts';

/** Ended by SIGTERM it finishes requests under way and exits with 0; a port that is taken is exit code 1. */
export const appProgram =
  (create: CreateApp): ContainerProgram =>
  async (context) =>
    Promise.resolve(run(create, context));

function run(create: CreateApp, context: ContainerContext): RunningContainer {
  const { network, clock, env, log, random } = context;
  const timers = new Set<Timer>();
  /** Open connections, each with the number of its requests under way. */
  const busy = new Map<VirtualSocket, number>();
  let stopping = false;
  let exit: (code: number) => void = () => undefined;
  const exited = new Promise<number>((resolve) => {
    exit = (code) => {
      for (const timer of timers) timer.clear();
      resolve(code);
    };
  });

  const app = create({
    env,
    hostname: env['HOSTNAME'] ?? context.pod.name,
    log,
    random,
    now: () => clock.now(),
    after: (ms, callback) => {
      const timer = clock.after(ms, () => {
        timers.delete(timer);
        callback();
      });
      timers.add(timer);
      return () => {
        timers.delete(timer);
        timer.clear();
      };
    },
    connect: async (host, port) => {
      const [ip = host] = await network.resolve(host);
      return network.connect({ ip, port });
    },
  });

  const closeIdle = (): void => {
    for (const [socket, requests] of busy) if (requests === 0) socket.destroySoon();
    if (busy.size === 0) exit(0);
  };

  const accept: Acceptor = (socket) => {
    busy.set(socket, 0);
    socket.once('close', () => {
      busy.delete(socket);
      if (stopping) closeIdle();
    });
    app.server.emit('connection', socket);
  };

  app.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const socket = request.socket as unknown as VirtualSocket;
    busy.set(socket, (busy.get(socket) ?? 0) + 1);
    response.once('close', () => {
      if (busy.has(socket)) busy.set(socket, (busy.get(socket) ?? 1) - 1);
      if (stopping) closeIdle();
    });
  });

  let listener: Listener | undefined;
  try {
    listener = network.listen(app.port, accept);
  } catch (error) {
    log(error instanceof Error ? error.message : String(error));
    exit(1);
  }

  return {
    exited,
    stop: () => {
      stopping = true;
      listener?.close();
      closeIdle();
    },
    kill: () => {
      listener?.close();
      for (const socket of busy.keys()) socket.resetAndDestroy();
      exit(137);
    },
  };
}
