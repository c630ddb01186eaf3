// Looks at this machine. Nothing is judged here, and nothing changed.

import { accessSync, constants, readFileSync, statfsSync, statSync } from 'node:fs';
import { release } from 'node:os';
import type { EngineName } from '../../engine/engine.ts';
import { isFree, portNames } from '../../engine/ports.ts';
import { run } from '../../process/run.ts';
import type { Track } from '../../tools/releases.ts';
import { commands, files, type Command } from './commands.ts';
import { dockerInfo } from './docker.ts';
import { isWsl, type Answer, type Machine } from './machine.ts';

export interface InspectOptions {
  readonly engine: EngineName;
  readonly labDir: string;
  readonly kubeconfig: string;
  readonly portBase: number;
  /** First port of the engine, when it is known to be up. */
  readonly servedPortBase: number | undefined;
  readonly track: Track;
  /** Images that a set-up would take from their registries. Asked only where Docker answers. */
  readonly toPull: () => Promise<readonly string[]>;
  readonly signal: AbortSignal;
}

const timeoutMs = 30_000;

/** Asks only what the engine's rows are about. */
export async function inspectMachine(options: InspectOptions): Promise<Machine> {
  const { engine, labDir, portBase, servedPortBase, track, signal } = options;
  const ask = async (questions: readonly Command[]): Promise<Record<string, Answer>> =>
    Object.fromEntries(
      await Promise.all(
        questions.map(async (question) => [question.join(' '), await answerOf(question, signal)] as const),
      ),
    );
  const [common, busyPorts] = await Promise.all([
    ask([commands.bash, commands.curl, commands.kubectl]),
    servedPortBase === undefined ? findBusyPorts(portBase) : [],
  ]);
  const machine: Machine = {
    platform: process.platform,
    arch: process.arch,
    kernel: release(),
    node: process.versions.node,
    env: process.env,
    now: Date.now(),
    labDir,
    portBase,
    servedPortBase,
    track,
    commands: common,
    files: {},
    freeBytes: freeBytesOf([labDir]),
    writable: isWritable(labDir) ? [labDir] : [],
    busyPorts,
    lockAgeMs: undefined,
    toPull: [],
    dockerHub: undefined,
  };
  return engine === 'kind' ? withHub(await withDocker(machine, options, ask), options) : machine;
}

async function withDocker(
  machine: Machine,
  { kubeconfig }: InspectOptions,
  ask: (questions: readonly Command[]) => Promise<Record<string, Answer>>,
): Promise<Machine> {
  const isMac = machine.platform === 'darwin';
  const answers = await ask([
    commands.dockerVersion,
    commands.dockerInfo,
    commands.dockerContext,
    commands.containers,
    commands.networks,
    commands.groups,
    isMac ? commands.routes.darwin : commands.routes.linux,
    ...(isMac ? [] : [commands.firewall]),
    ...(isWsl(machine) ? [commands.reservedPorts] : []),
  ]);
  const asked = { ...machine, commands: { ...machine.commands, ...answers } };
  return {
    ...asked,
    now: Date.now(),
    files: isMac ? {} : textsOf(machine.kernel),
    freeBytes: { ...machine.freeBytes, ...freeBytesOf([dockerInfo(asked)?.DockerRootDir ?? '']) },
    lockAgeMs: ageOf(`${kubeconfig}.lock`),
  };
}

async function withHub(machine: Machine, { toPull, signal }: InspectOptions): Promise<Machine> {
  if (dockerInfo(machine) === undefined) return machine;
  const images = await toPull();
  if (images.length === 0) return machine;
  // Most set-ups find their images there, and need no network.
  const { askDockerHub } = await import('./docker-hub.ts');
  return { ...machine, toPull: images, dockerHub: await askDockerHub({ env: machine.env, signal }) };
}

async function answerOf([program, ...args]: Command, signal: AbortSignal): Promise<Answer> {
  const { exitCode, stdout, stderr, missing } = await run(program, args, { signal, timeoutMs });
  return { exitCode, stdout, stderr, missing };
}

async function findBusyPorts(base: number): Promise<readonly number[]> {
  const ports = portNames.map((_, index) => base + index);
  const free = await Promise.all(ports.map(isFree));
  return ports.filter((__, index) => free[index] === false);
}

const textsOf = (kernel: string): Record<string, string> =>
  Object.fromEntries(
    Object.values(files)
      .map((path) => (typeof path === 'string' ? path : path(kernel)))
      .flatMap((path) => {
        const text = textOf(path);
        return text === undefined ? [] : [[path, text]];
      }),
  );

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

const freeBytesOf = (folders: readonly string[]): Record<string, number> =>
  Object.fromEntries(
    folders.flatMap((folder) => {
      try {
        const { bavail, bsize } = statfsSync(folder);
        return [[folder, bavail * bsize]];
      } catch {
        return [];
      }
    }),
  );

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function ageOf(file: string): number | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? undefined : Date.now() - stat.mtimeMs;
}
