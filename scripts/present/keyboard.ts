// Single keys of an instructor. The terminal is raw for as long as the keyboard is open: a key that nobody waits for is
// neither shown to the audience nor kept for later.

import { emitKeypressEvents } from 'node:readline';

export interface Keyboard extends Disposable {
  /** The name of the next key. Rejects with the reason of `signal`. */
  next(signal: AbortSignal): Promise<string>;
  /** Once more, after something else has read from the terminal. */
  take(): void;
}

/** @param interrupt called for Ctrl+C: a raw terminal makes no signal of it */
export function openKeyboard(input: NodeJS.ReadStream, interrupt: () => void): Keyboard {
  let hears: ((name: string) => void) | undefined;
  const onKey = (_text: string | undefined, key: { name?: string; ctrl?: boolean }): void => {
    if (key.ctrl === true && key.name === 'c') interrupt();
    else hears?.(key.name ?? '');
  };
  const take = (): void => {
    input.setRawMode(true);
    input.resume();
  };
  emitKeypressEvents(input);
  input.on('keypress', onKey);
  take();
  return {
    take,
    async next(signal) {
      signal.throwIfAborted();
      const done = new AbortController();
      try {
        return await new Promise<string>((resolve, reject) => {
          hears = resolve;
          const onAbort = (): void => reject(signal.reason as Error);
          signal.addEventListener('abort', onAbort, { signal: done.signal });
        });
      } finally {
        hears = undefined;
        done.abort();
      }
    },
    [Symbol.dispose]() {
      input.off('keypress', onKey);
      input.setRawMode(false);
      input.pause();
    },
  };
}
