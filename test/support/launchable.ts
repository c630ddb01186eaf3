// Once before all tests: they start dozens of programs at a time, and the first of them would all build.

import { execFileSync } from 'node:child_process';

export function setup(): void {
  execFileSync(process.execPath, ['scripts/launch.mjs'], { stdio: 'inherit' });
}
