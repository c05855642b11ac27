import { defineConfig } from '@playwright/test'
import { systemChromium } from './scripts/chromium.mjs'

const executablePath = systemChromium()

export default defineConfig({
  testDir: 'tests/e2e',
  // The engine wants the cores for itself.
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: 'list',
  use: {
    viewport: { width: 1280, height: 800 },
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
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
