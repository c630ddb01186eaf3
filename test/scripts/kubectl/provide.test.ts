import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it, vi } from 'vitest';
import { pathWithout } from '../../../scripts/doctor/path-without.ts';
import { provideKubectl } from '../../../scripts/kubectl/provide.ts';
import { openLabDir } from '../../../scripts/state/lab-dir.ts';

const scratch = await mkdtemp(join(tmpdir(), 'mesh-workshop-provide-'));
afterAll(async () => rm(scratch, { recursive: true, force: true }));

const labDir = openLabDir(scratch, { LAB_DIR: join(scratch, 'lab') });
const signal = new AbortController().signal;

it('puts a stand-in on the PATH where kubectl is missing, and says once where to get the real one', async () => {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const path = await pathWithout('kubectl', folders, join(scratch, 'bin'));
  vi.stubEnv('PATH', path);
  const { path: added, notice } = await provideKubectl(labDir, [], signal);
  expect(notice).toBe(
    'kubectl is not on PATH: a small stand-in serves the labs. The real one: https://kubernetes.io/docs/tasks/tools/',
  );
  const env = { PATH: [...added, path].join(delimiter) };
  const { stdout } = await promisify(execFile)('kubectl', ['version', '--client'], { env });
  expect(stdout).toContain('stand-in');
});
