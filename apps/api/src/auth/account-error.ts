/** Errors about people and keys, with advice for the caller. */
const ACCOUNT_ERRORS = {
  member_not_found: { status: 404, advice: 'Check the list of members.' },
  last_owner: {
    status: 409,
    advice: 'Make another member an owner first; an organisation needs at least one.',
  },
  already_member: { status: 409, advice: 'Change their role instead.' },
  already_invited: { status: 409, advice: 'Cancel the existing invitation first.' },
  invitation_not_found: {
    status: 404,
    advice: 'It may have been used or cancelled, or be older than a week. Ask for a new one.',
  },
  account_exists: { status: 409, advice: 'Sign in with it, then open the invitation again.' },
  wrong_account: {
    status: 403,
    advice: 'Sign out, then open the link again and use the invited address.',
  },
  too_many_invitations: { status: 429, advice: 'Invite more people tomorrow.' },
  password_exists: {
    status: 409,
    advice: 'Change it instead; this requires the current password.',
  },
  organisations_reserved: {
    status: 403,
    advice:
      'Ask the operator of Mantis Sync to create it, or ask for an invitation to an organisation.',
  },
  too_many_organisations: { status: 409, advice: 'Use an existing one, or leave one.' },
  key_not_found: { status: 404, advice: 'Check the list of keys.' },
  session_not_found: { status: 404, advice: 'Check the list of sessions.' },
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
