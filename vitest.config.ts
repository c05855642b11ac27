import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'tests/**/*.test.ts', 'scripts/*.test.mjs'],
    exclude: ['tests/e2e/**', 'tests/bench/**', 'node_modules/**', 'out/**'],
    // Real processes and real libraries: each file gets a process of its own, so that one that dies takes no other with it.
    pool: 'forks',
    // Much of the time is waiting for processes to start and to end: with two cores the usual number (one less) leaves one idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
