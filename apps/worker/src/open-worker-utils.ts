import { codeOf } from '@mantis-sync/db';
import { makeWorkerUtils, type WorkerUtils, type WorkerUtilsOptions } from 'graphile-worker';

/** The job runner's tables are incomplete, and this login, which does not own them, cannot install them. */
export class JobTablesMissingError extends Error {
  override readonly name = 'JobTablesMissingError';
}

const INSUFFICIENT_PRIVILEGE = '42501';

/** graphile-worker's utilities, which install its tables as they open. @throws JobTablesMissingError */
export async function openWorkerUtils(options: WorkerUtilsOptions): Promise<WorkerUtils> {
  try {
    return await makeWorkerUtils(options);
  } catch (error) {
    if (codeOf(error) !== INSUFFICIENT_PRIVILEGE) throw error;
    throw new JobTablesMissingError(
      'The job runner’s tables are not installed: run `npx -y pnpm@12 run migrate` with the login that owns the database',
      { cause: error },
    );
  }
}
