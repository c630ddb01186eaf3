// A terminal without a window: what a program writes becomes the screen a user would see, what a test types its input.

import { PassThrough, Writable } from 'node:stream';
import xterm from '@xterm/headless';
import { expect } from 'vitest';

export interface TestTerminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  /** Keys as a terminal sends them: `\r` is Enter, `\u001B[B` an arrow. */
  type(keys: string): void;
  /** Everything from the first line on, scrolled away or not, without colours. */
  screen(): string;
  /** What is seen without scrolling back. */
  visible(): string;
  resize(columns: number, rows: number): void;
  /** Resolves when everything written is on the screen. */
  drawn(): Promise<void>;
  /** Whether keys arrive one by one, and are not shown. */
  isRaw(): boolean;
  /** All that was written, with its escape codes. */
  written(): string;
  /** Resolves when the screen holds the text. */
  shows(text: string | RegExp): Promise<void>;
}

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  /** False: a pipe or a file. @default true */
  readonly isTTY?: boolean;
}

export function openTerminal({ columns = 80, rows = 24, isTTY = true }: TerminalOptions = {}): TestTerminal {
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 2000, allowProposedApi: true });
  let written = '';
  const output = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      written += String(chunk);
      // As the line discipline of a terminal does.
      terminal.write(String(chunk).replaceAll(/(?<!\r)\n/g, '\r\n'), done);
    },
  });
  const input = new PassThrough();
  let raw = false;
  const setRawMode = (isOn: boolean): typeof input => {
    raw = isOn;
    return input;
  };
  const screen = (): string => {
    const { length } = terminal.buffer.active;
    return Array.from(
      { length },
      (_, row) => terminal.buffer.active.getLine(row)?.translateToString(true) ?? '',
    )
      .join('\n')
      .trimEnd();
  };
  return {
    input: Object.assign(input, { isTTY, setRawMode }) as unknown as NodeJS.ReadStream,
    output: Object.assign(output, {
      isTTY,
      columns,
      rows,
      hasColors: () => true,
      // A pipe into a terminal does not close it.
      end: () => output,
    }) as unknown as NodeJS.WriteStream,
    type: (keys) => input.write(keys),
    screen,
    visible: () => screen().split('\n').slice(terminal.buffer.active.baseY).join('\n'),
    resize: (cols, lines) => {
      terminal.resize(cols, lines);
      Object.assign(output, { columns: cols, rows: lines });
    },
    drawn: async () => new Promise((resolve) => output.write('', () => resolve())),
    isRaw: () => raw,
    written: () => written,
    shows: async (text) => {
      await expect.poll(screen, { interval: 5 }).toMatch(text);
    },
  };
}

export const keys = { enter: '\r', down: '\u001B[B', interrupt: '\u0003' } as const;
