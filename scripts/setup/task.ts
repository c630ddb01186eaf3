// A step of the set-up as data: what it needs, and how it is done. Engines offer theirs, a lab adds its own.

export interface TaskContext {
  readonly signal: AbortSignal;
  /** What it waits for just now, in a few words. Said again, it is no news. */
  readonly note: (text: string) => void;
}

export interface SetUpTask {
  /** Unique among the tasks that run together. */
  readonly id: string;
  readonly title: string;
  /** What must be done before it: ids of tasks, or names that tasks give. */
  readonly needs: readonly string[];
  /** Names under which others can need it, beside its id. */
  readonly gives?: readonly string[];
  /** Safe to repeat. Resolves with a title that says what came of it. */
  run(context: TaskContext): Promise<string | void>;
}
