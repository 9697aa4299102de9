import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { migrate } from '@mantis-sync/db';
import { startEmbeddedPostgres } from '@mantis-sync/dev-postgres';
import type { Page } from 'playwright-core';
import { openBrowser } from '../../apps/web/test/open-browser.ts';
import { startStack, type Stack } from '../../test/support/start-stack.ts';
import { addPast } from './add-past.ts';
import { recordRun } from './record-run.ts';
import { openScene, type Scene } from './scene.ts';

const folder = process.argv.slice(2).find((argument) => !argument.startsWith('--'));
const out = resolve(folder ?? join(import.meta.dirname, '../../docs/screenshots'));

/** The smallest and the largest common screen, each in both themes; the file name contains them. */
const looks = [
  { name: 'light', colorScheme: 'light', width: 1440, height: 900 },
  { name: 'phone-dark', colorScheme: 'dark', width: 390, height: 844 },
  { name: 'dark', colorScheme: 'dark', width: 1440, height: 900 },
  { name: 'phone', colorScheme: 'light', width: 390, height: 844 },
] as const;
/** One of each width; `--all` takes every variant of every page. */
const usualLooks = process.argv.includes('--all') ? looks : looks.slice(0, 2);

interface Picture {
  name: string;
  path: string;
  /** Text that is shown once the page is loaded. */
  ready: string | RegExp;
  /** Opens what the picture shows. */
  act?: (page: Page) => Promise<unknown>;
  /** Taken in every variant. */
  isMain?: boolean;
  /** Taken in full height. */
  isWhole?: boolean;
  /** Shown to signed-out people too, so without live updates. */
  isPublic?: boolean;
}

/** All pages of the dashboard, and the most common dialogs. */
const pictures = ({ running, partial, refused, good, newShop }: Scene): Picture[] => [
  { name: 'run', path: `/runs/${running.runId}`, ready: /^(2[5-9]|[3-9]\d) ?%$/, isMain: true },
  { name: 'stores', path: '/stores', ready: 'Main shop' },
  { name: 'store', path: `/stores/${good.storeId}`, ready: 'Runs over time', isMain: true },
  { name: 'store-settings', path: `/stores/${good.storeId}?tab=settings`, ready: 'Pace' },
  {
    name: 'start',
    path: `/stores/${good.storeId}?dialog=start`,
    ready: 'Compares every customer',
  },
  { name: 'runs', path: '/runs', ready: 'Main shop' },
  { name: 'run-partial', path: `/runs/${partial.runId}`, ready: /^6 failed/, isWhole: true },
  { name: 'run-refused', path: `/runs/${refused.runId}`, ready: 'This run needs a decision' },
  { name: 'customer-line', path: `/runs/${partial.runId}?line=12`, ready: 'What the store sent' },
  {
    name: 'connection',
    path: `/stores/${refused.storeId}?tab=connection`,
    ready: 'The store does not know this consumer key',
  },
  {
    name: 'schedules',
    path: `/stores/${running.storeId}?tab=schedules`,
    ready: 'Next:',
  },
  {
    name: 'webhooks',
    path: `/stores/${good.storeId}?tab=webhooks`,
    ready: 'customer.created',
  },
  {
    name: 'store-activity',
    path: `/stores/${good.storeId}?tab=activity`,
    ready: 'Open the run',
  },
  { name: 'connect', path: `/connect?address=${newShop}`, ready: 'This is a WooCommerce store.' },
  {
    name: 'connect-settings',
    path: `/connect?address=${newShop}&by=approval&step=settings`,
    ready: 'Schedule',
  },
  { name: 'customers', path: `/customers?q=wojcik&store=${good.storeId}`, ready: 'Teahouse' },
  { name: 'customer', path: `/customers/${good.storeId}/${good.wooId}`, ready: 'Before' },
  { name: 'settings', path: '/settings', ready: '(you)' },
  { name: 'help', path: '/help/stores', ready: 'Requirements', isPublic: true },
  {
    name: 'command-menu',
    path: '/stores',
    ready: 'Main shop',
    act: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('option').first().waitFor();
    },
  },
];

const dataDir = await mkdtemp(join(tmpdir(), 'mantis-screenshots-'));
const postgres = await startEmbeddedPostgres({ dataDir });
try {
  await migrate({ url: postgres.url });
  const stack = await startStack(postgres.url, { maxRetries: 1, retryBaseMs: 100 });
  const scene = await openScene(stack);
  try {
    const database = new URL(postgres.adminUrl);
    database.pathname = new URL(postgres.url).pathname;
    await addPast(database.href, {
      orgId: stack.caller.orgId,
      storeWithWebhooks: scene.good.storeId,
    });
    await mkdir(out, { recursive: true });
    await takeAll(stack, scene);
  } finally {
    await stack.close();
    await scene.close();
  }
} finally {
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function takeAll(stack: Stack, scene: Scene): Promise<void> {
  const browser = await openBrowser();
  try {
    // Without animation nothing is captured in between.
    const page = await browser.newPage({ reducedMotion: 'reduce', locale: 'en-GB' });
    const take = (picture: Picture) => takePage(page, `${stack.url}${picture.path}`, picture);
    await take({ name: 'sign-in', path: '/sign-in', ready: 'Password', isPublic: true });
    await page.goto(await stack.signInLink());
    await page.getByRole('heading', { name: 'Stores' }).waitFor();
    await recordRun(page, `${stack.url}/runs/${scene.running.runId}`, join(out, 'run.png'));
    for (const picture of pictures(scene)) await take(picture);
  } finally {
    await browser.close();
  }
}

async function takePage(
  page: Page,
  url: string,
  { name, ready, act, isMain, isWhole = false, isPublic = false }: Picture,
): Promise<void> {
  for (const { name: look, colorScheme, width, height } of isMain ? looks : usualLooks) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height });
    await page.goto(url);
    await page.getByText(ready).filter({ visible: true }).first().waitFor({ timeout: 60_000 });
    // Behind a dialog, or for screen readers only on a phone.
    if (!isPublic)
      await page
        .locator('header [role=status]', { hasText: 'Live' })
        .waitFor({ state: 'attached' });
    await act?.(page);
    await page.waitForLoadState('networkidle').catch(() => undefined);
    if (isWhole) await growToPage(page, width);
    await page.screenshot({ path: join(out, `${name}-${look}.png`) });
  }
}

/** Makes the window as high as its page, whose cards grow when they come into sight. */
async function growToPage(page: Page, width: number): Promise<void> {
  const heightOf = () => page.evaluate(() => document.documentElement.scrollHeight);
  for (let height = 0; height !== (await heightOf());) {
    height = await heightOf();
    await page.setViewportSize({ width, height });
  }
}
