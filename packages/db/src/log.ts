/** Where this package reports to; a pino logger fits. Nothing secret or personal is ever passed to it. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A log that drops everything: the default wherever a log is optional. */
export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };
