import { describe, expect, it } from 'vitest';
import { toOperatorMessage } from '../domain/operator-message.ts';
import { mayBeOneRecord, WooError, wooErrors } from './woo-error.ts';

describe('WooError', () => {
  it('takes kind, message and advice from the table', () => {
    const error = new WooError('rate_limited', { status: 429, retryAfterMs: 2_000 });
    expect(error).toMatchObject({
      code: 'rate_limited',
      kind: 'struggling',
      status: 429,
      retryAfterMs: 2_000,
      excerpt: null,
      cause: null,
      advice: wooErrors.rate_limited.advice,
    });
    expect(toOperatorMessage(error)).toBe(`${error.message} ${error.advice}`);
  });

  it('keeps only name and code of a cause, and never quotes a body', () => {
    const cause = Object.assign(new SyntaxError('Unexpected token in "jane@example.com"'), {
      code: 'HPE_INVALID_CONSTANT',
      data: 'jane@example.com',
    });
    const error = new WooError('bad_answer', { cause });
    expect(error.cause).toEqual({ name: 'SyntaxError', code: 'HPE_INVALID_CONSTANT' });
  });

  it('has a sentence without full stop as message and one with it as advice', () => {
    for (const { message, advice } of Object.values(wooErrors)) {
      expect(message).toMatch(/^[A-Z].*[^.]$/);
      expect(advice).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('distinguishes failures of one page from those of the store', () => {
    expect(mayBeOneRecord(new WooError('store_error'))).toBe(true);
    expect(mayBeOneRecord(new WooError('rate_limited'))).toBe(false);
    expect(mayBeOneRecord(new WooError('wrong_key'))).toBe(false);
  });
});
