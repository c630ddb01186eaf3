// The manifests that a command gives to the cluster, read from its words.

import { shellWords, type SimpleCommand } from '../../lab/format/shell-words.ts';

export interface AppliedFile {
  /** As the command names it. */
  readonly path: string;
  /** Of the command's -n, for objects that do not name theirs. */
  readonly namespace: string | undefined;
}

const verbs = new Set(['apply', 'create', 'replace']);

/** Files after -f of `kubectl apply`, `create` and `replace`. Empty for what only the shell can tell. */
export function appliedFiles(command: string): readonly AppliedFile[] {
  return shellWords(command).flatMap((simple) => filesOf(simple));
}

function filesOf(command: SimpleCommand): readonly AppliedFile[] {
  const words = command.map(({ word }) => word);
  if (words[0] !== 'kubectl' || !words.some((word) => verbs.has(word))) return [];
  const [namespace] = valuesOf(words, '-n', '--namespace');
  return valuesOf(words, '-f', '--filename')
    .filter((path) => path !== '-' && !/[$*?[{`]|^[~]|^https?:/.test(path))
    .map((path) => ({ path, namespace }));
}

const valuesOf = (words: readonly string[], short: string, long: string): readonly string[] =>
  words.flatMap((word, index) => {
    const before = words[index - 1];
    if (before === short || before === long) return [word];
    const assigned = [`${short}=`, `${long}=`].find((prefix) => word.startsWith(prefix));
    return assigned === undefined ? [] : [word.slice(assigned.length)];
  });
