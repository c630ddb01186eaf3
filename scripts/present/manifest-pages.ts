// A manifest on a projector: whole where it fits on the screen, else what it changes, else its beginning. All of it
// comes page by page when somebody asks.

import type { ManifestView } from '../learn/manifest/view-manifest.ts';

export interface PageRoom {
  /** Lines that are seen at once. */
  readonly height: number;
  /** Lines of the screen: a long line takes several. */
  readonly linesOf: (text: string) => number;
  /** What the instructor presses or types for more. */
  readonly key: string;
}

/** Where nothing is wiped and everything is read, there is an end as well. */
const mostLines = 64;
/** The clock, the blank line above it, and the line that says where one is. */
const ownLines = 3;

export class ManifestPages {
  #view: ManifestView;
  #room: PageRoom;
  /** The first line that has not been shown. */
  #from = 0;
  readonly first: string;

  constructor(view: ManifestView, room: PageRoom) {
    this.#view = view;
    this.#room = room;
    this.first = this.#first();
  }

  /** Whether there is more of it than `first`. */
  get isCut(): boolean {
    return !this.#fits(this.#view.lines);
  }

  /** The next page of all of it; after the last one the first. */
  next(): string {
    const { lines } = this.#view;
    const start = this.#from < lines.length ? this.#from : 0;
    let end = start + 1;
    while (end < lines.length && this.#fits(lines.slice(start, end + 1))) end += 1;
    this.#from = end;
    if (start === 0 && end === lines.length) return this.#text(lines);
    const more = end < lines.length ? `; ${this.#room.key}: more` : '';
    return this.#text(lines.slice(start, end), `(lines ${start + 1} to ${end} of ${lines.length}${more})`);
  }

  #first(): string {
    const { changes } = this.#view;
    if (!this.isCut || changes === undefined || !this.#fits(changes)) return this.next();
    return this.#text(changes, `(what changes; ${this.#room.key}: all of it)`);
  }

  #text(lines: readonly string[], note?: string): string {
    return [this.#view.title, ...lines, ...(note === undefined ? [] : [`    ${note}`])].join('\n');
  }

  #fits(lines: readonly string[]): boolean {
    const { height, linesOf } = this.#room;
    return linesOf(this.#text(lines)) <= Math.min(height, mostLines) - ownLines;
  }
}
