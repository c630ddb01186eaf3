// What doctor says of one row.

export interface Finding {
  readonly id: string;
  /** `warn`: the labs run, but differently from what a learner may expect. */
  readonly status: 'ok' | 'warn' | 'fail';
  /** What was seen. */
  readonly detail: string;
  /** What happens to whoever goes on. */
  readonly symptom?: string;
  readonly cause?: string;
  /** What to do, for everything that is not ok. */
  readonly fix?: string;
  /** What `npm run doctor` and a set-up end with, for what failed. */
  readonly exitCode?: number;
}
