/** Describes a failure; programs distinguish failures by `code`. */
export interface Failure {
  /** Such as `run_not_found`: a code of the API or of this client. */
  code: string;
  message: string;
  /** What to do about it; may be empty. */
  advice?: string;
  /** Status of the HTTP response; null without one. */
  status?: number | null;
  /** For the operator of Mantis Sync, to find the failure in the log. */
  requestId?: string | null;
  /** What is wrong with the input, one issue per path. */
  issues?: readonly { path: string; message: string }[];
  cause?: unknown;
}

/** Any failure of the client; those that programs often handle have a subclass. */
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

/** The run, store or customer does not exist, or belongs to another organisation. */
export class NotFoundError extends MantisSyncError {
  override readonly name = 'NotFoundError';
}

/** The run needs a decision: check what failed, then retry with `override: true`. */
export class OverrideRequiredError extends MantisSyncError {
  override readonly name = 'OverrideRequiredError';
}

/** The organisation made too many calls. */
export class TooManyCallsError extends MantisSyncError {
  override readonly name = 'TooManyCallsError';
  /** Seconds. */
  readonly retryAfter: number;

  constructor(failure: Failure, retryAfter: number) {
    super(failure);
    this.retryAfter = retryAfter;
  }
}

/** No response, or one that is not from Mantis Sync. */
export class UnreachableError extends MantisSyncError {
  override readonly name = 'UnreachableError';
}
