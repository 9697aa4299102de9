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
  account_exists: { status: 409, advice: 'Sign in with it, then open the invitation again.' },
  wrong_account: {
    status: 403,
    advice: 'Sign out, then open the link again and use the address that was invited.',
  },
  too_many_invitations: { status: 429, advice: 'Invite more people tomorrow.' },
  password_exists: { status: 409, advice: 'Change it instead: the current password is needed.' },
  organisations_reserved: {
    status: 403,
    advice: 'Ask whoever runs Mantis Sync to create it, or to be invited to an organisation.',
  },
  too_many_organisations: { status: 409, advice: 'Use one that you have, or leave one.' },
  key_not_found: { status: 404, advice: 'Look at the list of keys.' },
  session_not_found: { status: 404, advice: 'Look at the list of sessions.' },
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
