import type { Auth } from './create-auth.ts';

/**
 * Creates a link that signs this user in and leads to the dashboard. Valid once, for 24 hours; when opened
 * again, it leads to the dashboard of the signed-in user, if any.
 */
export async function createSignInLink(auth: Auth, email: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  await auth.api.signInMagicLink({
    body: { email, callbackURL: '/', errorCallbackURL: '/', metadata: { deliver: resolve } },
    headers: new Headers(),
  });
  return promise;
}
