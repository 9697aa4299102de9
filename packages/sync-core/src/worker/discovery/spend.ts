import { spendRequests } from '../../sql/discovery.ts';
import type { WorkDeps } from '../job.ts';
import { BudgetSpentError } from './fetch-ahead.ts';
import { type Walking, writeWalk } from './walking.ts';

/** Reserves one request from the run's budget. @throws BudgetSpentError */
export async function spendOrThrow(deps: WorkDeps, { run }: Walking): Promise<void> {
  const isPaid = await writeWalk(deps, run.orgId, (sql) => spendRequests(sql, run.id, 1));
  if (!isPaid) throw new BudgetSpentError('The run’s request budget is used up.');
}
