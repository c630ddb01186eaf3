/**
 * How long a container's command sleeps, in milliseconds (Infinity for `sleep infinity`): what a tools image runs.
 * Understands coreutils' suffixes s, m, h, d, sums (`sleep 1m 30s`), and a shell around it (`sh -c "sleep 3600"`).
 * @param words the container's command and args
 * @returns undefined where the command is something else
 */
export function sleepMs(words: readonly string[]): number | undefined {
  const [program = '', ...times] = unwrapped(words);
  if (!/^(?:\/(?:usr\/)?bin\/)?sleep$/.test(program) || times.length === 0) return undefined;
  let total = 0;
  for (const time of times) {
    const [, amount = '', unit = 's'] = /^(infinity|inf|\d+(?:\.\d*)?|\.\d+)([smhd]?)$/.exec(time) ?? [];
    if (amount === '') return undefined;
    total += amount.startsWith('inf') ? Infinity : Number(amount) * (unitMs.get(unit) ?? 1_000);
  }
  return total;
}

/** The words inside `sh -c "…"`, if it holds one plain command. */
function unwrapped(words: readonly string[]): readonly string[] {
  const [shell = '', option, script] = words;
  const isShell = /^(?:\/(?:usr\/)?bin\/)?(?:ba|z)?sh$/.test(shell);
  if (!isShell || option !== '-c' || script === undefined) return words;
  return script
    .trim()
    .replace(/^exec\s+/, '')
    .split(/\s+/);
}

const unitMs: ReadonlyMap<string, number> = new Map([
  ['', 1_000],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);
