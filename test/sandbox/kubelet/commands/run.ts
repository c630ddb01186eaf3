// A command in a pod of its own, with what it printed.

import { seededRandom, systemClock, type Clock } from '../../../../sandbox/clock/clock.ts';
import type { CommandContext } from '../../../../sandbox/kubelet/commands/command.ts';
import { runCommand } from '../../../../sandbox/kubelet/commands/run-command.ts';
import { createNetwork, type AttachedPod, type Network } from '../../../../sandbox/network/create-network.ts';

export interface Box {
  readonly network: Network;
  readonly pod: AttachedPod;
  run(argv: readonly string[], options?: Partial<CommandContext>): Promise<Printed>;
}

export interface Printed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function openBox(clock: Clock = systemClock): Box {
  const random = seededRandom(3);
  const network = createNetwork({ clock, random });
  const pod = network.attach({ namespace: 'shop', name: 'box', serviceAccount: 'box' });
  return {
    network,
    pod,
    run: async (argv, options = {}) => {
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      const code = await runCommand(
        {
          image: 'docker.io/istioinaction/catalog',
          network: pod,
          env: new Map([
            ['HOSTNAME', 'box'],
            ['GREETING', 'hello  there'],
          ]),
          files: new Map([
            ['/etc/hostname', 'box\n'],
            ['/var/run/secrets/kubernetes.io/serviceaccount/namespace', 'shop'],
            ['/empty/', ''],
          ]),
          hostname: 'box',
          clock,
          random,
          tty: false,
          stdin: undefined,
          stdout: (chunk) => stdout.push(Buffer.from(chunk)),
          stderr: (chunk) => stderr.push(Buffer.from(chunk)),
          signal: new AbortController().signal,
          ...options,
        },
        argv,
      );
      return { code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
    },
  };
}
