// What Docker says of itself, read from its answers.

import { commands } from './commands.ts';
import { answerTo, isWsl, type Machine } from './machine.ts';

/** The parts of `docker info` that rows look at. */
export interface DockerInfo {
  readonly ServerVersion?: string;
  readonly OperatingSystem?: string;
  readonly Architecture?: string;
  readonly NCPU?: number;
  readonly MemTotal?: number;
  readonly SystemTime?: string;
  readonly CgroupVersion?: string;
  readonly Driver?: string;
  readonly LoggingDriver?: string;
  readonly DockerRootDir?: string;
  readonly SecurityOptions?: readonly string[];
}

export type DockerState =
  | { readonly kind: 'missing' }
  | { readonly kind: 'podman' }
  | { readonly kind: 'denied' }
  | { readonly kind: 'down'; readonly reason: string }
  | { readonly kind: 'up'; readonly info: DockerInfo };

export function dockerState(machine: Machine): DockerState | undefined {
  const answer = answerTo(machine, commands.dockerInfo);
  if (answer === undefined) return undefined;
  if (answer.missing) return { kind: 'missing' };
  // Distributions let podman answer to the name: kind then takes it for what it is not.
  if (/podman/i.test(answerTo(machine, commands.dockerVersion)?.stdout ?? '')) return { kind: 'podman' };
  const said = `${answer.stdout}\n${answer.stderr}`;
  if (/permission denied/i.test(said)) return { kind: 'denied' };
  const info = readInfo(answer.stdout);
  if (answer.exitCode !== 0 || info?.ServerVersion === undefined || info.ServerVersion === '') {
    return { kind: 'down', reason: reasonIn(said) };
  }
  return { kind: 'up', info };
}

/** undefined unless there is a Docker that answers. */
export function dockerInfo(machine: Machine): DockerInfo | undefined {
  const state = dockerState(machine);
  return state?.kind === 'up' ? state.info : undefined;
}

export const isRootless = ({ SecurityOptions = [] }: DockerInfo): boolean =>
  SecurityOptions.some((option) => option.includes('name=rootless'));

/** Docker in a virtual machine of its own: what the kernel of this machine says does not count for it. */
export const isElsewhere = (machine: Machine, { OperatingSystem = '' }: DockerInfo): boolean =>
  machine.platform !== 'linux' || (/Docker Desktop|OrbStack/.test(OperatingSystem) && !isWsl(machine));

export interface Container {
  readonly name: string;
  /** `running`, `exited` … */
  readonly state: string;
  /** Name of the kind cluster that it is a node of. */
  readonly cluster: string | undefined;
  readonly hostPorts: readonly number[];
}

export function containersOf(machine: Machine): readonly Container[] {
  const lines = answerTo(machine, commands.containers)?.stdout.split('\n').filter(Boolean) ?? [];
  return lines.map((line) => {
    const { Names, State, Labels, Ports } = JSON.parse(line) as Record<string, string>;
    return {
      name: Names ?? '',
      state: State ?? '',
      cluster: /(?:^|,)io\.x-k8s\.kind\.cluster=([^,]+)/.exec(Labels ?? '')?.[1],
      hostPorts: [...(Ports ?? '').matchAll(/:(\d+)(?:-(\d+))?->/g)].flatMap(([, from, to]) =>
        range(Number(from), Number(to ?? from)),
      ),
    };
  });
}

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** `docker info` prints JSON even when only the client answers. */
function readInfo(text: string): DockerInfo | undefined {
  try {
    return JSON.parse(text) as DockerInfo;
  } catch {
    return undefined;
  }
}

function reasonIn(text: string): string {
  const known = /Cannot connect to the Docker daemon at \S+/.exec(text)?.[0];
  const last = text.trimEnd().split('\n').at(-1)?.trim();
  return (known ?? last ?? '').replace(/\.$/, '') || 'it says nothing';
}
