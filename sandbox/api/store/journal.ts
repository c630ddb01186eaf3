// State on disk: `snapshot.jsonl` (the state at one revision) and `journal.jsonl` (every write since, one per line).
//
// A line is handed to the operating system before its write is acknowledged, so killing the process loses nothing.
// It is flushed to the medium right afterwards, with all that came meanwhile: nobody waits for that (3 ms, at times 30),
// so a power cut may cost the writes of its last moments, never the whole state.

import {
  closeSync,
  existsSync,
  fdatasync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import type { AnyObject } from '../../kube/object.ts';
import { StatusError } from '../../kube/status-error.ts';

/** One write: `object` undefined means that it was removed. */
export interface JournalEntry {
  readonly revision: number;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly object: AnyObject | undefined;
}

export interface JournalState {
  readonly revision: number;
  readonly objects: Iterable<{ readonly resource: string; readonly object: AnyObject }>;
}

/** The calls that put bytes on disk; tests replace them to fill it up. */
export interface JournalFiles {
  write(descriptor: number, bytes: Uint8Array, offset: number, length: number, position: number): number;
  truncate(descriptor: number, length: number): void;
  /** Brings what was written to the medium. */
  flush(descriptor: number, done: (error: Error | null) => void): void;
}

const nodeFiles: JournalFiles = { write: writeSync, truncate: ftruncateSync, flush: fdatasync };

export class Journal {
  readonly #dir: string;
  readonly #log: (message: string) => void;
  readonly #files: JournalFiles;
  readonly #descriptor: number;
  /** Length up to which every line is whole; bytes after it are the rest of a failed write. */
  #length = 0;
  #torn = false;
  #entries = 0;
  #flushing = false;
  /** Lines were written that no flush began after. */
  #unflushed = false;
  #closed = false;

  constructor(dir: string, log: (message: string) => void, files: Partial<JournalFiles> = {}) {
    this.#dir = dir;
    this.#log = log;
    this.#files = { ...nodeFiles, ...files };
    const file = path.join(dir, 'journal.jsonl');
    this.#descriptor = openSync(file, existsSync(file) ? 'r+' : 'w+', 0o600);
  }

  /** Lines since the last snapshot. */
  get entries(): number {
    return this.#entries;
  }

  /** Everything written so far, oldest first: the snapshot's objects, then the journal. Call once, before `append`. */
  *read(): Generator<JournalEntry> {
    const revision = yield* this.#readSnapshot();
    const file = path.join(this.#dir, 'journal.jsonl');
    const bytes = readFileSync(file);
    for (let start = 0, line = 1; start < bytes.length; line += 1) {
      const newline = bytes.indexOf(0x0a, start);
      const end = newline === -1 ? bytes.length : newline;
      const entry = parseLine(bytes.toString('utf8', start, end));
      if (entry === undefined || newline === -1) {
        // Only the last line can be cut short by a kill or a full disk; it was never acknowledged.
        if (newline !== -1 && newline + 1 < bytes.length) throw damaged(file, line);
        this.#torn = true;
        break;
      }
      // A crash between a snapshot and the emptying of the journal leaves lines the snapshot holds already.
      if (entry.revision > revision) yield entry;
      this.#length = end + 1;
      this.#entries += 1;
      start = end + 1;
    }
    this.#restoreLength();
  }

  /** @throws InternalError when the disk refuses; the file is then as it was */
  append(entry: JournalEntry): void {
    const { revision, resource, namespace, name, object } = entry;
    const what = object === undefined ? { removed: [namespace, name] } : { object };
    const bytes = Buffer.from(`${JSON.stringify({ revision, resource, ...what })}\n`);
    try {
      this.#restoreLength();
      this.#torn = true;
      writeAll(this.#files, this.#descriptor, bytes, this.#length);
      this.#torn = false;
      this.#length += bytes.length;
      this.#entries += 1;
      this.#unflushed = true;
    } catch (error) {
      this.#undo();
      throw notSaved(this.#dir, error as NodeJS.ErrnoException);
    }
    this.#flush();
  }

  /** One at a time: what is written while one runs waits for the next, however much it is. */
  #flush(): void {
    if (this.#flushing || this.#closed || !this.#unflushed) return;
    this.#flushing = true;
    this.#unflushed = false;
    this.#files.flush(this.#descriptor, (error) => {
      this.#flushing = false;
      if (error !== null && !this.#closed)
        this.#log(`the journal was not flushed to the disk: ${error.message}`);
      this.#flush();
    });
  }

  /** Replaces the journal by a snapshot. On failure everything stays as it was. */
  compact({ revision, objects }: JournalState): void {
    const temporary = path.join(this.#dir, 'snapshot.jsonl.new');
    const lines = [JSON.stringify({ revision })];
    for (const entry of objects) lines.push(JSON.stringify(entry));
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    try {
      this.#writeFile(temporary, bytes);
      renameSync(temporary, path.join(this.#dir, 'snapshot.jsonl'));
    } catch (error) {
      // A disk that is full has no room for half a snapshot.
      rmSync(temporary, { force: true });
      throw error;
    }
    flushFolder(this.#dir);
    this.#files.truncate(this.#descriptor, 0);
    this.#length = 0;
    this.#entries = 0;
  }

  #writeFile(file: string, bytes: Uint8Array): void {
    const descriptor = openSync(file, 'w', 0o600);
    try {
      writeAll(this.#files, descriptor, bytes, 0);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }

  close(): void {
    this.#closed = true;
    fsyncSync(this.#descriptor);
    closeSync(this.#descriptor);
  }

  *#readSnapshot(): Generator<JournalEntry, number> {
    const file = path.join(this.#dir, 'snapshot.jsonl');
    if (!existsSync(file)) return 0;
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const head = parseJson(lines[0] ?? '') as { revision: number } | undefined;
    if (head === undefined) throw damaged(file, 1);
    for (const [index, line] of lines.slice(1).entries()) {
      const entry = parseJson(line) as { resource: string; object: AnyObject } | undefined;
      if (entry === undefined) throw damaged(file, index + 2);
      const { namespace = '', name } = entry.object.metadata;
      yield { revision: head.revision, resource: entry.resource, namespace, name, object: entry.object };
    }
    return head.revision;
  }

  #undo(): void {
    try {
      this.#restoreLength();
    } catch {
      // The disk refuses even that; the next write begins by cutting the rest off, and so does the next start.
    }
  }

  #restoreLength(): void {
    if (!this.#torn) return;
    this.#files.truncate(this.#descriptor, this.#length);
    this.#torn = false;
  }
}

/** The new name of the snapshot must be on the medium before the journal is emptied. */
function flushFolder(dir: string): void {
  // Windows opens no folders; its file systems keep the order by themselves.
  if (process.platform === 'win32') return;
  const descriptor = openSync(dir, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function writeAll(files: JournalFiles, descriptor: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;) {
    const written = files.write(descriptor, bytes, done, bytes.length - done, position + done);
    if (written === 0) throw Object.assign(new Error('nothing was written'), { code: 'ENOSPC' });
    done += written;
  }
}

function parseLine(line: string): JournalEntry | undefined {
  const parsed = parseJson(line) as
    | { revision: number; resource: string; object?: AnyObject; removed?: [string, string] }
    | undefined;
  if (parsed === undefined) return undefined;
  const { revision, resource, object, removed } = parsed;
  const [namespace, name] = removed ?? [object?.metadata.namespace ?? '', object?.metadata.name ?? ''];
  return { revision, resource, namespace, name, object };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const damaged = (file: string, line: number): Error =>
  new Error(
    `${file} is damaged at line ${line}: restore it from a copy, or delete its folder to start afresh`,
  );

function notSaved(dir: string, error: NodeJS.ErrnoException): StatusError {
  const why =
    error.code === 'ENOSPC' ? 'the disk is full: free some space' : `${error.message}: check the disk`;
  return new StatusError('InternalError', `the change was not saved in ${dir} because ${why} and try again`);
}
