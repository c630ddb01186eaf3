/** What validation of one object found, in the order Istio finds it. */
export class Findings {
  readonly errors: string[] = [];
  readonly warnings: string[] = [];
  #isList = false;

  /** Adds each mistake that is one. */
  error(...mistakes: readonly (string | undefined)[]): void {
    for (const mistake of mistakes) if (mistake !== undefined) this.errors.push(mistake);
  }

  /** As `error`, for the checks that make a list also of a single mistake (Go's multierror.Append). */
  listed(...mistakes: readonly (string | undefined)[]): void {
    this.#isList ||= mistakes.some((mistake) => mistake !== undefined);
    this.error(...mistakes);
  }

  warn(...mistakes: readonly (string | undefined)[]): void {
    for (const mistake of mistakes) if (mistake !== undefined) this.warnings.push(mistake);
  }

  /** Puts a text before every mistake found so far. */
  prefix(text: string): void {
    for (const [index, error] of this.errors.entries()) this.errors[index] = `${text} ${error}`;
  }

  /** Runs checks whose warnings Istio loses on the way. */
  quietly(check: () => void): void {
    const kept = this.warnings.length;
    check();
    this.warnings.length = kept;
  }

  /** All errors, as Go's multierror prints them. */
  get message(): string {
    const { errors } = this;
    if (errors.length === 1 && !this.#isList) return errors[0] ?? '';
    const count = errors.length === 1 ? '1 error' : `${errors.length} errors`;
    return `${count} occurred:\n\t${errors.map((error) => `* ${error}`).join('\n\t')}\n\n`;
  }
}
