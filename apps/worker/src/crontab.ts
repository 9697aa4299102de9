import type { CronItem } from 'graphile-worker';

/**
 * The schedule, in UTC. Items rather than crontab text, whose task names cannot hold a dot. Sweep and
 * tick also run every few seconds inside each worker; these are left should a timer ever fail.
 */
export const CRON_ITEMS: CronItem[] = [
  cronItem('sync.sweep', '* * * * *'),
  cronItem('schedule.tick', '* * * * *'),
  cronItem('webhooks.check', '*/10 * * * *'),
  cronItem('retention.sweep', '17 * * * *'),
];

/** Missed times are not made up: each task does everything that is due. */
function cronItem(task: string, match: string): CronItem {
  return {
    task,
    match,
    identifier: task,
    options: { backfillPeriod: 0, maxAttempts: 1, jobKey: task, jobKeyMode: 'replace' },
  };
}
