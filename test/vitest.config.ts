import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

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
    // vitest leaves one core alone; on two cores that would be half of the machine.
    maxWorkers: Math.max(2, availableParallelism()),
    // What a test waits for comes: a second is short on a machine that others use too.
    expect: { poll: { timeout: 10_000 } },
    // Fifty times as many cases take fifty times as long.
    testTimeout: 20_000 * Math.max(1, Number(process.env['EXPLORE'] ?? '0')),
  },
});
