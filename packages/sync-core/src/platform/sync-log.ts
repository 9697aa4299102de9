/** What the core tells its host: ids and codes, never personal data or secrets. pino fits. */
export interface SyncLog {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

export const silentSyncLog: SyncLog = { info() {}, warn() {}, error() {} };
