import { defineConfig } from 'vitest/config';

// vitest reads a default export here; nothing imports it.
// oxlint-disable-next-line import/no-default-export
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    mockReset: true,
    restoreMocks: true,
    unstubEnvs: true,
    retry: 0,
    testTimeout: 20_000,
  },
});
