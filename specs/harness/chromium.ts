import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { atEnd } from './scope.ts';
import { tempDir } from './temp-dir.ts';

export interface BrowserOptions {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
}

const EXECUTABLE = '/usr/bin/chromium';
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A Chromium with a new profile that no other test has touched; closed with its owner. */
export async function openBrowser(options: BrowserOptions = {}): Promise<BrowserContext> {
  const { width = 1280, height = 800, colorScheme = 'light' } = options;
  const browser = await chromium.launchPersistentContext(join(tempDir(), 'profile'), {
    executablePath: EXECUTABLE,
    args: FLAGS,
    colorScheme,
    viewport: { width, height },
  });
  atEnd(() => browser.close());
  return browser;
}

/** What a page complained of: exceptions, console errors, requests that left loopback. */
export function complaintsOf(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(`exception: ${message}`));
  page.on('console', (said) => {
    if (said.type() === 'error' || said.type() === 'warning') complaints.push(said.text());
  });
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (hostname !== '127.0.0.1' && protocol !== 'data:') complaints.push(`left: ${request.url()}`);
  });
  return complaints;
}
