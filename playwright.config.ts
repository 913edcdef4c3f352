import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig, devices } from '@playwright/test';
import { findBrowser } from './scripts/browser.mjs';
import { isolate } from './scripts/environment.mjs';

isolate();

// Every worker reads this file as well, so what is chosen once is handed on in the environment.
const port = (process.env['JOURNEYS_PORT'] ??= String(await freePort()));
const dataDirectory = (process.env['JOURNEYS_DATA_DIR'] ??= freshDirectory());
const baseURL = `http://localhost:${port}`;
const executablePath = findBrowser();

export default defineConfig({
  testDir: 'tests/journeys',
  forbidOnly: true,
  fullyParallel: true,
  retries: 0,
  workers: 2,
  timeout: process.env['LONG'] ? 120_000 : 30_000,
  reporter: 'list',
  use: {
    baseURL,
    headless: true,
    trace: 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(executablePath && { executablePath }),
      // No sandbox, since containers rarely allow one; nothing that talks to the world by itself.
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
  projects: [
    { name: 'desktop', use: { ...devices['Desktop Chrome'] } },
    // One look at every page on a small screen; the journeys themselves are walked once.
    { name: 'phone', use: { ...devices['Pixel 7'] }, grep: /@phone/ },
  ],
  webServer: {
    command: `"${process.execPath}" server/main.ts`,
    url: `${baseURL}/api/health/ready`,
    env: { HOST: '127.0.0.1', PORT: port, DATA_DIR: dataDirectory, LOG_LEVEL: 'error', RATE_LIMITS: 'off' },
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
    reuseExistingServer: false,
    stdout: 'ignore',
    stderr: 'pipe',
    timeout: 60_000,
  },
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port to be had on 127.0.0.1');
  return address.port;
}

function freshDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-journeys-'));
  // At the very end: the server still writes while it shuts down.
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
