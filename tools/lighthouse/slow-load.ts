import type { Browser } from 'playwright-core';
import { readLayoutShift } from '../../apps/web/test/layout-shift.ts';

/** A slow telephone far away: bytes a second, milliseconds until an answer, and how much slower its processor is. */
const NETWORK = { downloadThroughput: 50_000, uploadThroughput: 50_000, latency: 400 };
const CPU_RATE = 4;

export interface SlowLoad {
  /** Seconds from the address to what the page is for, with an empty cache. */
  seconds: number;
  /** By how much the page moved under its reader; 0 for not at all. */
  layoutShift: number;
}

/** Opens a page as on a slow telephone, for a person who is signed in. */
export async function measureSlowLoad(
  browser: Browser,
  { signInLink, url, ready }: { signInLink: string; url: string; ready: string },
): Promise<SlowLoad> {
  const context = await browser.newContext();
  try {
    await context.newPage().then((page) => page.goto(signInLink));
    const page = await context.newPage();
    const devTools = await context.newCDPSession(page);
    await devTools.send('Network.enable');
    await devTools.send('Network.clearBrowserCache');
    await devTools.send('Network.emulateNetworkConditions', { offline: false, ...NETWORK });
    await devTools.send('Emulation.setCPUThrottlingRate', { rate: CPU_RATE });
    const began = performance.now();
    await page.goto(url, { waitUntil: 'commit' });
    await page.getByText(ready, { exact: true }).first().waitFor();
    const seconds = (performance.now() - began) / 1_000;
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    return { seconds, layoutShift: await readLayoutShift(page) };
  } finally {
    await context.close();
  }
}
