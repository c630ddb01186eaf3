// A few words of what came, to show what was seen.

const most = 60;

/** The line that has what was looked for, or else the first one that says anything; undefined when none does. */
export function excerpt(text: string, wanted?: string): string | undefined {
  const lines = linesOf(text).map((line) => line.trim());
  const line =
    lines.find((each) => wanted !== undefined && each.includes(wanted)) ??
    lines.find((each) => /[\p{L}\p{N}]/u.test(each)) ??
    lines[0];
  return line === undefined ? undefined : around(line, wanted);
}

/** Without empty ones, and without what would move the cursor of a terminal. */
export const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.replaceAll(/\p{Cc}/gu, '').trimEnd())
    .filter((line) => line !== '');

function around(line: string, wanted: string | undefined): string {
  if (line.length <= most) return line;
  const at = Math.max(0, wanted === undefined ? 0 : line.indexOf(wanted));
  const from = Math.max(0, Math.min(at - 10, line.length - most));
  const end = from + most < line.length ? '…' : '';
  return `${from > 0 ? '…' : ''}${line.slice(from, from + most)}${end}`;
}
