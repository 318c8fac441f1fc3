import { availableParallelism } from 'node:os'
import { defineConfig } from '@playwright/test'

const asRoot = process.getuid?.() === 0

export default defineConfig({
  testDir: '.',
  outputDir: 'test-results',
  globalSetup: './support/global-setup.ts',
  fullyParallel: true,
  workers: availableParallelism(),
  // Limits that only a hang reaches, on a machine that is many times slower too.
  timeout: 300_000,
  expect: { timeout: 60_000 },
  forbidOnly: true,
  reporter: [['list'], ['json', { outputFile: 'test-results/results.json' }]],
  use: {
    // Recording slows every test down: ask for it to look into a failure.
    trace: process.env.E2E_TRACE ? 'retain-on-failure' : 'off',
    launchOptions: {
      ...(process.env.CHROMIUM_PATH ? { executablePath: process.env.CHROMIUM_PATH } : {}),
      args: [
        ...(asRoot ? ['--no-sandbox'] : []),
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
        '--disable-quic',
        // A process for each origin, again for each page, is a third of a browser's work. No test is about that.
        '--disable-site-isolation-trials',
      ],
    },
  },
  projects: [
    { name: 'stories', testMatch: 'stories/**/*.spec.ts' },
    { name: 'pictures', testMatch: 'pictures/**/*.spec.ts' },
    { name: 'presenter', testMatch: 'presenter/**/*.spec.ts' },
  ],
})
