// What the kernel's terminal does between a client and a command (`kubectl exec -it`): line ends, Ctrl+C and Ctrl+D.

import type { ExecOptions } from '../api/extension.ts';

export interface Terminal extends Pick<ExecOptions, 'stdin' | 'stdout' | 'stderr' | 'signal'> {
  /** Ctrl+C was pressed: then `signal` is aborted. */
  readonly interrupted: boolean;
}

const interrupt = '\u0003';
const endOfInput = '\u0004';

/** The client's own terminal is raw, so a line feed alone would not go back to the left. */
export function openTerminal({ stdin, stdout, signal }: ExecOptions): Terminal {
  const stop = new AbortController();
  const input = stdin === undefined ? undefined : new Input();
  let interrupted = false;
  const print = (chunk: Buffer | string): void =>
    stdout(Buffer.from(Buffer.from(chunk).toString('latin1').replaceAll(/\r?\n/g, '\r\n'), 'latin1'));

  const read = async (chunks: AsyncIterable<Buffer>, to: Input): Promise<void> => {
    for await (const chunk of chunks) {
      const text = chunk.toString('latin1').replaceAll('\r', '\n');
      if (text.includes(interrupt)) {
        interrupted = true;
        print('^C\n');
        stop.abort();
        break;
      }
      const [line = '', ...rest] = text.split(endOfInput);
      const bytes = Buffer.from(line, 'latin1');
      print(bytes);
      to.push(bytes);
      if (rest.length > 0) break;
    }
    to.end();
  };
  if (stdin !== undefined && input !== undefined) {
    read(stdin, input).catch(() => input.end());
  }
  return {
    stdin: input,
    stdout: print,
    stderr: print,
    signal: AbortSignal.any([signal, stop.signal]),
    get interrupted() {
      return interrupted;
    },
  };
}

/** Chunks in order, for one reader. */
class Input implements AsyncIterable<Buffer> {
  #chunks: Buffer[] = [];
  #ended = false;
  #wake: () => void = () => undefined;

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (;;) {
      yield* this.#chunks.splice(0);
      if (this.#ended && this.#chunks.length === 0) return;
      if (this.#chunks.length > 0) continue;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
