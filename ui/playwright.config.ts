import { defineConfig } from '@playwright/test';

/** Runs against VISAGE_URL, in the browser VISAGE_BROWSER (see tests/e2e/test_page.py, which sets them). */
export default defineConfig({
  testDir: 'e2e',
  outputDir: '../artifacts/playwright',
  // Films need a service with jobs, which is another one.
  ...(process.env.VISAGE_JOBS === undefined && { testIgnore: '9-film.spec.ts' }),
  workers: 1,
  // For a machine that is busy with much else, and slow itself: nothing here waits for a time to pass.
  timeout: 900_000,
  globalTimeout: 2_800_000, // before tests/e2e/test_page.py gives up: so that what hung is named, and no worker is left
  expect: { timeout: 200_000 },
  reporter: [['list']],
  use: {
    actionTimeout: 200_000,
    baseURL: process.env.VISAGE_URL ?? 'http://127.0.0.1:8090',
    viewport: { width: 1360, height: 860 },
    // It would answer for the server where a test does; 7-installed.spec.ts is about it.
    serviceWorkers: 'block',
    permissions: ['clipboard-read', 'clipboard-write'],
    launchOptions: {
      executablePath: process.env.VISAGE_BROWSER ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
