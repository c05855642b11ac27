import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What works on values alone: no process, no file, no native library. */
const pure = [
  'src/shared/**/*.test.ts',
  'src/renderer/**/*.test.{ts,tsx}',
  'src/main/engine/diffusion/**/*.test.ts',
  'src/main/engine/inpaint/**/*.test.ts',
  'tests/metrics/**/*.test.ts',
]
const faults = ['tests/faults/**/*.test.ts']

/** They take far longer than their size says: begun last, they would leave one core idle at the end. */
const long = [
  'faults/kill.test.ts',
  'cli/jobs.test.ts',
  'documents/kept-history.test.ts',
  'cli/inpaint.test.ts',
  'faults/fault-points.test.ts',
  'cli/resume.test.ts',
  'cli/models.test.ts',
  'cli/networks.test.ts',
  'faults/disk.test.ts',
  'cli/watch.test.ts',
  'inpaint/fill.test.ts',
]

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = long.findIndex((name) => moduleId.endsWith(name))
      return at === -1 ? long.length : at
    }
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}

export default defineConfig({
  test: {
    pool: 'forks',
    // Much of the time is waiting for processes to start and to end, and for periods to pass: with two cores the usual
    // number (one less) leaves one idle.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // No promise is measured by these two: they only end what hangs, also where other work leaves a tenth of a core.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    sequence: { sequencer: LongFirst },
    projects: [
      {
        extends: true,
        // What they import is read once for all of them, which takes longer than most of them; before the others, for a
        // process is kept only where the next file is of this kind too.
        test: { name: 'pure', include: pure, isolate: false, sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        // Real processes and real libraries: each file gets a process of its own, so that one that dies takes no other with it.
        test: {
          name: 'real',
          include: ['src/**/*.test.{ts,tsx}', 'tests/**/*.test.ts', 'scripts/*.test.mjs'],
          exclude: ['tests/e2e/**', 'tests/bench/**', ...pure, ...faults],
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: faults,
          globalSetup: 'tests/faults/build-host.ts',
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
