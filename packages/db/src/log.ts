/** The logger that this package needs; pino fits. It receives nothing secret or personal. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A log that drops everything: the default wherever a log is optional. */
export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };
