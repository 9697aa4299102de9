import type { Page } from 'playwright-core';

/** What the web vitals call good is five times as much. */
export const MOST_LAYOUT_SHIFT = 0.02;

const sumShifts = `new Promise((resolve) => {
  let total = 0;
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) total += shift.value;
  }).observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => resolve(total));
})`;

/** By how much the page has moved so far without input, as the web vitals define it; 0 for not at all. */
export function readLayoutShift(page: Page): Promise<number> {
  return page.evaluate<number>(sumShifts);
}
