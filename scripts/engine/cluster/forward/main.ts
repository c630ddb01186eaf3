// The forwards as a process: what the cluster engine starts in the background.

import { parseArgs } from 'node:util';
import { openCluster } from '../../../cluster/client.ts';
import { openListener, type Listener } from './listener.ts';
import { forwardTargets } from './targets.ts';

const { values } = parseArgs({
  options: { kubeconfig: { type: 'string' }, 'port-base': { type: 'string' } },
});
const { kubeconfig, 'port-base': portBase } = values;
if (kubeconfig === undefined || portBase === undefined) {
  throw new Error('forward/main.ts needs --kubeconfig FILE and --port-base PORT');
}

// A log that cannot be written is no reason to stop.
process.stdout.on('error', () => undefined);

const log = (line: string): void => {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`);
};

/** Says how it went to whoever started us, and lets go of them. */
function report(message: object): void {
  process.send?.(message, () => {
    if (process.connected) process.disconnect();
  });
}

try {
  const cluster = openCluster(kubeconfig);
  const listeners: Listener[] = [];
  for (const [index, target] of forwardTargets.entries()) {
    listeners.push(await openListener({ cluster, target, port: Number(portBase) + index, log }));
  }
  process.once('SIGTERM', () => {
    log('stopping');
    for (const listener of listeners) void listener[Symbol.asyncDispose]();
  });
  log(`forwarding ports from ${portBase} on`);
  report({ kind: 'ready' });
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  log(message);
  report({ kind: 'failed', message });
  process.exitCode = 1;
}
