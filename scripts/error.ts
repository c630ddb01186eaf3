// Errors for people: a mistake of the user, or a machine that cannot do what was asked. Every other error is a
// defect of ours and keeps its stack.

import { inspect } from 'node:util';

export interface LabErrorDetails {
  /** The next step: a command to type, or what to write instead. */
  readonly hint?: string;
  readonly cause?: unknown;
  /** Lines that show it: problems of a file, the last lines of a log. */
  readonly evidence?: readonly string[];
  /** What the process exits with. @default 1 */
  readonly exitCode?: number;
}

export class LabError extends Error {
  override readonly name = 'LabError';
  /** Stable and upper case: `LAB_UNKNOWN`. */
  readonly code: string;
  readonly hint: string | undefined;
  readonly evidence: readonly string[];
  readonly exitCode: number;

  /** `message` is one sentence without a full stop that names the thing and the rule. */
  constructor(
    code: string,
    message: string,
    { hint, cause, evidence = [], exitCode = 1 }: LabErrorDetails = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
    this.evidence = evidence;
    this.exitCode = exitCode;
  }
}

/** What the terminal shows for an error: sentence, evidence and next step, or the stack of a defect. */
export function explain(error: unknown): string {
  if (!(error instanceof LabError)) {
    return `This is a defect of Mesh Workshop, please report it with these lines:\n${inspect(error)}`;
  }
  const evidence = error.evidence.map((line) => `  ${line}`);
  const hint = error.hint === undefined ? [] : [`Next: ${error.hint}`];
  return [error.message, ...evidence, ...hint].join('\n');
}
