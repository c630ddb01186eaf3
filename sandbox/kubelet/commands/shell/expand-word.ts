// Words of a script to arguments.

/** Piece of a word: text as it is, or a variable, which is split at blanks unless it stood in quotes. */
export type Piece =
  | { readonly text: string }
  | { readonly variable: string; readonly quoted: boolean }
  | { readonly list: readonly string[] };

/** A word; one with quotes is an argument even when it is empty. */
export interface Word {
  readonly pieces: readonly Piece[];
  readonly quoted: boolean;
}

export function expandWord({ pieces, quoted }: Word, read: (name: string) => string): readonly string[] {
  const fields: string[] = [];
  let current = '';
  let open = quoted;
  for (const piece of pieces) {
    if ('text' in piece) {
      current += piece.text;
      open = true;
      continue;
    }
    const value = 'list' in piece ? piece.list.join(' ') : read(piece.variable);
    if ('variable' in piece && piece.quoted) {
      current += value;
      continue;
    }
    const [first = '', ...rest] = value.split(/\s+/);
    current += first;
    if (first !== '') open = true;
    for (const field of rest) {
      if (open) fields.push(current);
      current = field;
      open = field !== '';
    }
  }
  return open ? [...fields, current] : fields;
}
