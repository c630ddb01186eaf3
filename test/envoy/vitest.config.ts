import { defineConfig } from 'vitest/config';

// vitest reads a default export here; nothing imports it.
// oxlint-disable-next-line import/no-default-export
export default defineConfig({
  test: {
    // Not `*.test.ts`: `npm test` needs no Envoy.
    include: ['test/envoy/areas/*.envoy.ts'],
    // Real time is compared, so the areas do not compete for it.
    fileParallelism: false,
    retry: 0,
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
