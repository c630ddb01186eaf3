import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  ftruncateSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { JournalFiles } from '../../../../sandbox/api/store/journal.ts';
import { createStore, type Store } from '../../../../sandbox/api/store/store.ts';
import type { AnyObject } from '../../../../sandbox/kube/object.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const quiet = (): void => undefined;

function put(store: Store, name: string, value = ''): AnyObject {
  const expected = store.get('configmaps', 'a', name)?.metadata.resourceVersion;
  const metadata = { name, namespace: 'a', uid: name, resourceVersion: '', creationTimestamp: '' };
  return store.put(
    'configmaps',
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { value } },
    expected,
  );
}

const contents = (store: Store): Record<string, unknown> =>
  Object.fromEntries(
    store
      .list('configmaps')
      .map((object) => [object.metadata.name, (object['data'] as { value: string }).value]),
  );

describe('journal', () => {
  it('brings objects, removals and the revision back', () => {
    using folder = temporaryFolder();
    const before = createStore({ dir: folder.dir, log: quiet });
    put(before, 'kept', '1');
    put(before, 'kept', '2');
    const gone = put(before, 'gone');
    before.remove('configmaps', 'a', 'gone', gone.metadata.resourceVersion);
    before.close();
    const after = createStore({ dir: folder.dir, log: quiet });
    expect(contents(after)).toEqual({ kept: '2' });
    expect(after.revision).toBe(before.revision);
    expect(() => after.after('configmaps', 3)).toThrow(expect.objectContaining({ reason: 'Expired' }));
    after.close();
  });

  it('brings the state back from a snapshot and the lines after it', () => {
    using folder = temporaryFolder();
    const before = createStore({ dir: folder.dir, log: quiet, compactAfter: 10 });
    for (let count = 0; count < 25; count += 1) put(before, `x${count % 3}`, String(count));
    before.close();
    expect(readFileSync(path.join(folder.dir, 'journal.jsonl'), 'utf8').split('\n').length).toBeLessThan(12);
    const after = createStore({ dir: folder.dir, log: quiet });
    expect(contents(after)).toEqual({ x0: '24', x1: '22', x2: '23' });
    expect(after.revision).toBe(26);
    after.close();
  });

  it('does not apply lines a snapshot already holds, as after a crash between the two', () => {
    using folder = temporaryFolder();
    const before = createStore({ dir: folder.dir, log: quiet, compactAfter: 3 });
    const file = path.join(folder.dir, 'journal.jsonl');
    put(before, 'x', 'old');
    put(before, 'x', 'older');
    const lines = readFileSync(file);
    put(before, 'x', 'new');
    before.close();
    writeFileSync(file, lines);
    const after = createStore({ dir: folder.dir, log: quiet });
    expect(contents(after)).toEqual({ x: 'new' });
    after.close();
  });

  it.each(['{"revision":9,"resource":"conf', '{"revision":9', '\u0000\u0000\u0000', '{"revision":9,\n'])(
    'drops a torn last line %j and writes on after it',
    (torn) => {
      using folder = temporaryFolder();
      const before = createStore({ dir: folder.dir, log: quiet });
      put(before, 'x', '1');
      before.close();
      appendFileSync(path.join(folder.dir, 'journal.jsonl'), torn);
      const between = createStore({ dir: folder.dir, log: quiet });
      expect(contents(between)).toEqual({ x: '1' });
      put(between, 'y', '2');
      between.close();
      const after = createStore({ dir: folder.dir, log: quiet });
      expect(contents(after)).toEqual({ x: '1', y: '2' });
      after.close();
    },
  );

  it('names file and line when the middle is damaged', () => {
    using folder = temporaryFolder();
    const before = createStore({ dir: folder.dir, log: quiet });
    put(before, 'x');
    put(before, 'y');
    before.close();
    const file = path.join(folder.dir, 'journal.jsonl');
    writeFileSync(file, readFileSync(file, 'utf8').replace('{', '<'));
    expect(() => createStore({ dir: folder.dir, log: quiet })).toThrow(`${file} is damaged at line 1`);
  });

  it.each(['ENOSPC', 'EIO'])(
    'undoes a write the disk refuses with %s, and works again afterwards',
    (code) => {
      using folder = temporaryFolder();
      let isFull = false;
      const files: Partial<JournalFiles> = {
        write: (descriptor, bytes, offset, length, position) => {
          if (!isFull) return writeSync(descriptor, bytes, offset, length, position);
          // Half of the line still finds room.
          if (length > 60) return writeSync(descriptor, bytes, offset, 60, position);
          throw Object.assign(new Error(`${code}: refused, write`), { code });
        },
        truncate: ftruncateSync,
      };
      const store = createStore({ dir: folder.dir, log: quiet, files });
      const file = path.join(folder.dir, 'journal.jsonl');
      put(store, 'x', '1');
      const { size } = statSync(file);
      isFull = true;
      expect(() => put(store, 'x', '2')).toThrow(
        expect.objectContaining({
          reason: 'InternalError',
          message: expect.stringMatching(/^the change was not saved in .* try again$/u),
        }),
      );
      expect(() => put(store, 'y', '2')).toThrow(expect.objectContaining({ reason: 'InternalError' }));
      expect(contents(store)).toEqual({ x: '1' });
      expect(statSync(file).size).toBe(size);
      isFull = false;
      put(store, 'x', '3');
      store.close();
      const after = createStore({ dir: folder.dir, log: quiet });
      expect(contents(after)).toEqual({ x: '3' });
      after.close();
    },
  );

  it('cuts the rest of a failed write off later when the disk refuses even that', () => {
    using folder = temporaryFolder();
    let isBroken = false;
    const refuse = (): never => {
      throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
    };
    const store = createStore({
      dir: folder.dir,
      log: quiet,
      files: {
        write: (descriptor, bytes, offset, length, position) =>
          isBroken && length < 100
            ? refuse()
            : writeSync(descriptor, bytes, offset, isBroken ? 50 : length, position),
        truncate: (descriptor, length) => (isBroken ? refuse() : ftruncateSync(descriptor, length)),
      },
    });
    put(store, 'x', '1');
    isBroken = true;
    expect(() => put(store, 'y', '2')).toThrow('EIO');
    isBroken = false;
    put(store, 'z', '3');
    store.close();
    const after = createStore({ dir: folder.dir, log: quiet });
    expect(contents(after)).toEqual({ x: '1', z: '3' });
    after.close();
  });

  it('keeps journaling when no snapshot can be taken', () => {
    using folder = temporaryFolder();
    const logged: string[] = [];
    const files: Partial<JournalFiles> = {
      write: (descriptor, bytes, offset, length, position) => {
        if (length > 400) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
        return writeSync(descriptor, bytes, offset, length, position);
      },
      truncate: ftruncateSync,
    };
    const store = createStore({ dir: folder.dir, log: (line) => logged.push(line), compactAfter: 3, files });
    for (let count = 0; count < 5; count += 1) put(store, `x${count}`);
    store.close();
    expect(logged).toEqual([expect.stringContaining('no snapshot was taken')]);
    // What was written of it would only take more of the room that is missing.
    expect(readdirSync(folder.dir)).toEqual(['journal.jsonl']);
    const after = createStore({ dir: folder.dir, log: quiet });
    expect(Object.keys(contents(after))).toHaveLength(5);
    after.close();
  });

  it('flushes what was written while the last flush ran, all at once, and logs a disk that refuses', () => {
    using folder = temporaryFolder();
    const logged: string[] = [];
    const running: ((error: Error | null) => void)[] = [];
    const files: Partial<JournalFiles> = { flush: (_descriptor, done) => void running.push(done) };
    const store = createStore({ dir: folder.dir, log: (line) => logged.push(line), files });
    for (const name of ['a', 'b', 'c']) put(store, name);
    expect(running).toHaveLength(1);
    running[0]?.(null);
    expect(running).toHaveLength(2);
    running[1]?.(new Error('EIO: i/o error, fdatasync'));
    expect(running).toHaveLength(2);
    expect(logged).toEqual(['the journal was not flushed to the disk: EIO: i/o error, fdatasync']);
    put(store, 'd');
    expect(running).toHaveLength(3);
    store.close();
    running[2]?.(null);
    expect(running).toHaveLength(3);
  });

  it('is one process’s: a living owner is named, a dead one replaced', () => {
    using folder = temporaryFolder();
    const lock = path.join(folder.dir, 'lock');
    writeFileSync(lock, String(process.ppid));
    expect(() => createStore({ dir: folder.dir, log: quiet })).toThrow(
      `process ${process.ppid} is already using ${folder.dir}: stop it first`,
    );
    writeFileSync(lock, String(process.pid));
    const own = createStore({ dir: folder.dir, log: quiet });
    expect(() => createStore({ dir: folder.dir, log: quiet })).toThrow(`process ${process.pid} is already`);
    own.close();
    // Above the largest pid Linux gives out.
    writeFileSync(lock, '4194305');
    createStore({ dir: folder.dir, log: quiet }).close();
    expect(() => readFileSync(lock)).toThrow('ENOENT');
  });

  it('has every acknowledged write after kill -9', async () => {
    using folder = temporaryFolder();
    const program = fileURLToPath(new URL('../fixtures/writes-forever.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', program, folder.dir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    let acknowledged = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged = Number(line);
      if (acknowledged === 200) child.kill('SIGKILL');
    }
    await exited;
    const store = createStore({ dir: folder.dir, log: quiet });
    expect(acknowledged).toBeGreaterThanOrEqual(200);
    for (let count = 1; count <= acknowledged; count += 1) {
      expect(store.get('configmaps', 'a', `x${count}`)).toBeDefined();
    }
    store.close();
  });
});
