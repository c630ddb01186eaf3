// What can be executed in a container. A fixed set: nothing here starts a process of this machine.

import { curl } from './curl/curl.ts';
import type { Command, CommandContext } from './command.ts';
import { cat, listFiles } from './files.ts';
import { dig, getent, nslookup } from './names.ts';
import { requestTo } from './pilot-request.ts';
import { createShell } from './shell/shell.ts';
import { date, echo, id, printEnv, sleepFor, whoami, hostname, sequence } from './small.ts';
import { tar } from './tar.ts';
import { wget } from './wget.ts';

/** Killed, as a shell reports it. */
const killed = 137;
const notFound = 127;

/** Resolves with the exit code: 127 when the image has no such command, 137 when the signal ended it. */
export async function runCommand(context: CommandContext, argv: readonly string[]): Promise<number> {
  const [name = '', ...args] = argv;
  const command = findCommand(name, context.image);
  if (command === undefined) {
    context.stderr(`${missingProgram(name)}\n`);
    return notFound;
  }
  if (context.signal.aborted) return killed;
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve(killed);
    context.signal.addEventListener('abort', stop, { once: true });
    Promise.resolve(command(args, context))
      .then(resolve, reject)
      .finally(() => context.signal.removeEventListener('abort', stop));
  });
}

/** What runc says of a command that the container does not have. */
export function missingProgram(name: string): string {
  const why = name.includes('/')
    ? `stat ${name}: no such file or directory`
    : 'executable file not found in $PATH';
  return `OCI runtime exec failed: exec failed: unable to start container process: exec: ${JSON.stringify(name)}: ${why}: unknown`;
}

/** Whether the image has it. */
export const hasCommand = (name: string, image: string): boolean => findCommand(name, image) !== undefined;

/** By name or by path in one of the usual folders. */
function findCommand(name: string, image: string): Command | undefined {
  const bare = name.replace(/^(\/usr)?(\/local)?\/s?bin\//, '');
  const command = commands.get(bare);
  const only = imageOf.get(bare);
  return only === undefined || image.includes(only) ? command : undefined;
}

/** Programs that one image alone has. */
const imageOf: ReadonlyMap<string, string> = new Map([
  ['pilot-agent', 'istio/proxyv2'],
  ['pilot-discovery', 'istio/pilot'],
]);

const shell = createShell({
  run: (context, argv) => runCommand(context, argv),
  has: hasCommand,
});
const succeed: Command = () => 0;
const fail: Command = () => 1;

const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  [':', succeed],
  ['bash', shell],
  ['cat', cat],
  ['curl', curl],
  ['date', date],
  ['dig', dig],
  ['echo', echo],
  ['env', printEnv],
  ['false', fail],
  ['getent', getent],
  ['hostname', hostname],
  ['id', id],
  ['ls', listFiles],
  ['nslookup', nslookup],
  ['pilot-agent', requestTo('pilot-agent', 15_000)],
  ['pilot-discovery', requestTo('pilot-discovery', 15_014)],
  ['printenv', printEnv],
  ['seq', sequence],
  ['sh', shell],
  ['sleep', sleepFor],
  ['tar', tar],
  ['true', succeed],
  ['wget', wget],
  ['whoami', whoami],
]);
