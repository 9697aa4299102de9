import { lineText } from '@mantis-sync/sync-core';
import { APIError, createAuthMiddleware } from 'better-auth/api';
import { z } from 'zod';
import { passkeyForms } from './passkeys.ts';
import type { SignInDelay } from './sign-in-delay.ts';

/** Options passed to the library in addition to the caller's input. */
export function createAuthHooks(delay: SignInDelay) {
  const paths: Record<string, (body: unknown) => Promise<object | undefined>> = {
    ...requireForms({ ...accountForms, ...passkeyForms }),
    '/sign-in/email': async (body) => delayGuesses(delay, emailOf(body)),
    '/sign-up/email': async (body) => requireSignUp(body),
    // Signs out everyone who used the old password.
    '/change-password': async () => ({ revokeOtherSessions: true }),
    // Links in mails lead to our pages, whatever the caller requests.
    '/sign-in/magic-link': async (body) => ({
      ...requireForm(addressForm, body),
      callbackURL: '/',
      errorCallbackURL: '/',
      newUserCallbackURL: '/',
      name: '',
    }),
  };
  return {
    before: createAuthMiddleware(async (ctx) => {
      const body = await paths[ctx.path]?.(ctx.body);
      return body && { context: { body } };
    }),
    after: createAuthMiddleware(async (ctx) => {
      if (ctx.path === '/sign-in/email' && ctx.context.newSession)
        await delay.succeeded(ctx.context.newSession.user.email);
    }),
  };
}

const emailForm = z.object({ email: z.string() });
/** Addresses that are not known are stored for a while too, so their length is limited. */
const addressForm = z.looseObject({ email: z.string().max(320) });
const accountForms = { '/request-password-reset': addressForm };
const nameForm = z.object({ name: lineText(200) });
/** No picture, and nothing else that the library would store. */
const signUpForm = z.strictObject({
  name: z.string(),
  email: z.string().max(320),
  password: z.string(),
  callbackURL: z.string().max(2_000).optional(),
  rememberMe: z.boolean().optional(),
});

function emailOf(body: unknown): string | undefined {
  return emailForm.safeParse(body).data?.email;
}

async function delayGuesses(delay: SignInDelay, email: string | undefined): Promise<undefined> {
  const seconds = email === undefined ? 0 : await delay.begin(email);
  if (seconds === 0) return;
  const message = `Too many attempts to sign in with this address. Try again in ${seconds} s, or request a sign-in link.`;
  throw new APIError(
    'TOO_MANY_REQUESTS',
    { code: 'TOO_MANY_ATTEMPTS', message },
    { 'retry-after': String(seconds) },
  );
}

/** Refuses what does not have the form that its path takes. */
function requireForms(forms: Record<string, z.ZodType<object>>) {
  return Object.fromEntries(
    Object.entries(forms).map(([path, form]) => [
      path,
      async (body: unknown) => requireForm(form, body),
    ]),
  );
}

function requireForm(form: z.ZodType<object>, body: unknown): object {
  const checked = form.safeParse(body);
  if (checked.success) return checked.data;
  const message = `This request is malformed: ${z.prettifyError(checked.error)}`;
  throw new APIError('BAD_REQUEST', { code: 'INVALID_INPUT', message });
}

function requireSignUp(body: unknown): object {
  const checked = nameForm.safeParse(body);
  if (checked.success) return { ...requireForm(signUpForm, body), name: checked.data.name };
  throw new APIError('BAD_REQUEST', {
    code: 'INVALID_NAME',
    message: 'The name must be one line of 1 to 200 characters',
  });
}
