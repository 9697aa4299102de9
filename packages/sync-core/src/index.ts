export {
  findingSchema,
  type StoreDiagnosis,
  storeDiagnosisSchema,
} from './domain/store-diagnosis.ts';
export type { StoreJob } from './domain/store-job.ts';
export { AUTHORIZATION_SCOPES } from './domain/authorization-scope.ts';
export type { AnsweredRequest } from './platform/sync-metrics.ts';
export { isWeakSecret, type Keyring, parseKeyring, SecretError } from './stores/keyring.ts';
export { type RotationResult, rotateKeys } from './stores/rotate-keys.ts';
export { type Actor, ACTOR_TYPES, actorSchema, type Caller, SYSTEM_ACTOR } from './domain/actor.ts';

export {
  armFailpoint,
  type ArmedFailpoint,
  FailpointError,
  FAILPOINTS,
} from './platform/failpoint.ts';
export { describeCounts } from './domain/describe-counts.ts';
export {
  LINE_OUTCOMES,
  LINE_STATES,
  type LineOutcome,
  type LineState,
} from './domain/state-machine.ts';
export {
  DISCOVERY_STATES,
  type DiscoveryState,
  isTerminal,
  RUN_STATES,
  type RunState,
} from './domain/state-machine.ts';
export { type RunPhase, type RunStatus, runStatusSchema } from './domain/run-status.ts';
export {
  type BatchMap,
  batchMapSchema,
  type FailureGroup,
  type FailureKey,
  type Failures,
  failuresSchema,
  type LineDetail,
  lineDetailSchema,
  type LineView,
  lineViewSchema,
  type Throughput,
  throughputSchema,
} from './domain/run-detail.ts';
export { type ActivityView, activityViewSchema } from './domain/activity.ts';
export { acceptQueueId } from './domain/previous-input.ts';
export { toOperatorMessage } from './domain/operator-message.ts';
export { SyncError, type SyncErrorCode } from './domain/sync-error.ts';
export type { RunJob } from './worker/job.ts';
export {
  DEFAULT_RUN_SETTINGS,
  mergeRunSettings,
  type RunSettings,
  type RunSettingsOverrides,
  runSettingsOverridesSchema,
  runSettingsSchema,
} from './domain/run-settings.ts';
export { RunSettingsEnvError, runSettingsFromEnv } from './runs/run-settings-from-env.ts';
export { refuseJob, type RefusedJob } from './worker/refuse-job.ts';
export { lineText, noteText, storableText } from './platform/plain-text.ts';
export { appendOrganisationActivity } from './sql/activity.ts';
export { readSharedEnv, SHARED_ENV, type SharedEnv, withoutEmpty } from './platform/process-env.ts';
export { LOG_SAFETY } from './platform/log-safety.ts';
export { RUN_CHANGED_CHANNEL } from './sql/jobs.ts';
export {
  isWorkerAliveOn,
  readWorkerHealth,
  type WorkerHealth,
  type WorkerIdentity,
} from './sql/leases.ts';
export {
  type ConnectInput,
  createStoreService,
  type StoreService,
  type UpdateInput,
} from './stores/store-service.ts';
export type { StoreView } from './stores/store-view.ts';
export { isTimeZone } from './domain/is-time-zone.ts';
export type { ConnectionInput, StoreServiceDeps } from './stores/store-connection.ts';
export { AUTHORIZATION_CALLBACK_PATH } from './stores/authorize-url.ts';
export {
  createAuthorizationService,
  type AuthorizationService,
  type AuthorizationServiceDeps,
  type AuthorizationView,
  type ProbeView,
} from './stores/authorization-service.ts';
export { SCHEDULE_PRESETS } from './domain/schedule.ts';
export {
  createCustomerService,
  type CustomerService,
  type HistoryEntry,
} from './customers/customer-service.ts';
export type { CustomerView } from './sql/customer-views.ts';
export type { CustomerPage } from './customers/customer-search.ts';
export {
  CUSTOMER_SORTS,
  CUSTOMER_STATUSES,
  type ExportedCustomer,
  type CustomerSearch,
  type CustomerSort,
  type CustomerStatus,
} from './domain/customer-list.ts';
export {
  createOrganisationService,
  type OrganisationService,
  type OrganisationSettings,
} from './stores/organisation-service.ts';
export { type RetentionOptions, sweepRetention } from './worker/sweep-retention.ts';
export { createScheduleService, type ScheduleService } from './stores/schedule-service.ts';
export { type TickDeps, tickSchedules } from './worker/tick.ts';
export type { FreshnessView } from './sql/freshness.ts';
export type { Schedule } from './sql/schedules.ts';
export { createSharedCalls, type ShareCall } from './platform/shared-calls.ts';
export type { Swept } from './platform/swept.ts';
export type { SyncLog } from './platform/sync-log.ts';
export type { AppliedBatch, BatchOutcomes, SyncMetrics } from './platform/sync-metrics.ts';
export { inSpan } from './platform/trace.ts';
export { type Fleet, readFleet } from './sql/fleet.ts';

export {
  CHANGE_SOURCES,
  type ChangeSource,
  DISCOVERY_STEPS,
  RUN_KINDS,
  type RunKind,
  STARTABLE_KINDS,
  type StartableKind,
} from './domain/run-kind.ts';
export type { StartInput, StartResult } from './runs/start-run.ts';
export { createSyncService, type SyncService } from './runs/sync-service.ts';
export {
  createSyncWorker,
  workerTiming,
  type SyncWorker,
  type SyncWorkerOptions,
} from './worker/sync-worker.ts';
export { createFairShare } from './worker/fair-share.ts';
export { DATABASE_BACKOFF } from './worker/retry-while-database-down.ts';
export { shareDatabase } from './worker/share-database.ts';
export { SLICES_AT_ONCE } from './worker/time-slice.ts';
export {
  createWebhookService,
  type DeliveryPage,
  type WebhookService,
  type WebhookStatus,
} from './webhooks/webhook-service.ts';
export { webhookUrlFrom } from './webhooks/delivery-url.ts';
export {
  createDeliveryReceiver,
  type DeliveryLimits,
  type DeliveryReceiver,
  type DeliveryResult,
} from './webhooks/receive-delivery.ts';
export { NOTIFICATION_TOPICS, type NotificationTopic } from './domain/notification.ts';
export type { SendNotificationMail } from './notifications/deliver-notification.ts';
export { createNotificationDispatcher } from './notifications/post-notification.ts';
export {
  type ChannelView,
  createNotificationService,
  type EmailChoice,
  type NotificationService,
} from './notifications/notification-service.ts';
export { type NotifierDeps, sendNotifications } from './notifications/send-notifications.ts';
export { WooError, type WooErrorCode, type WooErrorKind } from './woo/woo-error.ts';
