import type { CronItem } from 'graphile-worker';

/**
 * The schedule, in UTC. Items rather than crontab text, whose task names cannot hold a dot. The sweep
 * also runs every few seconds inside each worker; this one is left should a timer ever fail.
 */
export const CRON_ITEMS: CronItem[] = [
  {
    task: 'sync.sweep',
    match: '* * * * *',
    identifier: 'sync.sweep',
    options: { backfillPeriod: 0, maxAttempts: 1, jobKey: 'sync.sweep', jobKeyMode: 'replace' },
  },
];
