import { lineText } from '@mantis-sync/sync-core';
import { APIError, createAuthMiddleware } from 'better-auth/api';
import { z } from 'zod';
import { passkeyForms } from './passkeys.ts';
import type { SignInDelay } from './sign-in-delay.ts';

/** Options passed to the library in addition to the caller's input. */
export function createAuthHooks(delay: SignInDelay) {
  const paths: Record<string, (body: unknown) => Promise<object | undefined>> = {
    '/sign-in/email': async (body) => delayGuesses(delay, emailOf(body)),
    '/sign-up/email': async (body) => requireName(body),
    ...requireForms(passkeyForms),
    // Signs out everyone who used the old password.
    '/change-password': async () => ({ revokeOtherSessions: true }),
    // Links in mails lead to our pages, whatever the caller requests.
    '/sign-in/magic-link': async () => ({
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
const nameForm = z.object({ name: lineText(200) });

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
  const hooks = Object.entries(forms).map(([path, form]) => {
    const require = async (body: unknown): Promise<object> => {
      const checked = form.safeParse(body);
      if (checked.success) return checked.data;
      const message = `This request is malformed: ${z.prettifyError(checked.error)}`;
      throw new APIError('BAD_REQUEST', { code: 'INVALID_INPUT', message });
    };
    return [path, require] as const;
  });
  return Object.fromEntries(hooks);
}

function requireName(body: unknown): object {
  const checked = nameForm.safeParse(body);
  if (checked.success) return { name: checked.data.name };
  throw new APIError('BAD_REQUEST', {
    code: 'INVALID_NAME',
    message: 'The name must be one line of 1 to 200 characters',
  });
}
