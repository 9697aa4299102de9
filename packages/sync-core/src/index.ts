export { type Keyring, parseKeyring, SecretError } from './credentials/keyring.ts';
export { type RotationResult, rotateKeys } from './credentials/rotate-keys.ts';
export { type Actor, type Caller, SYSTEM_ACTOR } from './domain/actor.ts';
export { findingSchema } from './doctor/finding.ts';
export { type StoreDiagnosis, storeDiagnosisSchema } from './doctor/store-diagnosis.ts';
export { armFailpoint, type ArmedFailpoint, FailpointError, FAILPOINTS } from './failpoint.ts';
export { describeCounts } from './domain/describe-counts.ts';
export {
  LINE_OUTCOMES,
  LINE_STATES,
  type LineOutcome,
  type LineState,
} from './domain/line-state.ts';
export {
  DISCOVERY_STATES,
  type DiscoveryState,
  isTerminal,
  QUEUE_STATES,
  type QueueState,
} from './domain/queue-state.ts';
export type {
  BatchMap,
  FailureGroup,
  FailureKey,
  Failures,
  LineDetail,
  Throughput,
} from './domain/run-detail.ts';
export type { ActivityView, LineView, RunPhase, RunStatus } from './domain/run-status.ts';
export { SyncError, type SyncErrorCode } from './domain/sync-error.ts';
export type { RunJob, StoreJob } from './job.ts';
export {
  DEFAULT_RUN_SETTINGS,
  mergeRunSettings,
  type RunSettings,
  type RunSettingsOverrides,
  runSettingsOverridesSchema,
  runSettingsSchema,
} from './run-settings.ts';
export { RunSettingsEnvError, runSettingsFromEnv } from './run-settings-from-env.ts';
export { refuseJob, type RefusedJob } from './jobs/refuse-job.ts';
export { lineText, noteText, storableText } from './plain-text.ts';
export { appendOrganisationActivity } from './store/append-organisation-activity.ts';
export { LOG_SAFETY } from './log-safety.ts';
export { HINT_CHANNEL } from './store/hint.ts';
export {
  isWorkerAliveOn,
  readWorkerHealth,
  type WorkerHealth,
  type WorkerIdentity,
} from './store/worker-heartbeat.ts';
export {
  type ConnectInput,
  createStoreService,
  type StoreService,
  type StoreView,
  type UpdateInput,
} from './store-service.ts';
export type { ConnectionInput, StoreServiceDeps } from './store-connection.ts';
export { GRANT_CALLBACK_PATH, GRANT_SCOPES } from './grants/authorize-url.ts';
export {
  createGrantService,
  type GrantService,
  type GrantServiceDeps,
  type GrantView,
  type ProbeView,
} from './grants/grant-service.ts';
export { SCHEDULE_PRESETS } from './domain/schedule.ts';
export {
  createCustomerService,
  type CustomerService,
  type CustomerView,
  type HistoryEntry,
} from './customer-service.ts';
export {
  CUSTOMER_SORTS,
  CUSTOMER_STATUSES,
  type CustomerPage,
  type CustomerRow,
  type CustomerSearch,
  type CustomerSort,
  type CustomerStatus,
} from './customer-search.ts';
export {
  createOrganisationService,
  type OrganisationService,
  type OrganisationSettings,
} from './organisation-service.ts';
export { type RetentionOptions, sweepRetention } from './retention/sweep-retention.ts';
export { createScheduleService, type ScheduleService } from './schedule-service.ts';
export { type TickDeps, tickSchedules } from './schedules/tick.ts';
export type { FreshnessView } from './store/read-freshness-view.ts';
export type { Schedule } from './store/schedule-row.ts';
export type { Swept } from './sweep.ts';
export type { SyncLog } from './sync-log.ts';
export type { AppliedBatch, BatchOutcomes, SyncMetrics } from './sync-metrics.ts';
export { currentTraceParent, inSpan, isTraceParent } from './trace.ts';
export { type Fleet, readFleet } from './store/read-fleet.ts';
export type { AnsweredRequest } from './woo/store-transport.ts';
export {
  CHANGE_SOURCES,
  type ChangeSource,
  DISCOVERY_STEPS,
  RUN_KINDS,
  type RunKind,
  STARTABLE_KINDS,
  type StartableKind,
} from './domain/run-kind.ts';
export type { StartInput, StartResult } from './start-run.ts';
export { createSyncService, type SyncService } from './sync-service.ts';
export {
  createSyncWorker,
  HEARTBEAT_MS,
  SWEEP_MS,
  type SyncWorker,
  type SyncWorkerOptions,
} from './sync-worker.ts';
export {
  createWebhookService,
  type WebhookService,
  type WebhookStatus,
} from './webhook-service.ts';
export { webhookUrlFrom } from './webhooks/delivery-url.ts';
export {
  createDeliveryReceiver,
  type DeliveryReceiver,
  type DeliveryVerdict,
} from './webhooks/receive-delivery.ts';
export { WooError, type WooErrorCode, type WooErrorKind } from './woo/woo-error.ts';
