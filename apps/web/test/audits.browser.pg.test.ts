import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { createWooSim, type WooSim } from '@mantis-sync/woo-sim';
import type { AxeResults, ElementContext, RunOptions } from 'axe-core';
import type { Browser, Page, Request } from 'playwright-core';
import { storeInput } from '@mantis-sync/test/store-input.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyStores } from './copy-stores.ts';
import { firstLoad } from './first-load.ts';
import { MOST_LAYOUT_SHIFT, readLayoutShift } from './layout-shift.ts';
import { openLighthouse } from './open-lighthouse.ts';
import { chromiumPath, openBrowser } from './open-browser.ts';
import { startStack, type Stack } from '@mantis-sync/test/start-stack.ts';

if (!chromiumPath) console.log('Audits in a browser: skipped, no Chromium is installed');

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core'), 'utf8');

/** Both themes, on the smallest and the largest screen. */
const looks = [
  { theme: 'light', width: 1440 },
  { theme: 'dark', width: 390 },
] as const;

/** What can be connected, or was begun. */
interface Connect {
  knownUrl: string;
  newUrl: string;
  /** Behind a web server's own password. */
  guardedUrl: string;
  /** By their states. */
  authorizations: Record<'waiting' | 'expired' | 'denied' | 'refused' | 'connected', string>;
}

interface PageToAudit {
  path: string;
  /** Is shown once the page is there. */
  ready: string;
  /** Opens what is examined. */
  act?: (page: Page) => Promise<void>;
}

/** Every page and every dialog of the dashboard; a new one is a line here. */
const pages = (run: { runId: string; storeId: string }, connect: Connect): PageToAudit[] => [
  { path: '/stores', ready: 'Copy 1' },
  { path: '/stores?health=needs', ready: 'Copy 3' },
  ...['', 'tab=webhooks', 'tab=schedules', 'tab=connection', 'tab=activity', 'tab=settings'].map(
    (search) => ({
      path: `/stores/${run.storeId}?${search}`,
      ready: 'Main shop',
    }),
  ),
  ...['start', 'pause', 'remove'].map((dialog) => ({
    path: `/stores/${run.storeId}?dialog=${dialog}`,
    ready: 'Main shop',
  })),
  ...[
    { path: '/stores', ready: 'Copy 1' },
    { path: '/runs', ready: 'Main shop' },
    { path: '/customers', ready: '#60' },
  ].map((table) => ({
    ...table,
    act: (page: Page) =>
      page.evaluate(() => {
        document.documentElement.dataset['density'] = 'compact';
      }),
  })),
  {
    path: '/customers?paying=true',
    ready: 'Customers',
    act: async (page) => {
      await page.getByRole('button', { name: 'Views' }).click();
      await page.getByRole('menu').waitFor();
    },
  },
  {
    path: '/runs?state=partial',
    ready: 'Main shop',
    act: async (page) => {
      await page.getByRole('button', { name: 'Views' }).click();
      await page.getByRole('menuitem', { name: 'Save view…' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { path: '/nowhere', ready: 'Page not found' },
  { path: '/help/stores#error-messages', ready: 'wrong_key' },
  { path: '/help/http-api', ready: 'Customers as a file' },
  { path: '/help/nowhere', ready: 'Page not found' },
  { path: '/connect', ready: 'Store address' },
  { path: '/connect?address=http://127.0.0.1:9', ready: 'does not accept connections' },
  { path: `/connect?address=${connect.knownUrl}`, ready: 'already connected' },
  {
    path: `/connect?address=${connect.guardedUrl}`,
    ready: 'This site asks for a password',
    act: async (page) => {
      await page.getByLabel('Username').fill('staging');
      await page.getByLabel('Password', { exact: true }).fill('guessed');
      await page.getByRole('button', { name: 'Check again' }).click();
      await page.getByText('The web server rejected this login.').waitFor();
    },
  },
  {
    path: `/connect?address=${connect.newUrl}&by=keys`,
    ready: 'Consumer key',
    act: async (page) => {
      await page.getByLabel('Consumer key').fill('ck_1');
      await page.getByLabel('Consumer secret').fill('cs_1');
      await page.getByRole('button', { name: 'Test keys' }).click();
      await page.getByText('These keys do not work.').waitFor();
    },
  },
  {
    path: `/connect?address=${connect.newUrl}&by=approval&step=settings&role=b2b`,
    ready: 'Schedule',
  },
  { path: `/connect?grant=${connect.authorizations.waiting}`, ready: 'Waiting for approval' },
  { path: `/connect?grant=${connect.authorizations.expired}`, ready: 'The request expired' },
  { path: `/connect?grant=${connect.authorizations.denied}`, ready: 'Access was denied' },
  { path: `/connect?grant=${connect.authorizations.refused}`, ready: 'keys were not accepted' },
  { path: `/connect?grant=${connect.authorizations.connected}`, ready: 'is connected.' },
  { path: '/runs', ready: 'Main shop' },
  { path: `/runs/${run.runId}`, ready: 'ended with 2 failed customers' },
  { path: `/runs/${run.runId}?line=5`, ready: 'What the store sent' },
  ...['Retry', 'Force done'].map((name) => ({
    path: `/runs/${run.runId}`,
    ready: 'ended with 2 failed customers',
    act: async (page: Page) => {
      await page.getByRole('button', { name, exact: true }).first().click();
      await page.getByRole('alertdialog').waitFor();
    },
  })),
  { path: '/runs/00000000-0000-4000-8000-000000000000', ready: 'Page not found' },
  { path: '/customers', ready: '#60' },
  {
    path: `/customers?q=example&store=${run.storeId}&status=all`,
    ready: 'example',
    act: async (page) => {
      const filters = page.getByRole('button', { name: 'Filters (2)' });
      if (await filters.isVisible()) await filters.click();
      await page.locator('mark').filter({ visible: true }).first().waitFor();
    },
  },
  { path: '/customers?q=qqqq', ready: 'No customers match these filters' },
  { path: `/customers/${run.storeId}/7`, ready: 'First synced by a full sync' },
  { path: `/customers/${run.storeId}/999`, ready: 'Customer not found' },
  { path: '/settings', ready: '(you)' },
  {
    path: '/settings',
    ready: 'No passkeys yet',
    act: async (page) => {
      await page.getByRole('button', { name: 'Add passkey' }).click();
      await page.getByRole('dialog', { name: 'Add a passkey' }).waitFor();
    },
  },
  ...['Create key', 'Add webhook'].map((name) => ({
    path: '/settings',
    ready: '(you)',
    act: async (page: Page) => {
      await page.getByRole('button', { name, exact: true }).click();
      await page.getByRole('dialog').waitFor();
    },
  })),
  {
    path: '/settings',
    ready: '(you)',
    act: async (page) => {
      await page.getByRole('button', { name: /^(?:Change|Set) password$/ }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    path: '/settings',
    ready: '(you)',
    act: async (page) => {
      await page.getByRole('button', { name: 'Invite', exact: true }).click();
      await page.getByRole('textbox', { name: 'Email' }).waitFor();
    },
  },
  {
    path: '/runs',
    ready: 'Main shop',
    act: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('option').first().waitFor();
    },
  },
  {
    path: '/runs',
    ready: 'Main shop',
    act: async (page) => {
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    },
  },
  {
    path: '/runs',
    ready: 'Main shop',
    act: async (page) => {
      await page.getByRole('button', { name: 'Account of' }).click();
      await page.getByRole('menu').waitFor();
    },
  },
];

test.each([
  'stores',
  'store',
  'runs',
  'run',
  'customers',
  'customer',
  'connect',
  'settings',
  'sign-in',
  'help',
])('the page %s needs at most 120 kB of compressed JavaScript', async (name) => {
  const { files, bytes } = await firstLoad(`${name}-page`);
  expect(files.length).toBeGreaterThan(2);
  expect(bytes).toBeLessThanOrEqual(120_000);
});

describe.skipIf(!chromiumPath)('the dashboard, examined', () => {
  let db: TestDatabase;
  let sim: WooSim;
  let other: WooSim;
  let guarded: WooSim;
  let stack: Stack;
  let browser: Browser;
  let page: Page;
  let run: { runId: string; storeId: string };

  beforeAll(async () => {
    db = await createTestDatabase();
    [sim, other, guarded] = await Promise.all([
      createWooSim({ customers: 60 }),
      createWooSim({ customers: 1 }),
      createWooSim({ customers: 1, webLogin: { user: 'staging', password: 'secret' } }),
    ]);
    sim.faults.add({ fault: { kind: 'patch-row', ids: [5, 6], remove: ['email', 'username'] } });
    stack = await startStack(db.url, { maxRetries: 0 }, { host: 'localhost' });
    browser = await openBrowser();
    const { id: storeId } = await stack.stores.connect(stack.caller, storeInput(sim, 'Main shop'));
    ({ run } = await stack.sync.start(stack.caller, { storeId }));
    await copyStores(db.admin, storeId, 9);
    page = await browser.newPage({ reducedMotion: 'reduce' });
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.close();
    await Promise.all([sim?.close(), other?.close(), guarded?.close()]);
    await db?.drop();
  });

  /** What is wrong with what is shown, in every look. */
  async function audit(path: string, ready: string, act?: PageToAudit['act']): Promise<string[]> {
    const found: string[] = [];
    for (const { theme, width } of looks) {
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height: 900 });
      await page.goto(`${stack.url}${path}`);
      await page.getByText(ready, { exact: false }).filter({ visible: true }).first().waitFor();
      if (path.includes('dialog='))
        await page.locator('[role=dialog], [role=alertdialog]').waitFor();
      const where = `${path}, ${theme}, ${width} px`;
      // An address of a part of a page opens that part after the rest.
      const shift = path.includes('?') ? 0 : await readLayoutShift(page);
      if (shift > MOST_LAYOUT_SHIFT) found.push(`${where}: moves while it loads, by ${shift}`);
      await act?.(page);
      const violations = await violationsOf(page);
      found.push(...violations.map((violation) => `${where}: ${violation}`));
      if (await page.evaluate('document.documentElement.scrollWidth > innerWidth'))
        found.push(`${where}: is wider than the window`);
      if (!(await page.title()).endsWith(' · Mantis Sync')) found.push(`${where}: has no title`);
    }
    return found;
  }

  test('axe finds no problem on the pages for signed-out people', async () => {
    const found = await audit('/sign-in', 'Password');
    const token = 'a'.repeat(43);
    await insertInvitation(db, stack, token);
    found.push(
      ...(await audit('/sign-in/link', 'cannot send email')),
      ...(await audit('/reset-password?token=x', 'New password')),
      ...(await audit(`/invitations/${token}`, 'Your name')),
      ...(await audit(`/invitations/${'b'.repeat(43)}`, 'not valid')),
    );
    expect(found).toEqual([]);
  });

  test('axe finds no problem on any page or dialog', async () => {
    const found: string[] = [];
    await page.goto(await stack.signInLink());
    const authorizations = await insertAuthorizations(db, stack, run.storeId);
    const urls = { knownUrl: sim.url, newUrl: other.url, guardedUrl: guarded.url };
    const connect = { ...urls, authorizations };
    for (const { path, ready, act } of pages(run, connect))
      found.push(...(await audit(path, ready, act)));
    expect(found).toEqual([]);
    // Some forty pages in two looks.
  }, 600_000);

  test('what the HTML of a page asks for is what the page uses, so nothing is asked twice', async () => {
    await page.goto(await stack.signInLink());
    await page.getByRole('heading', { name: 'Stores', exact: true }).waitFor();
    // Its last calls would count as those of the next page.
    await page.goto('about:blank');
    const paths = ['stores', 'connect', 'runs', `runs/${run.runId}`, 'customers', 'settings'];
    for (const path of [...paths, `stores/${run.storeId}`, `customers/${run.storeId}/7`]) {
      const calls: string[] = [];
      const collect = (request: Request) => calls.push(...callsOf(request.url()));
      page.on('request', collect);
      await page.goto(`${stack.url}/${path}`);
      await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
      await page.waitForFunction('document.querySelector("main h1") !== null');
      page.off('request', collect);
      const twice = calls.filter((call, index) => calls.indexOf(call) !== index);
      expect([path, twice]).toEqual([path, []]);
      expect([path, calls]).toEqual([path, expect.arrayContaining(['account.session {}'])]);
    }
  });

  // The richest page; `npx -y pnpm@12 lighthouse` examines all, and how fast they are, which depends on the machine.
  test('Lighthouse gives the page of a run 95 or more for all but its speed', async () => {
    const lighthouse = await openLighthouse(await stack.signInLink());
    const categories = ['accessibility', 'best-practices'] as const;
    const examined = await lighthouse
      .examine(`${stack.url}/runs/${run.runId}`, 'desktop', categories)
      .finally(() => lighthouse.close());
    const isPoor = Object.values(examined.scores).some((score) => score < 95);
    expect(isPoor ? examined : 'good').toBe('good');
  });

  test('keys lead to pages, find commands and start a sync, but never act in a field', async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(`${stack.url}/runs`);
    await page.getByRole('heading', { name: 'Runs' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('content');

    await page.keyboard.type('gs');
    await page.getByRole('heading', { name: 'Stores', exact: true }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('gr?');
    expect(await page.getByRole('searchbox').inputValue()).toBe('gr?');
    await page.getByText('No stores match').waitFor();
    expect(new URL(page.url()).searchParams.get('find')).toBe('gr?');

    await page.keyboard.press('Control+k');
    const field = page.getByRole('combobox', { name: 'Search pages' });
    await field.fill('start main');
    await page.getByRole('option', { name: 'Start a run of Main shop', selected: true }).waitFor();
    await field.press('Enter');
    await page.getByRole('dialog', { name: 'Start a run of Main shop' }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
    expect(page.url()).not.toContain(run.runId);
    await page.waitForFunction(() => /Main shop/.test(document.title));
  });
});

/** An invitation for somebody new. */
async function insertInvitation(db: TestDatabase, stack: Stack, token: string): Promise<void> {
  await db.admin.query(
    `insert into organization_invitation (organization_id, email, role, status, inviter_id, expires_at, token_hash)
     select $1, 'new@mantis.example', 'viewer', 'pending', auth_user.id, now() + interval '1 hour', encode(sha256($2::bytea), 'hex')
       from auth_user where email = $3`,
    [stack.caller.orgId, token, stack.person.email],
  );
}

/** Authorizations of the stack's person, one of each kind. */
async function insertAuthorizations(
  db: TestDatabase,
  stack: Stack,
  storeId: string,
): Promise<Connect['authorizations']> {
  const authorizations = { waiting: '', expired: '', denied: '', refused: '', connected: '' };
  for (const [index, kind] of (
    Object.keys(authorizations) as (keyof typeof authorizations)[]
  ).entries()) {
    const { rows } = await db.admin.query<{ id: string }>(
      `insert into store_grant (org_id, nonce_hash, begun_by_id, store_url, name, schedules, scope, expires_at,
                                state, reason_code, reason, store_id, ended_at)
       select $1, sha256($2::bytea), auth_user.id, 'https://shop.example.com', 'Shop', 'hourly', 'read',
              mantis.now() + case when $3 = 'expired' then interval '0' else interval '1 hour' end,
              case when $3 in ('denied', 'refused') then 'refused' when $3 = 'connected' then $3 else 'waiting' end,
              case when $3 in ('denied', 'refused') then $3 end,
              case when $3 in ('denied', 'refused') then 'It did not work.' end,
              case when $3 = 'connected' then $4::uuid end,
              case when $3 in ('denied', 'refused', 'connected') then mantis.now() end
         from auth_user where email = $5
       returning id`,
      [stack.caller.orgId, String(index), kind, storeId, stack.person.email],
    );
    authorizations[kind] = rows[0]?.id ?? '';
  }
  return authorizations;
}

/** The tRPC queries of a request, with their inputs. */
function callsOf(address: string): string[] {
  const { pathname, searchParams } = new URL(address);
  const batch = /^\/trpc\/(.+)$/.exec(pathname)?.[1];
  if (batch === undefined || !searchParams.has('batch')) return [];
  const inputs: Record<string, unknown> = JSON.parse(searchParams.get('input') ?? '{}');
  return batch
    .split(',')
    .map((procedure, index) => `${procedure} ${JSON.stringify(inputs[index] ?? {})}`);
}

/** In words: which rule, and the first places where it is broken. */
async function violationsOf(page: Page): Promise<string[]> {
  // By the browser's own tools: the page's policy blocks injected scripts.
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => {
    const { axe } = globalThis as unknown as {
      axe: { run(context: ElementContext, options: RunOptions): Promise<AxeResults> };
    };
    // What is behind a dialog or a menu is inert, and so is no part of what is shown.
    const shown = document.querySelector('[role=dialog], [role=alertdialog], [role=menu]');
    return axe.run(shown ?? document, {
      resultTypes: ['violations'],
      // Part of WCAG 2.2, and off unless asked for.
      rules: { 'target-size': { enabled: true } },
    });
  });
  return violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}: ${nodes
        .slice(0, 3)
        .map(({ html }) => html.slice(0, 160))
        .join(' | ')}`,
  );
}
