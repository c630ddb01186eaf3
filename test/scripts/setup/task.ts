// Tasks that end when a test says so.

import type { SetUpTask, TaskContext } from '../../../scripts/setup/task.ts';

export interface HeldTask extends SetUpTask {
  /** undefined until it was started. */
  context(): TaskContext | undefined;
  finish(title?: string): void;
  fail(error: Error): void;
}

export function heldTask(id: string, needs: readonly string[] = [], gives: readonly string[] = []): HeldTask {
  let context: TaskContext | undefined;
  let finish: (title?: string) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const end = new Promise<string | void>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  return {
    id,
    title: `Task ${id}`,
    needs,
    gives,
    run: async (given) => {
      context = given;
      return end;
    },
    context: () => context,
    finish: (title) => finish(title),
    fail: (error) => fail(error),
  };
}
