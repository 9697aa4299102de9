import type { CronItem } from 'graphile-worker';

/**
 * Recurring jobs, in UTC; what must happen every few seconds uses timers in each worker. An item rather than
 * crontab text, whose task names cannot contain a dot.
 */
export const CRON_ITEMS: CronItem[] = [
  {
    task: 'retention.sweep',
    match: '17 * * * *',
    identifier: 'retention.sweep',
    // Missed times are not made up: each sweep removes everything that has expired.
    options: {
      backfillPeriod: 0,
      maxAttempts: 1,
      jobKey: 'retention.sweep',
      jobKeyMode: 'replace',
    },
  },
];
