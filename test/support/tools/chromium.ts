import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const PROGRAM = CANDIDATES.find((file) => existsSync(file));

if (PROGRAM === undefined) {
  const reason = "there is no Chromium to look at pages with: install Debian's package chromium";
  if (process.env['REQUIRE_CHROMIUM'] === '1') throw new Error(reason);
  process.stderr.write(`${reason}\nThe suites that need it are skipped.\n`);
}

/** For suites that need a browser; REQUIRE_CHROMIUM=1 says that they must not be skipped. */
export const describeWithChromium = PROGRAM === undefined ? describe.skip : describe;

/** A real browser without a window, which asks nobody for anything by itself. */
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
