import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import lighthouse, { desktopConfig, type Config } from 'lighthouse';
import { chromium } from 'playwright-core';
import { browserOptions } from './open-browser.ts';

export const CATEGORIES = ['performance', 'accessibility', 'best-practices'] as const;
export type Category = (typeof CATEGORIES)[number];
export type FormFactor = 'desktop' | 'mobile';

export interface Examined {
  /** Of a hundred. */
  scores: Partial<Record<Category, number>>;
  /** Audits that cost points, with their message. */
  losses: string[];
  /** How much of the page moved while it loaded, as the score of the web vitals. */
  layoutShift: number;
}

export interface Lighthouse {
  /** Examines a page as on a first visit, with an empty cache. */
  examine(url: string, formFactor: FormFactor, categories?: readonly Category[]): Promise<Examined>;
  close(): Promise<void>;
}

/**
 * A browser for Lighthouse, in which the person behind `signInLink` is signed in.
 * Without a link no user is signed in.
 */
export async function openLighthouse(signInLink?: string): Promise<Lighthouse> {
  const profile = await mkdtemp(join(tmpdir(), 'mantis-lighthouse-'));
  const context = await chromium.launchPersistentContext(profile, {
    ...browserOptions,
    args: [...browserOptions.args, '--remote-debugging-port=0'],
  });
  if (signInLink !== undefined) await context.newPage().then((page) => page.goto(signInLink));
  const port = await portOf(profile);

  return {
    async examine(url, formFactor, categories = CATEGORIES) {
      const config: Config | undefined = formFactor === 'desktop' ? desktopConfig : undefined;
      const flags = { port, onlyCategories: [...categories] };
      const result = await lighthouse(url, flags, config);
      if (!result) throw new Error(`Lighthouse said nothing of ${url}`);
      const { lhr } = result;
      if (lhr.runtimeError) throw new Error(lhr.runtimeError.message);
      // Otherwise it would examine the page after a redirect.
      if (lhr.finalDisplayedUrl !== url)
        throw new Error(`${url} leads to ${lhr.finalDisplayedUrl}`);
      const layoutShift = lhr.audits['cumulative-layout-shift']?.numericValue ?? 0;
      return { scores: scoresOf(lhr.categories), losses: lossesOf(lhr), layoutShift };
    },
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

type Result = NonNullable<Awaited<ReturnType<typeof lighthouse>>>['lhr'];

function scoresOf(categories: Result['categories']): Examined['scores'] {
  return Object.fromEntries(
    Object.entries(categories).map(([name, { score }]) => [name, Math.round((score ?? 0) * 100)]),
  );
}

function lossesOf({ categories, audits }: Result): string[] {
  return Object.values(categories)
    .flatMap(({ auditRefs }) => auditRefs.filter(({ weight }) => weight > 0))
    .map(({ id }) => audits[id])
    .filter((audit) => audit?.score !== null && (audit?.score ?? 0) < 0.95)
    .map((audit) => `${audit?.title}${audit?.displayValue ? `: ${audit.displayValue}` : ''}`);
}

/** The browser's debugging port, which it writes to a file. */
async function portOf(profile: string): Promise<number> {
  const [port] = (await readFile(join(profile, 'DevToolsActivePort'), 'utf8')).split('\n');
  return Number(port);
}
