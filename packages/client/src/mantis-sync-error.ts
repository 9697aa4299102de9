/** What is known of a failure; programs tell failures apart by `code`. */
export interface Failure {
  /** Such as `run_not_found`; the codes of the API, and a few of the client's own. */
  code: string;
  message: string;
  /** What to do about it; empty where nobody knows. */
  advice?: string;
  /** Of the HTTP answer; null where there was none. */
  status?: number | null;
  /** To be told to whoever runs Mantis Sync. */
  requestId?: string | null;
  /** What is wrong with the input, one for each place. */
  issues?: readonly { path: string; message: string }[];
  cause?: unknown;
}

/** Every failure of the client; those that programs often handle have classes of their own. */
export class MantisSyncError extends Error {
  override readonly name: string = 'MantisSyncError';
  readonly code: string;
  readonly advice: string;
  readonly status: number | null;
  readonly requestId: string | null;
  readonly issues: readonly { path: string; message: string }[];

  constructor({ code, message, advice, status, requestId, issues, cause }: Failure) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.advice = advice ?? '';
    this.status = status ?? null;
    this.requestId = requestId ?? null;
    this.issues = issues ?? [];
  }
}

/** The key is missing, wrong or revoked, or may not do this: see `code`. */
export class UnauthorizedError extends MantisSyncError {
  override readonly name = 'UnauthorizedError';
}

/** There is no such run, store or customer, or it belongs to another organisation. */
export class NotFoundError extends MantisSyncError {
  override readonly name = 'NotFoundError';
}

/** The run asked for a person: look at what failed, then retry with `override: true`. */
export class OverrideRequiredError extends MantisSyncError {
  override readonly name = 'OverrideRequiredError';
}

/** The organisation called too often. */
export class TooManyCallsError extends MantisSyncError {
  override readonly name = 'TooManyCallsError';
  /** Seconds. */
  readonly retryAfter: number;

  constructor(failure: Failure, retryAfter: number) {
    super(failure);
    this.retryAfter = retryAfter;
  }
}

/** Nothing answers at the address, or something that is not Mantis Sync. */
export class UnreachableError extends MantisSyncError {
  override readonly name = 'UnreachableError';
}
