import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { findProgram } from '../../../scripts/doctor/programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'mesh-workshop-programs-'));
const { signal } = new AbortController();

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each([
  ['there when it tells its version', 'echo kubectl 1.32; echo more', 'kubectl 1.32'],
  ['there when it is slow', 'exec sleep 600', 'kubectl, too slow to tell its version'],
  ['missing when it does not work', 'exit 1', undefined],
])('a program is %s', async (_, script, version) => {
  writeFileSync(join(folder, 'kubectl'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  vi.stubEnv('PATH', `${folder}:${process.env['PATH'] ?? ''}`);
  const withinMs = script.includes('sleep') ? 100 : 60_000;
  expect(await findProgram('kubectl', signal, withinMs)).toEqual({ name: 'kubectl', version });
});

it('a program is missing when there is none', async () => {
  expect(await findProgram('no-such-program', signal)).toEqual({
    name: 'no-such-program',
    version: undefined,
  });
});
