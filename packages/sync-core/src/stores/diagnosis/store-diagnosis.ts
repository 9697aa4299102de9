import type { StoreDiagnosis } from '../../domain/store-diagnosis.ts';
import type { Diagnosis } from './diagnose-connection.ts';

/** The stored form of a diagnosis; contains no secrets. */
export function toStoreDiagnosis(
  { isHealthy, findings, pace, clockAheadMs }: Diagnosis,
  at: Date,
): StoreDiagnosis {
  return { at, isHealthy, findings, pace, clockAheadMs };
}
