// Whether what is on the screen may be written over. Not in a pipe or a file, not where TERM says that the cursor
// cannot move, and not with LAB_SCREEN=plain: a screen reader reads again what changes.

export const terminalMoves = ({ isTTY }: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean =>
  isTTY && env['TERM'] !== 'dumb' && env['LAB_SCREEN'] !== 'plain';
