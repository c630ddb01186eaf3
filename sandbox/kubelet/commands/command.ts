// A command of a container's image, as far as the sandbox has it.

import { text } from 'node:stream/consumers';
import type { Clock, Random } from '../../clock/clock.ts';
import type { PodNetwork } from '../../network/network.ts';

export interface CommandContext {
  readonly image: string;
  readonly network: PodNetwork;
  readonly env: ReadonlyMap<string, string>;
  /** Absolute path to content; a path that ends with a slash is an empty folder. */
  readonly files: ReadonlyMap<string, string>;
  readonly hostname: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly tty: boolean;
  readonly stdin: AsyncIterable<Buffer> | undefined;
  readonly stdout: (chunk: Buffer | string) => void;
  readonly stderr: (chunk: Buffer | string) => void;
  /** Aborted when the command shall end. */
  readonly signal: AbortSignal;
}

/** Resolves with the exit code. `args` is without the command's own name. */
export type Command = (args: readonly string[], context: CommandContext) => Promise<number> | number;

/** All of standard input; nothing when there is none. */
export const readInput = async (stdin: AsyncIterable<Buffer> | undefined): Promise<string> =>
  stdin === undefined ? '' : text(stdin);
