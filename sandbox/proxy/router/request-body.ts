/** A request's body on its way: kept from the start as long as it may have to be sent again. */
export class RequestBody {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #kept: boolean;
  complete = false;

  /** @param kept the body may be needed for another try */
  constructor(kept: boolean) {
    this.#kept = kept;
  }

  /** Nothing has been dropped: another try is possible. */
  get replayable(): boolean {
    return this.#kept;
  }

  get waiting(): number {
    return this.#bytes;
  }

  add(chunk: Buffer, limit: number): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes > limit) this.#kept = false;
  }

  /** What has come so far, for a connection that begins now. */
  take(): readonly Buffer[] {
    const chunks = this.#chunks;
    if (!this.#kept) this.forget();
    return chunks;
  }

  /** No further try will be made. */
  forget(): void {
    this.#kept = false;
    this.#chunks = [];
    this.#bytes = 0;
  }
}
