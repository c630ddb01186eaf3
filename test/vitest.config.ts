import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { patienceMs } from './support/patience.ts';

// Fifty times as many cases take fifty times as long.
const limitMs = 5 * patienceMs * Math.max(1, Number(process.env['EXPLORE'] ?? '0'));

// vitest reads a default export here; nothing imports it.
// oxlint-disable-next-line import/no-default-export
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/launchable.ts'],
    setupFiles: ['test/support/properties.ts'],
    mockReset: true,
    restoreMocks: true,
    unstubEnvs: true,
    retry: 0,
    // Files clean up after themselves, so they can share what is loaded: that is a third of the time.
    isolate: false,
    // One more than there are cores: a third of the time is waiting for other processes.
    maxWorkers: availableParallelism() + 1,
    expect: { poll: { timeout: patienceMs } },
    testTimeout: limitMs,
    hookTimeout: limitMs,
    teardownTimeout: patienceMs,
  },
});
