// A folder and ports of a bench's own, so that a cluster that is up is left alone.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const portBase = 33_000;

/** Runs `body` with the environment that makes the commands use the folder, which is removed afterwards. */
export async function withLabDir<T>(body: (env: NodeJS.ProcessEnv, dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'mesh-workshop-bench-'));
  const env = { ...process.env, LAB_DIR: dir, LAB_PORT_BASE: String(portBase), LAB_ENGINE: 'sandbox' };
  try {
    return await body(env, dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
