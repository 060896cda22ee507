import { existsSync } from 'node:fs';
import { describe, test } from '@jest/globals';
import { type TempDir, makeTempDir } from '@otklik/testing';
import { type BrowserContext, type Page, chromium } from 'playwright-core';

/** Where Debian's package `chromium` puts it. */
const CHROMIUM = '/usr/bin/chromium';

/** No GPU in CI, no sandbox for root, and nothing that Chromium would ask its maker on its own. */
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-default-apps',
  '--disable-dev-shm-usage',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

export type BrowserOptions = {
  /** HTTP Basic, sent when a page asks for it. */
  readonly credentials?: { readonly username: string; readonly password: string };
};

export type BrowserUnderTest = {
  readonly page: Page;
  /** Warnings and errors of the console, uncaught errors of the pages, requests that failed. */
  readonly complaints: string[];
  /** Every URL that was asked for, on whatever host. */
  readonly requested: string[];
  /** Those that would have left this machine. They were cut off. */
  strangers(): string[];
  close(): Promise<void>;
};

/**
 * A describe block that needs a real Chromium. Without one its tests are skipped and counted as skipped;
 * `REQUIRE_CHROMIUM=1` makes that a failure.
 */
export const describeWithChromium = (name: string, body: () => void): void => {
  if (existsSync(CHROMIUM)) return describe(name, body);
  if (process.env['REQUIRE_CHROMIUM'] !== '1') return describe.skip(name, body);
  return describe(name, () => {
    test('Chromium is there', () => {
      throw new Error(`REQUIRE_CHROMIUM=1, but there is no ${CHROMIUM}: install the package chromium.`);
    });
  });
};

/** A Chromium with a fresh profile, whose requests reach 127.0.0.1 only. */
export const openBrowser = async ({ credentials }: BrowserOptions = {}): Promise<BrowserUnderTest> => {
  const profile = makeTempDir();
  try {
    const context = await chromium.launchPersistentContext(profile.path, {
      executablePath: CHROMIUM,
      args: ARGS,
      headless: true,
      viewport: { width: 1_280, height: 800 },
      locale: 'en-US',
      timezoneId: 'UTC',
      colorScheme: 'light',
      ...(credentials && { httpCredentials: credentials }),
    });
    return await watch(context, profile);
  } catch (thrown) {
    profile.remove();
    throw thrown;
  }
};

const watch = async (context: BrowserContext, profile: TempDir): Promise<BrowserUnderTest> => {
  const complaints: string[] = [];
  const requested: string[] = [];
  await context.route(
    (url) => !isHere(url.href),
    (route) => route.abort(),
  );
  context.on('request', (request) => requested.push(request.url()));
  context.on('requestfailed', (request) => complaints.push(`${request.url()} failed: ${request.failure()?.errorText ?? ''}`));
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(String(error.error())));
  return {
    page: context.pages()[0] ?? (await context.newPage()),
    complaints,
    requested,
    strangers: () => requested.filter((url) => !isHere(url)),
    close: async () => {
      await context.close();
      profile.remove();
    },
  };
};

const isHere = (url: string): boolean => /^(data|blob|about):/.test(url) || new URL(url).hostname === '127.0.0.1';
