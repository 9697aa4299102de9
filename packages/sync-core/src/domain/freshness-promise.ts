import { countOf } from './count-words.ts';

/** How old the stored data of a store can be. */
export interface FreshnessFacts {
  now: Date;
  /** Every customer has been compared with the store since this time. */
  verifiedSince: Date | null;
  /** Start of the last complete run that requested everything new. */
  refreshedAt: Date | null;
  /** Customers that the last complete comparison missed because their lines failed. */
  unverified: number;
  /** Whether webhooks deliver changes as they happen. */
  webhooksDeliver: boolean;
  /** Since when webhook deliveries may have been lost; null if none are missing. */
  gapSince: Date | null;
}

export interface FreshnessPromise {
  /** Maximum age of every customer in seconds; null before the first complete walk. */
  guaranteedAgeSeconds: number | null;
  /** Maximum age in seconds of new customers and of those that the store’s report lists as active. */
  expectedAgeSeconds: number | null;
  text: string;
}

/** Expected delay from a change in the store to our table with webhooks. */
const WEBHOOK_SECONDS = 10;

export function promiseFreshness(facts: FreshnessFacts): FreshnessPromise {
  const guaranteed = ageOf(facts.verifiedSince, facts.now);
  const refreshed = ageOf(facts.refreshedAt, facts.now);
  const expected =
    facts.webhooksDeliver && refreshed !== null ? Math.min(refreshed, WEBHOOK_SECONDS) : refreshed;
  return { guaranteedAgeSeconds: guaranteed, expectedAgeSeconds: expected, text: textOf() };

  function textOf(): string {
    if (refreshed === null || (guaranteed === null && facts.unverified === 0))
      return 'The store’s list has not been read completely yet.';
    if (guaranteed === null) return describeUnverified() + describeWebhooks();
    const [all, active] = [inWords(guaranteed), inWords(refreshed)];
    return (
      describeUnverified() +
      `Every customer was compared with the store within the last ${all}` +
      (all === active ? '. ' : `; new and recently active ones within the last ${active}. `) +
      describeWebhooks()
    );
  }

  function describeUnverified(): string {
    if (facts.unverified === 0) return '';
    return `The last comparison failed for ${countOf(facts.unverified, 'customer')}: see the failed customers of its run. `;
  }

  function describeWebhooks(): string {
    const gap = ageOf(facts.gapSince, facts.now);
    if (gap !== null) {
      return (
        `Webhooks were lost: changes of the last ${inWords(gap)} other than customer activity, such as an ` +
        'administrator’s edit, may be missing until every customer has been compared again.'
      );
    }
    return facts.webhooksDeliver
      ? 'Webhooks deliver changes as they happen.'
      : 'Without webhooks, an administrator’s edit arrives with the next comparison.';
  }
}

function ageOf(at: Date | null, now: Date): number | null {
  return at && Math.max(0, Math.round((now.getTime() - at.getTime()) / 1000));
}

function inWords(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
