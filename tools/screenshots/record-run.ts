import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import UPNG from 'upng-js';

const size = { width: 1000, height: 640 };
const frames = 24;
const frameMs = 600;
/** Enough for the few colours of the page, and a quarter of the size of all of them. */
const colours = 96;

/** Records the page of a run in progress as an animated PNG, which browsers and GitHub show as a picture. */
export async function recordRun(page: Page, url: string, file: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(size);
  await page.goto(url);
  await page
    .getByText(/^\d+ ?%$/)
    .first()
    .waitFor();
  const pixels: ArrayBuffer[] = [];
  for (let frame = 0; frame < frames; frame += 1) {
    const picture = UPNG.decode(toArrayBuffer(await page.screenshot()));
    pixels.push(...UPNG.toRGBA8(picture));
    await sleep(frameMs);
  }
  const delays = pixels.map(() => frameMs);
  const animated = UPNG.encode(pixels, size.width, size.height, colours, delays);
  await writeFile(file, new Uint8Array(animated));
}

function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
