// A machine as it was found: answers of programs and texts of files as they are, for rows to judge.

import type { Track } from '../../tools/releases.ts';
import type { Command } from './commands.ts';
import type { HubAnswer } from './docker-hub.ts';

export interface Answer {
  /** undefined when it was killed for taking too long. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** True when there is no such program. */
  readonly missing: boolean;
}

export interface Machine {
  /** As Node says: `linux`, `darwin`; and `x64`, `arm64`. */
  readonly platform: string;
  readonly arch: string;
  /** `uname -r`. Windows' own Linux has "microsoft" in it. */
  readonly kernel: string;
  readonly node: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Absolute path of `.lab`. */
  readonly labDir: string;
  readonly portBase: number;
  /** First port of the engine that is up, which holds them rightly. */
  readonly servedPortBase: number | undefined;
  readonly track: Track;
  /** By command line. What was not asked has no entry. */
  readonly commands: Readonly<Record<string, Answer>>;
  /** By path; what cannot be read has no entry. */
  readonly files: Readonly<Record<string, string>>;
  /** Free bytes, by path of the folder. */
  readonly freeBytes: Readonly<Record<string, number>>;
  /** Folders that may be written to. */
  readonly writable: readonly string[];
  /** Those of the six ports that somebody listens on. */
  readonly busyPorts: readonly number[];
  /** Age of the kubeconfig's lock file; undefined when there is none. */
  readonly lockAgeMs: number | undefined;
  /** Images that a set-up would take from their registries. */
  readonly toPull: readonly string[];
  /** undefined when it was not asked, or not reached. */
  readonly dockerHub: HubAnswer | undefined;
}

export const isWsl = ({ platform, kernel }: Machine): boolean =>
  platform === 'linux' && /microsoft/i.test(kernel);

/** undefined for what was not asked. */
export const answerTo = ({ commands }: Machine, command: Command): Answer | undefined =>
  commands[command.join(' ')];
