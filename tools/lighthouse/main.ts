/**
 * Examines the pages of the dashboard with Lighthouse, on the real stack, and prints their scores.
 *
 *   npx -y pnpm@12 lighthouse                                 every page, as on a desk
 *   npx -y pnpm@12 lighthouse --form mobile --page /stores    one of them, as on a slow telephone far away
 *   npx -y pnpm@12 lighthouse --slow                          how long /stores takes on a slow network
 *
 * Exits with 1 if a page scores below 95 in performance, accessibility or best practices, or moves while it loads
 * (layout shift above 0.02). Each page has three attempts, of which the best counts: other load on the machine can
 * only lower a score.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { migrate } from '@mantis-sync/db';
import { startEmbeddedPostgres } from '@mantis-sync/dev-postgres';
import { isTerminal } from '@mantis-sync/sync-core';
import { createWooSim } from '@mantis-sync/woo-sim';
import {
  CATEGORIES,
  openLighthouse,
  type Examined,
  type FormFactor,
  type Lighthouse,
} from '../../apps/web/test/open-lighthouse.ts';
import { MOST_LAYOUT_SHIFT } from '../../apps/web/test/layout-shift.ts';
import { openBrowser } from '../../apps/web/test/open-browser.ts';
import { startStack, type Stack } from '../../test/support/start-stack.ts';
import { measureSlowLoad } from './slow-load.ts';

const leastScore = 95;
const tries = 3;
const customers = 400;
const broken = [45, 112, 230, 371];

const { values } = parseArgs({
  options: {
    slow: { type: 'boolean', default: false },
    page: { type: 'string', multiple: true },
    form: { type: 'string', multiple: true, default: ['desktop'] },
  },
});

const dataDir = await mkdtemp(join(tmpdir(), 'mantis-lighthouse-'));
const postgres = await startEmbeddedPostgres({ dataDir });
const sim = await createWooSim({ customers, seed: 7 });
try {
  await migrate({ url: postgres.url });
  const stack = await startStack(postgres.url, { maxRetries: 0 });
  try {
    const { storeId, runId } = await syncOnce(stack);
    if (values.slow) await reportSlowLoad(stack);
    else await reportAll(stack, storeId, runId);
  } finally {
    await stack.close();
  }
} finally {
  await sim.close();
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function reportAll(stack: Stack, storeId: string, runId: string): Promise<void> {
  const forms = values.form as FormFactor[];
  const wanted = (path: string) => values.page === undefined || values.page.includes(path);
  const signedOut = await openLighthouse();
  const signedIn = await openLighthouse(await stack.signInLink());
  console.log(`${'page'.padEnd(14)}${'as on'.padEnd(10)}${CATEGORIES.join('   ')}   layout shift`);
  const pages = {
    '/stores': '/stores',
    '/stores/…': `/stores/${storeId}`,
    '/connect': '/connect',
    '/customers': '/customers',
    '/customers/…': `/customers/${storeId}/1`,
    '/runs': '/runs',
    '/runs/…': `/runs/${runId}`,
    '/settings': '/settings',
  };
  try {
    for (const form of forms) {
      if (wanted('/sign-in')) await report(signedOut, stack, ['/sign-in', '/sign-in'], form);
      for (const page of Object.entries(pages))
        if (wanted(page[0])) await report(signedIn, stack, page, form);
    }
  } finally {
    await signedOut.close();
    await signedIn.close();
  }
}

async function reportSlowLoad(stack: Stack): Promise<void> {
  const browser = await openBrowser();
  try {
    const signInLink = await stack.signInLink();
    const page = { signInLink, url: `${stack.url}/stores`, ready: 'Main shop' };
    const { seconds, layoutShift } = await measureSlowLoad(browser, page);
    console.log(
      `/stores at 50 kB/s, 400 ms and a processor four times slower: ${seconds.toFixed(1)} s, layout shift ${layoutShift.toFixed(3)}`,
    );
  } finally {
    await browser.close();
  }
}

/** A store with a finished run that has failures. */
async function syncOnce(stack: Stack): Promise<{ storeId: string; runId: string }> {
  sim.faults.add({ fault: { kind: 'patch-row', ids: broken, set: { billing: 'none' } } });
  const { id: storeId } = await stack.stores.connect(stack.caller, {
    name: 'Main shop',
    url: sim.url,
    ...sim.defaultCredentials,
  });
  let { run } = await stack.sync.start(stack.caller, { storeId });
  while (!isTerminal(run.state)) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    run = await stack.sync.status(stack.caller, { runId: run.runId });
  }
  return { storeId, runId: run.runId };
}

async function report(
  browser: Lighthouse,
  stack: Stack,
  [name, path]: [string, string],
  form: FormFactor,
): Promise<void> {
  const { scores, losses, layoutShift } = await bestOf(() =>
    browser.examine(`${stack.url}${path}`, form),
  );
  const columns = CATEGORIES.map((category) =>
    String(scores[category] ?? '').padStart(category.length),
  );
  const shift = layoutShift.toFixed(3).padStart('layout shift'.length);
  console.log(`${name.padEnd(14)}${form.padEnd(10)}${columns.join('   ')}   ${shift}`);
  if (leastOf(scores) >= leastScore && layoutShift <= MOST_LAYOUT_SHIFT) return;
  process.exitCode = 1;
  for (const loss of losses) console.log(`    ${loss}`);
}

async function bestOf(examine: () => Promise<Examined>): Promise<Examined> {
  let best = await examine();
  for (let again = 1; again < tries && leastOf(best.scores) < leastScore; again++) {
    const next = await examine();
    if (leastOf(next.scores) > leastOf(best.scores)) best = next;
  }
  return best;
}

function leastOf(scores: Examined['scores']): number {
  return Math.min(...CATEGORIES.map((category) => scores[category] ?? 0));
}
