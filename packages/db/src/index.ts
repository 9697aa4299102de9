export * from './create-database.ts';
export { createPool, poolUse, type Pool, type PoolOptions, type PoolUse } from './create-pool.ts';
export {
  DatabaseUnavailableError,
  DbError,
  InvalidOrgIdError,
  TransactionAbortedError,
  TransactionOverError,
  UnsafeIntegerError,
  codeOf,
  isConnectionFailure,
} from './database-errors.ts';
export {
  createListener,
  type Listener,
  type ListenerOptions,
  type ListenerState,
} from './listen.ts';
export { silentLog, type Log } from './log.ts';
export { ensureRuntimeLogin, ensureTenantLogin } from './runtime-login.ts';
export { refuseTransactionPooler, TransactionPoolerError } from './refuse-transaction-pooler.ts';
export { migrate, schemaVersionState, type MigrateOptions } from './migrate.ts';
export { MigrationError, type MigrationErrorReason } from './migration-plan.ts';
export { typeParsers } from './type-parsers.ts';
