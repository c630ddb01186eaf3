// A word for a command line, whether a shell reads it or people copy it.

/** As it is where a shell takes it so, else in single quotes. */
export const shellQuote = (text: string): string =>
  /^[\w:/.=@%,+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
