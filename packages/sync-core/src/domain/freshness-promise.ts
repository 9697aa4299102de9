/** How old what we have of a store may be. */
export interface FreshnessFacts {
  now: Date;
  /** Every customer has been compared with the store since this time. */
  verifiedSince: Date | null;
  /** A run that asked for all that is new began then, and came to its end. */
  refreshedAt: Date | null;
  /** Whether webhooks bring changes as they happen. */
  webhooksDeliver: boolean;
  /** Since when deliveries of webhooks may have been lost; null where none are missing. */
  gapSince: Date | null;
}

export interface FreshnessPromise {
  /** No customer is older than this, in seconds; null before the first whole walk. */
  guaranteedAgeSeconds: number | null;
  /** New customers, and those whom the store’s report names as active, are no older than this, in seconds. */
  expectedAgeSeconds: number | null;
  text: string;
}

/** What webhooks need, from a change to our table, when all is well. */
const WEBHOOK_SECONDS = 10;

export function promiseFreshness(facts: FreshnessFacts): FreshnessPromise {
  const guaranteed = ageOf(facts.verifiedSince, facts.now);
  const refreshed = ageOf(facts.refreshedAt, facts.now);
  const expected =
    facts.webhooksDeliver && refreshed !== null ? Math.min(refreshed, WEBHOOK_SECONDS) : refreshed;
  return { guaranteedAgeSeconds: guaranteed, expectedAgeSeconds: expected, text: textOf() };

  function textOf(): string {
    if (guaranteed === null || refreshed === null)
      return 'The store’s list has not been read to its end yet.';
    return (
      `Every customer was compared with the store at most ${inWords(guaranteed)} ago; ` +
      `new ones, and those whom its report names as active, ${inWords(refreshed)} ago. ` +
      describeWebhooks()
    );
  }

  function describeWebhooks(): string {
    const gap = ageOf(facts.gapSince, facts.now);
    if (gap !== null) {
      return (
        `Webhooks were lost: changes of the last ${inWords(gap)} that are no activity, such as an ` +
        'administrator’s edit, may be missing until every customer has been compared again.'
      );
    }
    return facts.webhooksDeliver
      ? 'Webhooks bring changes as they happen.'
      : 'No webhooks bring changes between runs: an administrator’s edit shows with the next comparison.';
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
