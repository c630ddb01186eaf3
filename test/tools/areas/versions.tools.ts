// What the real programs say of their versions is understood.

import { valid } from 'semver';
import { expect, it } from 'vitest';
import { findOnPath } from '../../../scripts/tools/find-on-path.ts';
import { toolNames } from '../../../scripts/tools/releases.ts';
import { versionOf } from '../../../scripts/tools/version-of.ts';

for (const name of toolNames) {
  const program = findOnPath(name, process.env['PATH']);
  it.skipIf(program === undefined)(`${name} has a version`, async () => {
    const version = await versionOf(name, program ?? '', new AbortController().signal);
    expect(valid(version)).toBe(version);
  });
}
