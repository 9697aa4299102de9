import { spendRequests } from '../sql/discovery.ts';
import type { RunRow } from '../sql/run-row.ts';
import type { WorkDeps } from './job.ts';

/** The run's request budget is used up. */
export class BudgetSpentError extends Error {
  override readonly name = 'BudgetSpentError';

  constructor() {
    super('The run’s request budget is used up.');
  }
}

/** Reserves requests from a run's budget; false if it is too small. */
export function spendFromBudget(
  { database }: WorkDeps,
  run: Pick<RunRow, 'id' | 'orgId'>,
  requests: number,
): Promise<boolean> {
  return database.withOrg(run.orgId, (sql) => spendRequests(sql, run.id, requests), {
    durability: 'deferred',
  });
}

/** Reserves one request. @throws BudgetSpentError */
export async function spendOneRequest(deps: WorkDeps, run: RunRow): Promise<void> {
  if (!(await spendFromBudget(deps, run, 1))) throw new BudgetSpentError();
}
