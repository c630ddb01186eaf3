// The folder of diagnostics: texts without secrets, and no more of them than one can send to somebody.

import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withoutSecrets } from './without-secrets.ts';

const fileLimit = 2 * 2 ** 20;
const folderLimit = 30 * 2 ** 20;
/** So many folders are kept, the newest. */
const kept = 8;

export class DiagnosticsFolder {
  readonly path: string;
  /** Files that are not whole, or not there at all, with what became of them. */
  readonly #short: string[] = [];
  readonly #parent: string;
  #size = 0;

  /** `name`: begins with what failed, and ends with when. */
  constructor(parent: string, name: string) {
    this.#parent = parent;
    this.path = join(parent, name);
    mkdirSync(this.path, { recursive: true, mode: 0o700 });
  }

  get short(): readonly string[] {
    return this.#short;
  }

  /** A file, or a folder in it. */
  has(name: string): boolean {
    return existsSync(join(this.path, name));
  }

  put(file: string, whole: string): void {
    const text = withoutSecrets(whole);
    const room = Math.min(fileLimit, folderLimit - this.#size);
    const part = this.#fitting(file, text, room);
    if (part === undefined) return;
    this.#size += Buffer.byteLength(part);
    const path = join(this.path, file);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, part, { mode: 0o600 });
  }

  /** Of those that are older than this one. */
  removeOld(): void {
    const folders = readdirSync(this.#parent, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const byAge = folders.map(({ name }) => name).toSorted((a, b) => timeOf(a).localeCompare(timeOf(b)));
    for (const name of byAge.slice(0, -kept))
      rmSync(join(this.#parent, name), { recursive: true, force: true });
  }

  #fitting(file: string, text: string, room: number): string | undefined {
    const size = Buffer.byteLength(text);
    if (size <= room) return text;
    if (room <= 0) {
      this.#short.push(`${file}: left out, the folder is full`);
      return undefined;
    }
    this.#short.push(`${file}: ${room} of ${size} bytes`);
    const bytes = Buffer.from(text);
    // The end of a log is what happened last.
    const part = file.endsWith('.log') ? bytes.subarray(size - room) : bytes.subarray(0, room);
    return part.toString('utf8');
  }
}

/** `03-retries-2026-11-27T18-30-00-123Z` */
export const folderName = (subject: string, at: Date): string =>
  `${subject}-${at.toISOString().replaceAll(/[:.]/g, '-')}`;

const timeOf = (name: string): string => name.slice(-'2026-11-27T18-30-00-123Z'.length);
