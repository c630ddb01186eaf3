// What one call of the stand-in reads and writes: passed in, so that tests call it without a process.

import type { Readable } from 'node:stream';

export interface Terminal {
  readonly stdin: Readable;
  readonly out: (text: string | Uint8Array) => void;
  readonly err: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly signal: AbortSignal;
}
