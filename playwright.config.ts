import { availableParallelism } from 'node:os'
import { defineConfig } from '@playwright/test'
import { systemChromium } from './scripts/chromium.mjs'

const executablePath = systemChromium()

export default defineConfig({
  testDir: 'tests/e2e',
  // Every test has a host, a port and a data folder of its own. One alone keeps about one core busy: page, host and
  // engine wait for each other.
  fullyParallel: true,
  workers: Math.max(2, Math.floor(availableParallelism() / 2)),
  // No promise is measured by these two: they only end what hangs, also where other work leaves a tenth of a core.
  timeout: 600_000,
  expect: { timeout: 60_000 },
  forbidOnly: true,
  reporter: 'list',
  use: {
    viewport: { width: 1280, height: 800 },
    screenshot: 'only-on-failure',
    // Recording one is a sixth of all work here, and is thrown away when the test passes: ask for it where a test fails
    // (`npx playwright test x.spec.ts --trace on`).
    trace: 'off',
    // What fades and slides in is drawn again for every frame of it, and a click waits until it stands still.
    contextOptions: { reducedMotion: 'reduce' },
  },
  projects: [
    {
      name: 'browser',
      testIgnore: 'desktop.spec.ts',
      use: {
        browserName: 'chromium',
        launchOptions: {
          ...(executablePath === undefined ? {} : { executablePath }),
          // Nothing but the studio may be asked for, and containers have no user namespaces for the sandbox.
          args: [
            '--no-sandbox',
            '--disable-quic',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
            '--no-first-run',
          ],
        },
      },
    },
    { name: 'desktop', testMatch: 'desktop.spec.ts' },
  ],
})
