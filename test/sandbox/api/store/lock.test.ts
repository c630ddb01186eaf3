import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createStore } from '../../../../sandbox/api/store/store.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that another process holds. */
function held(): { dir: string; pid: number; stop: () => void } {
  const dir = mkdtempSync(join(tmpdir(), 'mesh-workshop-lock-'));
  folders.push(dir);
  mkdirSync(dir, { recursive: true });
  const owner = spawn('sleep', ['600']);
  const pid = owner.pid ?? 0;
  writeFileSync(join(dir, 'lock'), String(pid));
  return { dir, pid, stop: () => owner.kill('SIGKILL') };
}

const open = (dir: string): ReturnType<typeof createStore> => createStore({ dir, log: () => undefined });

it('takes over from a process that ends in a moment, and from one that nobody has reaped', () => {
  const { dir, stop } = held();
  stop();
  const store = open(dir);
  expect(store.revision).toBe(1);
  store.close();
});

it('is refused to a second process while the first one runs', () => {
  const { dir, pid, stop } = held();
  expect(() => open(dir)).toThrow(`process ${pid} is already using ${dir}: stop it first`);
  stop();
});
