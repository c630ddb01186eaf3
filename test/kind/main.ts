// `npm run test:kind`: every lab on the kind engine, with stand-ins for docker, kind and istioctl. It is the sandbox
// that answers, so what is proved is the orchestrator's way there, and that labs cannot tell.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { $ } from 'zx';
import { StandIns } from '../support/stand-ins.ts';

const root = join(import.meta.dirname, '..', '..');
const dir = await mkdtemp(join(tmpdir(), 'mesh-workshop-test-kind-'));
const standIns = new StandIns();
const env = {
  ...process.env,
  ...standIns.env(),
  LAB_ENGINE: 'kind',
  LAB_DIR: dir,
  LAB_PORT_BASE: process.env['LAB_PORT_BASE'] ?? '28100',
};
const node = [process.execPath, 'scripts/launch.mjs'];
try {
  const options = { cwd: root, env, stdio: 'inherit', nothrow: true } as const;
  const { exitCode } = await $(options)`${node} scripts/lab.ts all verify`;
  await $(options)`${node} scripts/down.ts`;
  process.exitCode = exitCode ?? 1;
} finally {
  standIns[Symbol.dispose]();
  await rm(dir, { recursive: true, force: true });
}
