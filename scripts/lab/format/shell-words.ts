// The words of shell commands, for lint alone: bash is what runs them.

/** Words of one simple command with quotes removed; `offset` is where the word starts in the text. */
export type SimpleCommand = readonly { readonly word: string; readonly offset: number }[];

// In order: heredoc with its body, comment, line continuation, command separator, redirection, blanks, a word of
// quoted and bare parts, anything else.
const token =
  /(<<-?\s*(["']?)([\w-]+)\2)|((?<=^|[\s;&|()])#[^\n]*)|(\\\n)|(\n|;+|&&?|\|\|?|[()])|(\d*>>?&?|\d*<<<?|<)|([^\S\n]+)|((?:"(?:[^"\\]|\\[^])*"|'[^']*'|\\[^]|[^\s;&|()<>"'\\])+)|([^])/g;

/** A redirection's target is a word of its command with `>` before it. */
export function shellWords(text: string): readonly SimpleCommand[] {
  const commands: { word: string; offset: number }[][] = [[]];
  for (const match of withoutHeredocs(text).matchAll(token)) {
    const [, , , , , , separator, redirection, , word] = match;
    const current = commands.at(-1);
    if (separator !== undefined) commands.push([]);
    else if (redirection !== undefined) current?.push({ word: '>', offset: match.index });
    else if (word !== undefined) current?.push({ word: unquoted(word), offset: match.index });
  }
  return commands.filter((command) => command.length > 0);
}

/** The same text with the bodies of heredocs blanked, so that offsets stay. */
function withoutHeredocs(text: string): string {
  return text.replaceAll(
    /(<<-?[^\S\n]*(["']?)([\w-]+)\2[^\n]*\n)([^]*?)(\n?[^\S\n]*\3(?=\n|$))/g,
    (_whole, head: string, _quote: string, _name: string, body: string, tail: string) =>
      head + `${body}${tail}`.replaceAll(/[^\n]/g, ' '),
  );
}

const unquoted = (word: string): string =>
  word.replaceAll(
    /"((?:[^"\\]|\\[^])*)"|'([^']*)'|\\([^])/g,
    (_whole, double?: string, single?: string, escaped?: string) => double ?? single ?? escaped ?? '',
  );
