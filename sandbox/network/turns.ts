// When something that happens inside the process reaches the other side: soon, but never at the cost of the rest.

export interface Turns {
  /** Calls `task` once the running code is done. */
  soon(task: () => void): void;
}

/**
 * The next tick is the fastest hop there is, but ticks that beget ticks would keep real sockets and timers waiting
 * for ever: every 64th task goes through the event loop.
 */
export function createTurns(): Turns {
  let left = 64;
  return {
    soon: (task) => {
      left -= 1;
      if (left > 0) {
        process.nextTick(task);
        return;
      }
      left = 64;
      setImmediate(task);
    },
  };
}
