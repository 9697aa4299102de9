/** The logger that the core needs; pino fits. Receives ids and codes, never personal data or secrets. */
export interface SyncLog {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

export const silentSyncLog: SyncLog = { info() {}, warn() {}, error() {} };
