import type { Check, Finding } from '../../domain/store-diagnosis.ts';
import type { WooError, WooErrorCode } from '../../woo/woo-error.ts';

export const ok = (check: Check, code: string, message: string): Finding => ({
  check,
  level: 'ok',
  code,
  message,
  fix: null,
});

export const note = (check: Check, code: string, message: string, fix: string): Finding => ({
  check,
  level: 'note',
  code,
  message,
  fix,
});

export const warning = (check: Check, code: string, message: string, fix: string): Finding => ({
  check,
  level: 'warning',
  code,
  message,
  fix,
});

/** A client error as a finding of the check that its code belongs to. */
export function problem(error: WooError, check: Check = checkOf(error.code)): Finding {
  return { check, level: 'problem', code: error.code, message: error.message, fix: error.advice };
}

/** One line for the activity: the problems, or that there are none. */
export function summarize(findings: readonly Finding[]): string {
  const problems = findings.filter(({ level }) => level === 'problem');
  if (problems.length > 0) return problems.map(sentence).join(' ');
  const warnings = findings.filter(({ level }) => level === 'warning');
  if (warnings.length > 0)
    return `The connection to the store works. ${warnings.map(sentence).join(' ')}`;
  return 'The connection to the store works.';
}

const sentence = ({ message, fix }: Finding) => (fix === null ? message : `${message} ${fix}`);

const addressCodes: ReadonlySet<WooErrorCode> = new Set<WooErrorCode>([
  'bad_url',
  'unsafe_address',
  'dns',
  'tls',
  'refused_connection',
  'timeout_connect',
  'redirected',
]);

const signInCodes: ReadonlySet<WooErrorCode> = new Set<WooErrorCode>([
  'wrong_key',
  'wrong_secret',
  'key_refused',
  'credentials',
  'authorization_stripped',
  'plain_http_keys',
  'bad_signature',
  'nonce_used',
]);

const rightsCodes: ReadonlySet<WooErrorCode> = new Set<WooErrorCode>([
  'key_without_read',
  'key_user_not_allowed',
]);

function checkOf(code: WooErrorCode): Check {
  if (addressCodes.has(code)) return 'address';
  if (signInCodes.has(code)) return 'sign_in';
  if (rightsCodes.has(code)) return 'rights';
  return code === 'clock_skew' ? 'clock' : 'api';
}
