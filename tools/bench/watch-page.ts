import type { Browser, Page } from 'playwright-core';

/** Measurements of a page, from the outside except for one observer. */
export interface WatchedPage {
  /** From now on, records when the number of completed customers is painted. */
  watchNumber(): Promise<void>;
  paintedNumbers(): Promise<{ value: number; at: number }[]>;
  /** Messages of the live stream that the page received. */
  events(): number;
  /** CPU time of the page's own process, and of all browser processes. */
  cpuSeconds(): Promise<{ renderer: number; all: number }>;
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

  return {
    watchNumber: () => page.evaluate(observe),
    paintedNumbers: () => page.evaluate(() => (globalThis as unknown as Painted).painted),
    events: () => events,
    async cpuSeconds() {
      const { processInfo } = await browserTools.send('SystemInfo.getProcessInfo');
      const sum = (processes: typeof processInfo) =>
        processes.reduce((total, { cpuTime }) => total + cpuTime, 0);
      return {
        renderer: sum(processInfo.filter(({ type }) => type === 'renderer')),
        all: sum(processInfo),
      };
    },
    async size() {
      await tools.send('HeapProfiler.collectGarbage');
      const { metrics } = await tools.send('Performance.getMetrics');
      const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
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
