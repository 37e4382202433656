import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const PROGRAM = CANDIDATES.find((file) => existsSync(file));

if (PROGRAM === undefined) {
  const reason = "Chromium was not found: install Debian's package chromium";
  if (process.env['REQUIRE_CHROMIUM'] === '1') throw new Error(reason);
  process.stderr.write(`${reason}\nThe suites that need it are skipped.\n`);
}

/** For suites that need a browser. With REQUIRE_CHROMIUM=1 a missing browser is an error. */
export const describeWithChromium = PROGRAM === undefined ? describe.skip : describe;

/** Starts a headless browser that makes no requests of its own. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: PROGRAM!,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-sync',
    ],
  });
}
