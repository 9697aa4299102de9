export { type CallOptions, createMantisSync, type MantisSync } from './create-mantis-sync.ts';
export type { ExportOptions } from './export-customers.ts';
export {
  type Failure,
  MantisSyncError,
  NotFoundError,
  OverrideRequiredError,
  TooManyCallsError,
  UnauthorizedError,
  UnreachableError,
} from './mantis-sync-error.ts';
export {
  type ActivityEntry,
  type Diagnosis,
  isOver,
  isCompleted,
  type Run,
  type Store,
} from './run.ts';
export {
  type AppRouter,
  createMantisTrpcClient,
  type MantisConnection,
  type MantisInputs,
  type MantisOutputs,
  type MantisTrpcClient,
} from './trpc.ts';
export { ActionRequiredError, type WaitOptions } from './wait-until-done.ts';
export type { Progress, WatchOptions } from './watch-run.ts';
