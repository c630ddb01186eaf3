import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { withLock } from '../../../scripts/state/lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'mesh-workshop-lock-'));
const { signal } = new AbortController();

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A lock that the parent of this process holds, which surely lives. */
function heldByParent(name: string): string {
  const file = join(folder, name);
  writeFileSync(file, String(process.ppid));
  return file;
}

it('is held by this process while the body runs, and by nobody after it', async () => {
  const file = join(folder, 'own');
  const body = async (): Promise<string> => Promise.resolve(readFileSync(file, 'utf8'));
  expect(await withLock(file, { signal, onWait: () => undefined }, body)).toBe(String(process.pid));
  expect(() => readFileSync(file)).toThrow('ENOENT');
});

it('makes others wait for a process that is there, and they may rather give up', async () => {
  const file = heldByParent('held');
  const onWait = (pid: number): never => {
    throw new Error(`held by ${pid}`);
  };
  const waiting = withLock(file, { signal, onWait }, async () => Promise.resolve());
  await expect(waiting).rejects.toThrow(`held by ${process.ppid}`);
  expect(readFileSync(file, 'utf8')).toBe(String(process.ppid));
});

it('counts as none when its process is another one by now', async () => {
  const options = { signal, onWait: () => undefined, isThere: async () => Promise.resolve(false) };
  expect(await withLock(heldByParent('stale'), options, async () => Promise.resolve('done'))).toBe('done');
});
