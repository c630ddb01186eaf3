// A word for a command line that people copy.

/** As it is where a shell takes it so, else in single quotes. */
export const shellQuote = (text: string): string =>
  /^[\w:/.=@%,+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
