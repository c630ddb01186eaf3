// "Did you mean": the choice nearest to a mistyped word.

/** The nearest choice by edit distance, or undefined when none is near enough to be a typing mistake. */
export function closest(word: string, choices: Iterable<string>): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  const [best] = Array.from(choices, (choice) => ({
    choice,
    distance: distance(word.toLowerCase(), choice.toLowerCase()),
  }))
    .filter((entry) => entry.distance <= limit)
    .toSorted((a, b) => a.distance - b.distance);
  return best?.choice;
}

/** ` (did you mean x?)`, or nothing. */
export function didYouMean(word: string, choices: Iterable<string>): string {
  const choice = closest(word, choices);
  return choice === undefined ? '' : ` (did you mean ${choice}?)`;
}

// Optimal string alignment: insert, delete, replace, and swap of neighbours count one each.
function distance(from: string, to: string): number {
  let before: number[] = [];
  let above = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      const steps = [
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (same ? 0 : 1),
      ];
      if (from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1])
        steps.push((before[column - 2] ?? row) + 1);
      current.push(Math.min(...steps));
    }
    before = above;
    above = current;
  }
  return above[to.length] ?? 0;
}
