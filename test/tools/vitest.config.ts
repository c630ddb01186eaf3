import { defineConfig } from 'vitest/config';

// vitest reads a default export here; nothing imports it.
// oxlint-disable-next-line import/no-default-export
export default defineConfig({
  test: {
    // Not `*.test.ts`: `npm test` needs none of these programs.
    include: ['test/tools/areas/*.tools.ts'],
    // Several of them start a sandbox or a daemon.
    fileParallelism: false,
    retry: 0,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
