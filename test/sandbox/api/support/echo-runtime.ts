// A kubelet whose containers know four commands, and whose log ends when it is not followed.

import { PassThrough } from 'node:stream';
import type { PodRuntime } from '../../../../sandbox/api/extension.ts';
import { StatusError } from '../../../../sandbox/kube/status-error.ts';

export const echoRuntime: PodRuntime = {
  async *logs(pod, { container, follow, tailLines }, signal) {
    if (container === 'waiting')
      throw new StatusError('BadRequest', 'container "waiting" in pod "p" is waiting to start');
    yield `${pod.metadata.name} ${container} tail=${tailLines ?? 'all'}\n`;
    if (!follow) return;
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  },
  async exec(_pod, { command, stdin, stdout, stderr, signal }) {
    switch (command[0]) {
      case 'echo':
        stdout(`${command.slice(1).join(' ')}\n`);
        return 0;
      case 'fail':
        stderr('it failed\n');
        return 3;
      case 'cat':
        for await (const chunk of stdin ?? []) stdout(chunk);
        return 0;
      case 'wait':
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        return 137;
      default:
        throw new StatusError(
          'InternalError',
          `exec: ${JSON.stringify(command[0])}: executable file not found in $PATH`,
        );
    }
  },
  // Port 80 sends everything back; nobody listens on the others.
  connect: (_pod, port) =>
    port === 80
      ? Promise.resolve(new PassThrough())
      : Promise.reject(new Error(`error forwarding port ${port} to pod p: connection refused`)),
};
