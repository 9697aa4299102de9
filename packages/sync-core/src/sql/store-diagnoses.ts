import type { Sql } from '@mantis-sync/db';
import type { Finding, StoreDiagnosis } from '../domain/store-diagnosis.ts';

/** As stored: processes of the previous version call the fix of a finding its cure. */
type StoredFinding = Omit<Finding, 'fix'> & { cure: string | null };
export type StoredDiagnosis = Omit<StoreDiagnosis, 'at' | 'findings'> & {
  findings: StoredFinding[];
};

const toStored = ({ fix, ...finding }: Finding): StoredFinding => ({ ...finding, cure: fix });

/** @param at when the diagnosis was made */
export function readDiagnosis(
  { findings, ...diagnosis }: StoredDiagnosis,
  at: Date,
): StoreDiagnosis {
  return {
    ...diagnosis,
    at,
    findings: findings.map(({ cure: fix, ...rest }) => ({ ...rest, fix })),
  };
}

/** Saves a store's diagnosis; only the last one is kept. A dismissed warning that it lacks is new when it returns. */
export async function writeDiagnosis(
  sql: Sql,
  storeId: string,
  { at: _at, findings, ...diagnosis }: StoreDiagnosis,
): Promise<void> {
  await sql.query(
    `update woo_store
        set diagnosis = $2, diagnosed_at = mantis.now(),
            dismissed_findings = (
              select coalesce(jsonb_agg(code), '[]')
                from jsonb_array_elements(dismissed_findings) code
               where $2::jsonb->'findings' @> jsonb_build_array(jsonb_build_object('code', code)))
      where id = $1`,
    [storeId, JSON.stringify({ ...diagnosis, findings: findings.map(toStored) })],
  );
}

/** Hides a warning of the diagnosis, or shows it again. Codes that it does not contain are forgotten. */
export async function setFindingDismissed(
  sql: Sql,
  storeId: string,
  { code, isDismissed }: { code: string; isDismissed: boolean },
): Promise<void> {
  await sql.query(
    `update woo_store
        set dismissed_findings = (
              select coalesce(jsonb_agg(distinct finding->'code'), '[]')
                from jsonb_array_elements(diagnosis->'findings') finding
               where finding->>'level' = 'warning'
                 and case when finding->>'code' = $2 then $3 else dismissed_findings ? (finding->>'code') end)
      where id = $1`,
    [storeId, code, isDismissed],
  );
}
