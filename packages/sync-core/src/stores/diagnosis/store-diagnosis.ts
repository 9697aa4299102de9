import type { StoreDiagnosis } from '../../domain/store-diagnosis.ts';
import type { Diagnosis } from './diagnose-connection.ts';

/** What is kept of a diagnosis; nothing in it is secret. */
export function toStoreDiagnosis(
  { isHealthy, findings, pace, clockAheadMs }: Diagnosis,
  at: Date,
): StoreDiagnosis {
  return { at, isHealthy, findings, pace, clockAheadMs };
}
