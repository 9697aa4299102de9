/**
 * Every way in which a call of the sync service can be refused, with what the caller can do about it.
 * `status` is the HTTP status that an API should answer with.
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
    advice: 'Check the position; lines are numbered from 1 in the order of the list.',
  },
  idempotency_key_reused: {
    status: 409,
    advice: 'Use a new idempotency key for a different request.',
  },
  override_required: {
    status: 409,
    advice: 'Look at why the lines fail, then retry with override: true, or force the run done.',
  },
  nothing_to_retry: {
    status: 409,
    advice:
      'Read the reasons of the failures again; those customers were retried or cancelled meanwhile.',
  },
  already_over: { status: 409, advice: 'The run is done; start a new one.' },
  already_active: {
    status: 409,
    advice: 'Another run of this store is active; wait for it or force it done first.',
  },
  store_paused: {
    status: 409,
    advice: 'Fix what the pause names, then resume the store.',
  },
  store_exists: {
    status: 409,
    advice: 'Use the store that is connected already, or give it new keys.',
  },
  authorization_not_found: {
    status: 404,
    advice: 'Begin to connect the store again.',
  },
  no_callback: {
    status: 409,
    advice:
      'Make keys in the shop by hand and give them here, or have PUBLIC_URL set to an https address.',
  },
  invalid_settings: { status: 400, advice: 'Correct the setting that the message names.' },
  schedule_not_found: { status: 404, advice: 'Set the schedule first.' },
  invalid_schedule: {
    status: 400,
    advice: 'Give a cron expression of five fields and the name of a time zone.',
  },
  customer_not_found: {
    status: 404,
    advice: 'Check the store and the WooCommerce id of the customer.',
  },
  invalid_cursor: { status: 400, advice: 'Use the cursor of the page before, or none.' },
  name_mismatch: { status: 400, advice: 'Type the name of the store exactly as it is shown.' },
  channel_not_found: { status: 404, advice: 'Read the list of notification channels again.' },
  invalid_address: {
    status: 400,
    advice:
      'Give a public https address; private networks must be allowed by the operator (MANTIS_ALLOW_STORE_HOSTS).',
  },
  lease_lost: { status: 409, advice: 'Nothing to do: another worker has taken over.' },
} as const;

export type SyncErrorCode = keyof typeof SYNC_ERRORS;

/** A refusal of the sync service. `message` says what was wrong, `advice` what to do. */
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
