// When controllers run: right after the write that woke them, but never so long that requests have to wait.

/** Tasks are run in order, in this turn of the event loop or one of the next. */
export interface Turns {
  run(task: () => void): void;
  /** Drops what still waits. */
  close(): void;
}

// A rollout settles within one turn; two controllers that fight must not keep the API from answering.
const tasksPerTurn = 64;

export function createTurns(): Turns {
  let tasks: (() => void)[] = [];
  let next: NodeJS.Immediate | undefined;
  let scheduled = false;

  const drain = (): void => {
    next = undefined;
    for (let done = 0; done < tasksPerTurn; done += 1) {
      const task = tasks.shift();
      if (task === undefined) {
        scheduled = false;
        return;
      }
      task();
    }
    next = setImmediate(drain);
  };

  return {
    run(task) {
      tasks.push(task);
      if (scheduled) return;
      scheduled = true;
      queueMicrotask(drain);
    },
    close() {
      tasks = [];
      if (next !== undefined) clearImmediate(next);
      next = undefined;
      scheduled = false;
    },
  };
}
