import { runMigrations } from 'graphile-worker';

/** graphile-worker's own tables, for the template that test databases are cloned from. */
export async function prepareTemplate(url: string): Promise<void> {
  await runMigrations({ connectionString: url });
}
