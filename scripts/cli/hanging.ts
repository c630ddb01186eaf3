// Lines for a terminal of any width.

import wrapAnsi from 'wrap-ansi';

/** To be copied as it is. */
const isCommand = (line: string): boolean =>
  /^\s*(?:by hand|fix): +(?:kubectl|curl|for|images=) [^,]*$/.test(line);

/** Wrapped, with the later lines indented. */
export function hanging(text: string, width: number): string {
  if (isCommand(text) || !Number.isFinite(width)) return text;
  const [first = '', ...rest] = wrapAnsi(text, width, { trim: false, hard: true }).split('\n');
  if (rest.length === 0) return first;
  const others = wrapAnsi(rest.join(''), width - 4, { hard: true })
    .split('\n')
    .map((line) => `    ${line}`);
  return [first.trimEnd(), ...others].join('\n');
}

/** A line at once, wrapped as wide as the terminal is then. */
export const printHanging = (output: NodeJS.WriteStream, line: string): void =>
  void output.write(`${hanging(line, widthOf(output))}\n`);

/** Columns of a terminal; of a pipe or a file no end of them. */
export const widthOf = ({ isTTY, columns }: NodeJS.WriteStream): number =>
  isTTY ? columns || 80 : Number.POSITIVE_INFINITY;
