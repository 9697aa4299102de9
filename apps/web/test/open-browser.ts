import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** Opens a window and slows each step down, to watch a test. */
const isShown = process.env['SHOW_BROWSER'] === '1';

const paths = [
  process.env['CHROMIUM_PATH'],
  // The same engine without the browser around it: a new page costs a quarter of the CPU time.
  ...(isShown ? [] : ['/usr/bin/chromium-headless-shell']),
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
];

/** An installed Chromium; undefined if there is none. */
export const chromiumPath = paths.find((path) => path !== undefined && existsSync(path));

export const browserOptions = {
  executablePath: chromiumPath ?? '/usr/bin/chromium',
  headless: !isShown,
  slowMo: isShown ? 300 : 0,
  args: [
    ...(isShown ? [] : ['--headless=new']),
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

export function openBrowser(): Promise<Browser> {
  return chromium.launch(browserOptions);
}
