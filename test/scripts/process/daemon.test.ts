import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { isAlive } from '../../../sandbox/process/is-alive.ts';
import { projectRoot } from '../../../scripts/environment/project-root.ts';
import { startDaemon } from '../../../scripts/process/daemon.ts';

const folder = mkdtempSync(join(tmpdir(), 'mesh-workshop-daemon-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a background process that is given up while it starts is gone when we go', async () => {
  const stop = new AbortController();
  let pid = 0;
  const starting = startDaemon({
    module: 'sandbox/main.ts',
    args: ['--dir', folder, '--kubeconfig', join(folder, 'kubeconfig'), '--port-base', '0'],
    logFile: join(folder, 'log'),
    cwd: projectRoot,
    startTimeoutMs: 60_000,
    signal: stop.signal,
    onStart: (started) => {
      pid = started;
      setImmediate(() => stop.abort(new Error('Stopped by Ctrl+C')));
    },
  });
  await expect(starting).rejects.toThrow('Stopped by Ctrl+C');
  expect(isAlive(pid)).toBe(false);
});
