import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'tests/**/*.test.ts', 'scripts/*.test.mjs'],
    exclude: ['tests/e2e/**', 'tests/bench/**', 'node_modules/**', 'out/**'],
    // Real processes and real libraries: each file gets a process of its own, so that one that dies takes no other with it.
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
