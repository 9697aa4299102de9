/** Refusals that have to do with people and keys, with what the caller can do about them. */
const ACCOUNT_ERRORS = {
  member_not_found: { status: 404, advice: 'Look at the list of members.' },
  last_owner: {
    status: 409,
    advice: 'Make somebody else an owner first; an organisation needs one.',
  },
  already_member: { status: 409, advice: 'Change their role instead.' },
  already_invited: { status: 409, advice: 'Cancel the invitation first, to send another one.' },
  invitation_not_found: {
    status: 404,
    advice: 'It may have been used, cancelled, or be older than a week: ask for a new one.',
  },
  key_not_found: { status: 404, advice: 'Look at the list of keys.' },
  session_not_found: { status: 404, advice: 'Look at the list of sessions.' },
  wrong_password: { status: 400, advice: 'Give the password that you sign in with.' },
  organisation_exists: { status: 409, advice: 'Choose another short name.' },
} as const;

export type AccountErrorCode = keyof typeof ACCOUNT_ERRORS;

export class AccountError extends Error {
  override readonly name = 'AccountError';
  readonly code: AccountErrorCode;
  readonly advice: string;
  readonly status: number;

  constructor(code: AccountErrorCode, message: string) {
    super(message);
    this.code = code;
    this.advice = ACCOUNT_ERRORS[code].advice;
    this.status = ACCOUNT_ERRORS[code].status;
  }
}
