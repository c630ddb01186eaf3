// Against a docker that is a test program: whether the real one runs is the machine's business.

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { askEngine } from '../../../scripts/engine/ask.ts';
import { patienceMs } from '../../support/patience.ts';

const dirs: string[] = [];

afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true });
});

function onPath(docker: string): void {
  const dir = mkdtempSync(join(tmpdir(), 'mesh-workshop-ask-'));
  dirs.push(dir);
  writeFileSync(join(dir, 'docker'), `#!/bin/sh\n${docker}\n`);
  chmodSync(join(dir, 'docker'), 0o755);
  vi.stubEnv('PATH', [dir, process.env['PATH']].join(delimiter));
}

describe('the question for an engine', () => {
  it.each([
    ['is asked at a terminal when Docker runs, kind first', 'echo 28.2.2', true, 'kind'],
    ['is not asked when Docker does not run', 'exit 1', true, undefined],
    ['is not asked where nobody answers', 'echo 28.2.2', false, undefined],
  ])('%s', async (_, docker, interactive, answer) => {
    onPath(docker);
    const ui = {
      interactive,
      ask: async <T extends string>(
        __: string,
        choices: readonly [{ value: T; name: string }, ...{ value: T; name: string }[]],
      ): Promise<T> => choices[0].value,
    };
    await expect(askEngine(ui, new AbortController().signal, patienceMs)).resolves.toBe(answer);
  });
});
