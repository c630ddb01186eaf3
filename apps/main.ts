// Runs one demo service as a process of its own: `tsx apps/main.ts catalog`, or APP=catalog. This is what images start.
// PORT listens elsewhere than the service does by itself. SIGTERM and SIGINT let requests under way finish.

import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { hostname } from 'node:os';
import type { AppContext } from './app.ts';
import { programs } from './programs.ts';
import type { Program } from './programs.ts';

const name = process.argv[2] ?? process.env['APP'] ?? '';
const program = programs.get(name);
if (program === undefined) {
  const problem = name === '' ? 'No service is named' : `There is no service "${name}"`;
  process.stderr.write(`${problem}. Services: ${[...programs.keys()].join(', ')}\n`);
  process.exitCode = 2;
} else {
  await run(program);
}

async function run({ create, env }: Program): Promise<void> {
  const context = processContext({ ...env, ...process.env });
  const app = create(context);
  const stop = (): void => {
    app.server.close();
    app.server.closeIdleConnections();
    // Connections with a request under way are idle after it, and would keep the process alive.
    app.server.keepAliveTimeout = 1;
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  app.server.listen(Number(context.env['PORT'] ?? app.port));
  await once(app.server, 'listening');
  const address = app.server.address();
  context.log(`${name} listens on port ${typeof address === 'object' ? address?.port : address}`);
}

function processContext(env: AppContext['env']): AppContext {
  return {
    env,
    hostname: hostname(),
    log: (line) => process.stdout.write(`${line}\n`),
    random: Math.random,
    now: Date.now,
    after: (ms, callback) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    connect: open,
  };
}

async function open(host: string, port: number): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true });
  await once(socket, 'connect');
  return socket;
}
