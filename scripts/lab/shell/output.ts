// What one command printed: passed on as it comes, kept within bounds, ended by a marker.

/** Kept of the beginning and of the end of an output, in bytes. */
export interface OutputBounds {
  readonly headBytes: number;
  readonly tailBytes: number;
}

export class CommandOutput {
  #marker: Buffer;
  #onText: (text: string) => void;
  #bounds: OutputBounds;
  #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #pending: Buffer = Buffer.alloc(0);
  #head: Buffer[] = [];
  #headSize = 0;
  #tail: Buffer[] = [];
  #tailSize = 0;
  #dropped = 0;
  #ended = false;

  constructor(marker: Buffer, bounds: OutputBounds, onText: (text: string) => void) {
    this.#marker = marker;
    this.#bounds = bounds;
    this.#onText = onText;
  }

  /** True once the marker has been seen. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Bytes that did not fit. */
  get droppedBytes(): number {
    return this.#dropped;
  }

  /** The output so far; bytes that are not UTF-8 become U+FFFD. */
  get text(): string {
    const [head, tail] = [Buffer.concat(this.#head), Buffer.concat(this.#tail)];
    if (this.#dropped === 0) return Buffer.concat([head, tail]).toString('utf8');
    return `${head.toString('utf8')}\n… ${this.#dropped} bytes left out …\n${tail.toString('utf8')}`;
  }

  /** Takes the next bytes; what follows the marker belongs to nobody. */
  add(chunk: Buffer): void {
    if (this.#ended) return;
    const bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const end = bytes.indexOf(this.#marker);
    if (end !== -1) {
      this.#ended = true;
      this.#pending = Buffer.alloc(0);
      this.#keep(bytes.subarray(0, end));
      this.#pass(this.#decoder.decode());
      return;
    }
    const held = heldBack(bytes, this.#marker);
    this.#pending = bytes.subarray(bytes.length - held);
    this.#keep(bytes.subarray(0, bytes.length - held));
  }

  /** The stream has ended, with or without a marker. */
  finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#keep(this.#pending);
    this.#pass(this.#decoder.decode());
  }

  #keep(bytes: Buffer): void {
    this.#pass(this.#decoder.decode(bytes, { stream: true }));
    const room = Math.max(0, this.#bounds.headBytes - this.#headSize);
    const [first, rest] = [bytes.subarray(0, room), bytes.subarray(room)];
    this.#head.push(first);
    this.#headSize += first.length;
    if (rest.length === 0) return;
    this.#tail.push(rest);
    this.#tailSize += rest.length;
    while (this.#tailSize > this.#bounds.tailBytes) this.#dropOldest(this.#tailSize - this.#bounds.tailBytes);
  }

  #dropOldest(excess: number): void {
    const oldest = this.#tail[0] ?? Buffer.alloc(0);
    const bytes = Math.min(excess, oldest.length);
    if (bytes === oldest.length) this.#tail.shift();
    else this.#tail[0] = oldest.subarray(bytes);
    this.#tailSize -= bytes;
    this.#dropped += bytes;
  }

  #pass(text: string): void {
    if (text !== '') this.#onText(text);
  }
}

/** How many bytes at the end may be the beginning of the marker. */
function heldBack(bytes: Buffer, marker: Buffer): number {
  for (let size = Math.min(marker.length - 1, bytes.length); size > 0; size -= 1) {
    if (bytes.subarray(bytes.length - size).equals(marker.subarray(0, size))) return size;
  }
  return 0;
}
