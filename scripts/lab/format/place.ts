// Where something stands in a file. Lines and columns count from 1, as editors and compilers do.

export interface Place {
  /** As given to the parser: relative to the project's root. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** `file:line:column`, which terminals and editors make clickable. */
export const showPlace = ({ file, line, column }: Place): string => `${file}:${line}:${column}`;

/** One text file, and the way from an offset in it to a place. */
export interface Source {
  readonly file: string;
  readonly text: string;
  readonly placeAt: (offset: number) => Place;
}

export function openSource(file: string, text: string): Source {
  const lineStarts = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
  return {
    file,
    text,
    placeAt: (offset) => {
      const inside = Math.min(Math.max(offset, 0), text.length);
      const after = lineStarts.findIndex((start) => start > inside);
      const line = after === -1 ? lineStarts.length : after;
      return { file, line, column: inside - (lineStarts[line - 1] ?? 0) + 1 };
    },
  };
}

/** The place of an offset in a text whose first line stands right under `opening`, indented like it. */
export function placeUnder(opening: Place, text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return {
    file: opening.file,
    line: opening.line + 1 + (before.match(/\n/g)?.length ?? 0),
    column: opening.column + offset - lineStart,
  };
}
