// An image of tools as a container: it runs one of the sandbox's commands (`sleep infinity`, `curl …`, `sh -c …`).

import { hasCommand, runCommand } from './commands/run-command.ts';
import type { ContainerContext, ContainerProgram, RunningContainer } from './program.ts';

const killed = 137;

/** As process 1, a command ignores SIGTERM: only SIGKILL ends it. @throws when the image has no such command */
export const commandProgram: ContainerProgram = async (context) => Promise.resolve(run(context));

function run({
  command,
  args,
  image,
  env,
  network,
  clock,
  random,
  log,
  pod,
}: ContainerContext): RunningContainer {
  const argv = [...command, ...args];
  const [name = ''] = argv;
  if (!hasCommand(name, image)) {
    throw new Error(
      `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: ` +
        `unable to start container process: exec: ${JSON.stringify(name)}: executable file not found in $PATH: unknown`,
    );
  }
  const end = new AbortController();
  const lines = new Lines(log);
  const hostname = env['HOSTNAME'] ?? pod.name;
  const running = runCommand(
    {
      image,
      network,
      hostname,
      clock,
      random,
      env: new Map(Object.entries(env)),
      files: new Map([['/etc/hostname', `${hostname}\n`]]),
      tty: false,
      stdin: undefined,
      stdout: (chunk) => lines.add(chunk),
      stderr: (chunk) => lines.add(chunk),
      signal: end.signal,
    },
    argv,
  );
  return {
    exited: running.then((code) => {
      lines.flush();
      return end.signal.aborted ? killed : code;
    }),
    stop: () => undefined,
    kill: () => end.abort(),
  };
}

/** Output to whole lines. */
class Lines {
  readonly #log: (line: string) => void;
  #rest = '';

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  add(chunk: Buffer | string): void {
    const lines = (this.#rest + chunk.toString()).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#log(line);
  }

  flush(): void {
    if (this.#rest !== '') this.#log(this.#rest);
    this.#rest = '';
  }
}
