/** A failure with curl's own exit code (man 1 curl, "Exit codes") and words. */
export class CurlError extends Error {
  override readonly name = 'CurlError';
  readonly code: number;
  /** Lines to print after the message. */
  readonly more: string;
  /** Mistakes on the command line are printed without their code. */
  readonly plain: boolean;

  constructor(code: number, message: string, more = '', plain = false) {
    super(message);
    this.code = code;
    this.more = more;
    this.plain = plain;
  }

  get text(): string {
    return `curl: ${this.plain ? '' : `(${this.code}) `}${this.message}\n${this.more}`;
  }
}
