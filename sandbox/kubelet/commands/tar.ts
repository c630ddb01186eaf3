import type { Command } from './command.ts';

/** What `kubectl cp` runs in the container. Containers here have no files of their own to copy. */
export const tar: Command = (_, { stderr }) => {
  stderr('tar: kubectl cp is not available in the sandbox; use --engine kind for it\n');
  return 1;
};
