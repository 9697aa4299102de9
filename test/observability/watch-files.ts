import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const repository = join(import.meta.dirname, '../..');

const rulesSchema = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^(?:[A-Z][a-z]*)+$/),
          expr: z.string().min(1),
          for: z
            .string()
            .regex(/^\d+[smh]$/)
            .optional(),
          labels: z.strictObject({ severity: z.enum(['warning', 'critical']) }),
          annotations: z.strictObject({
            summary: z.string().min(5),
            description: z.string().min(20),
            runbook_url: z.string(),
          }),
        }),
      ),
    }),
  ),
});

const dashboardSchema = z.looseObject({
  title: z.string(),
  panels: z.array(
    z.looseObject({
      title: z.string(),
      targets: z.array(z.looseObject({ expr: z.string() })).default([]),
    }),
  ),
});

export const readText = (path: string) => readFile(join(repository, path), 'utf8');

/** The alarms. @throws if the file has another format */
export async function readAlerts() {
  const { groups } = rulesSchema.parse(parse(await readText('deploy/prometheus/alerts.yaml')));
  return groups.flatMap(({ rules }) => rules);
}

/** The queries of the dashboard. @throws if the file has another format */
export async function readDashboardQueries(): Promise<string[]> {
  const { panels } = dashboardSchema.parse(
    JSON.parse(await readText('deploy/grafana/mantis-sync.json')),
  );
  return panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
}

/** Names of our series, and of Node's, in queries. */
export function metricsIn(queries: readonly string[]): Set<string> {
  const names = queries.join('\n').matchAll(/\b(?:mantis|nodejs|process)_[a-z0-9_]+/g);
  return new Set([...names].map(([name]) => name));
}
