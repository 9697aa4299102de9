import { DatabaseError as ServerError } from 'pg';

/** Base of the errors this package throws itself; errors of PostgreSQL keep pg's own class and `code`. */
export class DbError extends Error {
  override name = 'DbError';
}

/** The organisation's id is not a uuid. Thrown before any connection is taken. */
export class InvalidOrgIdError extends DbError {
  override name = 'InvalidOrgIdError';
  constructor() {
    super('The organisation id is not a uuid');
  }
}

/**
 * The database is unreachable, went away, or accepts no work at present (restart, failover to a
 * read-only server, disk full, too many connections). Retrying later can succeed.
 */
export class DatabaseUnavailableError extends DbError {
  override name = 'DatabaseUnavailableError';
  /** True if the connection was lost during COMMIT: the work may or may not have been committed. */
  readonly commitUnknown: boolean;
  constructor(cause: unknown, options: { commitUnknown?: boolean } = {}) {
    super(`The database is not available${reasonOf(cause)}`, { cause });
    this.commitUnknown = options.commitUnknown ?? false;
  }
}

/** The work ignored the error of a statement, so PostgreSQL rolled back on COMMIT. */
export class TransactionAbortedError extends DbError {
  override name = 'TransactionAbortedError';
  constructor(cause: unknown) {
    super('The transaction was rolled back: one of its statements had failed', { cause });
  }
}

/** A statement was sent after its transaction had ended. */
export class TransactionOverError extends DbError {
  override name = 'TransactionOverError';
  constructor() {
    super('This transaction has ended; it accepts no more statements');
  }
}

/** A bigint that a number cannot hold exactly. */
export class UnsafeIntegerError extends DbError {
  override name = 'UnsafeIntegerError';
  constructor() {
    super('A bigint of the database is beyond what a number holds exactly');
  }
}

const untrusted =
  'its certificate is not trusted. Name its certificate authority in DATABASE_URL: sslmode=verify-full&sslrootcert=/path/to/ca.pem';

/** TLS problems with a fix; these are permanent. */
const tlsReasons: Record<string, string> = {
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  CERT_HAS_EXPIRED: 'its certificate has expired. Renew it on the server',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'its certificate is for another host. Use the host name of the certificate in DATABASE_URL',
};

const noTls = 'The server does not support SSL';

function reasonOf(cause: unknown): string {
  const code = codeOf(cause);
  if (code !== undefined && tlsReasons[code]) return `: ${tlsReasons[code]} (${code})`;
  if (isUnreadableFile(cause))
    return `: ${cause.path}, named in DATABASE_URL, cannot be read (${code})`;
  if (cause instanceof Error && cause.message.startsWith(noTls))
    return ': it offers no TLS, which sslmode in DATABASE_URL requires. Enable TLS on the server, or remove sslmode';
  return ` (${code ?? 'connection lost'})`;
}

/** A certificate or key named in the connection string. */
function isUnreadableFile(error: unknown): error is Error & { path: string } {
  return (
    error instanceof Error && 'path' in error && 'syscall' in error && error.syscall === 'open'
  );
}

const unavailableCodes = new Set([
  ...Object.keys(tlsReasons),
  '57P01', // the server is shutting down, or the session was terminated
  '57P02', // another backend crashed
  '57P03', // starting up, or in recovery
  '57P05', // idle session timeout
  '25P03', // the session was ended: its transaction stood idle too long
  '25P04', // the session was ended: its transaction took too long
  '53100', // disk full
  '53300', // too many connections
  '25006', // read-only: a standby after failover
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** pg and pg-pool report connection failures as plain errors that can only be recognised by text. */
const unavailableMessage =
  /^(Connection terminated|Query read timeout|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error|Client was closed|Cannot use a pool after|The server does not support SSL)/;

/** The SQLSTATE or the system's error code, if there is one. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Whether the connection or the server is gone, rather than the statement being wrong. */
export function isConnectionFailure(error: unknown): boolean {
  if (error instanceof DatabaseUnavailableError) return true;
  if (isUnreadableFile(error)) return true;
  const code = codeOf(error);
  if (code !== undefined) return unavailableCodes.has(code) || code.startsWith('08');
  return error instanceof Error && unavailableMessage.test(error.message);
}

/** Codes after which the state of the session is unknown: the client is discarded. */
const sessionSpoilingCodes = new Set(['57014', '55P03']);

export function spoilsSession(error: unknown): boolean {
  const code = codeOf(error);
  return isConnectionFailure(error) || (code !== undefined && sessionSpoilingCodes.has(code));
}

/** Serialization failures and deadlocks, also as the cause of another error. */
export function isRetryable(error: unknown): boolean {
  for (let link = error; link instanceof Error; link = link.cause) {
    const code = codeOf(link);
    if (code === '40001' || code === '40P01') return true;
  }
  return false;
}

/**
 * Removes row values from a server error, in place. PostgreSQL quotes the row in `detail`
 * ("Failing row contains …"), the input in `where`, and the value in the message of class 22.
 */
export function withoutRowValues(error: unknown): unknown {
  if (!(error instanceof ServerError)) return error;
  Object.assign(error, { detail: undefined, where: undefined, internalQuery: undefined });
  // 22023 names settings and roles, not values.
  if (error.code?.startsWith('22') && error.code !== '22023') {
    const message = error.message.replaceAll(/"[^"]*"/g, '"…"');
    error.stack = error.stack?.replace(error.message, () => message) ?? '';
    error.message = message;
  }
  return error;
}
