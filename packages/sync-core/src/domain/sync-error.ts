/**
 * All reasons to reject a call of the sync service, each with advice for the caller. `status` is the HTTP
 * status for APIs.
 */
export const SYNC_ERRORS = {
  store_not_found: {
    status: 404,
    advice: 'Check the store id; it may belong to another organisation.',
  },
  run_not_found: {
    status: 404,
    advice: 'Check the run id; it may belong to another organisation.',
  },
  line_not_found: {
    status: 404,
    advice: 'Check the position; lines are numbered from 1.',
  },
  idempotency_key_reused: {
    status: 409,
    advice: 'Use a new idempotency key for a different request.',
  },
  override_required: {
    status: 409,
    advice: 'Check why the lines fail, then retry with override: true, or force the run done.',
  },
  nothing_to_retry: {
    status: 409,
    advice:
      'Reload the reasons of the failures; these customers were already retried or cancelled.',
  },
  already_over: { status: 409, advice: 'The run is done; start a new one.' },
  already_active: {
    status: 409,
    advice: 'Another run of this store is active; wait for it or force it done first.',
  },
  store_paused: {
    status: 409,
    advice: 'Fix the reason for the pause, then resume the store.',
  },
  store_exists: {
    status: 409,
    advice: 'Use the connected store, or give it new keys.',
  },
  authorization_not_found: {
    status: 404,
    advice: 'Start connecting the store again.',
  },
  no_callback: {
    status: 409,
    advice:
      'Create keys in the store by hand and enter them here, or set PUBLIC_URL to an https address.',
  },
  invalid_settings: { status: 400, advice: 'Correct the setting named in the message.' },
  schedule_not_found: { status: 404, advice: 'Create the schedule first.' },
  invalid_schedule: {
    status: 400,
    advice: 'Enter a cron expression with five fields and a time zone name.',
  },
  customer_not_found: {
    status: 404,
    advice: 'Check the store and the WooCommerce id of the customer.',
  },
  invalid_cursor: { status: 400, advice: 'Use the cursor of the previous page, or none.' },
  name_mismatch: { status: 400, advice: 'Type the name of the store exactly as it is shown.' },
  channel_not_found: { status: 404, advice: 'Reload the list of notification channels.' },
  too_many_channels: { status: 409, advice: 'Remove a notification channel first.' },
  invalid_address: {
    status: 400,
    advice:
      'Enter a public https address; private networks must be allowed by the operator (MANTIS_ALLOW_STORE_HOSTS).',
  },
  lease_lost: { status: 409, advice: 'Nothing to do: another worker has taken over.' },
} as const;

export type SyncErrorCode = keyof typeof SYNC_ERRORS;

/** A rejected call. `message` says what is wrong, `advice` what to do. */
export class SyncError extends Error {
  override readonly name = 'SyncError';
  readonly code: SyncErrorCode;
  readonly advice: string;
  readonly status: number;

  constructor(code: SyncErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.advice = SYNC_ERRORS[code].advice;
    this.status = SYNC_ERRORS[code].status;
  }
}
