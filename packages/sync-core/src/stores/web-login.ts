import type { AuthorizationRow } from '../sql/authorizations.ts';
import type { SealedSecret } from '../platform/sealed-secret.ts';
import type { WebLogin } from '../woo/store-request.ts';
import { type Keyring, SecretError } from './keyring.ts';

type Owner = Pick<AuthorizationRow, 'id' | 'orgId'>;

const ownerOf = ({ id, orgId }: Owner) => ({ orgId, storeId: id, field: 'web_login' }) as const;

/** Encrypts the login of the web server for a store or an authorization. */
export function sealWebLogin(
  keyring: Keyring,
  owner: Owner,
  login: WebLogin | null | undefined,
): SealedSecret | null {
  return login ? keyring.seal(JSON.stringify(login), ownerOf(owner)) : null;
}

/** Null also if it can no longer be decrypted: the web server then asks for it again. */
export function openWebLogin(
  keyring: Keyring,
  authorization: Owner & Pick<AuthorizationRow, 'webLogin'>,
): WebLogin | null {
  if (!authorization.webLogin) return null;
  try {
    const login: WebLogin = JSON.parse(
      keyring.open(authorization.webLogin, ownerOf(authorization)),
    );
    return login;
  } catch (error) {
    if (error instanceof SecretError) return null;
    throw error;
  }
}
