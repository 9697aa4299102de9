import { askAuth } from './auth-client.ts';

export interface Passkey {
  id: string;
  name: string | null;
  createdAt: string;
}

/**
 * Why this browser cannot use passkeys at this address; null if it can. Passkeys belong to a host name,
 * never to an address of numbers.
 */
export function passkeyObstacle(): string | null {
  if (/^[\d.]+$|:/.test(location.hostname))
    return 'Passkeys need a host name: open Mantis Sync by its name (such as localhost), not by a number.';
  const isCapable =
    'PublicKeyCredential' in window && 'parseCreationOptionsFromJSON' in PublicKeyCredential;
  return isCapable ? null : 'This browser does not support passkeys.';
}

export const listPasskeys = (): Promise<Passkey[]> => askAuth('/passkey/list-user-passkeys');

export const renamePasskey = (id: string, name: string): Promise<unknown> =>
  askAuth('/passkey/update-passkey', { id, name });

export const removePasskey = (id: string): Promise<unknown> =>
  askAuth('/passkey/delete-passkey', { id });

/** Creates a passkey in the browser or a device, and saves its public key. */
export async function addPasskey(name: string): Promise<void> {
  const options = await askAuth<PublicKeyCredentialCreationOptionsJSON>(
    '/passkey/generate-register-options',
    undefined,
    { 403: 'You signed in too long ago for this. Sign out, sign in again, and add the passkey.' },
  );
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const response = await ask(() => navigator.credentials.create({ publicKey }));
  await askAuth('/passkey/verify-registration', { name, response });
}

/** Signs in the owner of a passkey. */
export async function signInWithPasskey(): Promise<void> {
  const options = await askAuth<PublicKeyCredentialRequestOptionsJSON>(
    '/passkey/generate-authenticate-options',
  );
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const response = await ask(() => navigator.credentials.get({ publicKey }));
  await askAuth('/passkey/verify-authentication', { response }, { 401: UNKNOWN });
}

const UNKNOWN = 'This passkey is not known here. It may have been removed: sign in another way.';

async function ask(question: () => Promise<Credential | null>): Promise<unknown> {
  const credential = await question().catch((error: unknown) => {
    throw new Error(wordsFor(error));
  });
  return credential instanceof PublicKeyCredential ? credential.toJSON() : credential;
}

function wordsFor(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  if (name === 'InvalidStateError') return 'This device already has a passkey for your account.';
  if (name === 'NotAllowedError') return 'Nothing was chosen. Try again, or sign in another way.';
  return 'The browser could not use a passkey here.';
}
