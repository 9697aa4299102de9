import type { Browser, Page } from 'playwright-core';

/** Measurements of a page, from the outside except for one observer. */
export interface WatchedPage {
  /** From now on, records when the number of completed customers is painted. */
  watchNumber(): Promise<void>;
  paintedNumbers(): Promise<{ value: number; at: number }[]>;
  /** Messages of the live stream that the page received. */
  events(): number;
  /** CPU time of the page's own process, and of all browser processes, some of which draw the browser's own window. */
  cpuSeconds(): Promise<{ page: number; all: number }>;
  /** Heap after garbage collection. */
  size(): Promise<string>;
}

interface Painted {
  painted: { value: number; at: number }[];
}

export async function watchPage(browser: Browser, page: Page): Promise<WatchedPage> {
  const browserTools = await browser.newBrowserCDPSession();
  const tools = await page.context().newCDPSession(page);
  let events = 0;
  tools.on('Network.eventSourceMessageReceived', () => (events += 1));
  await tools.send('Network.enable');
  await tools.send('Performance.enable');
  await page.getByRole('heading', { name: 'Save customers' }).waitFor();

  async function metric(): Promise<(name: string) => number> {
    const { metrics } = await tools.send('Performance.getMetrics');
    return (name) => metrics.find((each) => each.name === name)?.value ?? 0;
  }

  return {
    watchNumber: () => page.evaluate(observe),
    paintedNumbers: () => page.evaluate(() => (globalThis as unknown as Painted).painted),
    events: () => events,
    async cpuSeconds() {
      const { processInfo } = await browserTools.send('SystemInfo.getProcessInfo');
      return {
        page: (await metric())('ProcessTime'),
        all: processInfo.reduce((total, { cpuTime }) => total + cpuTime, 0),
      };
    },
    async size() {
      await tools.send('HeapProfiler.collectGarbage');
      const of = await metric();
      return (
        `heap ${(of('JSHeapUsedSize') / 1_000_000).toFixed(1)} MB, ${of('Nodes')} nodes, ` +
        `${of('JSEventListeners')} listeners`
      );
    },
  };
}

/** Runs in the page. A frame is on the screen when the next one begins. */
function observe(): void {
  const heading = [...document.querySelectorAll('h2')].find((each) =>
    each.textContent?.includes('Save customers'),
  );
  const number = heading?.parentElement?.querySelector('p span');
  if (!number) throw new Error('The page shows no number of completed customers');
  const read = () => Number(number.textContent?.replaceAll(/\D/g, ''));
  const painted = [{ value: read(), at: Date.now() }];
  (globalThis as unknown as Painted).painted = painted;
  new MutationObserver(() => {
    const value = read();
    requestAnimationFrame(() =>
      requestAnimationFrame(() => painted.push({ value, at: Date.now() })),
    );
  }).observe(number, { characterData: true, childList: true, subtree: true });
}
