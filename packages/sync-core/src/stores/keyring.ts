import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { SealedSecret } from '../platform/sealed-secret.ts';

const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
/** 32 random bytes have about 30 distinct values, 32 random hexadecimal digits about 14. */
const MIN_DIFFERENT = 8;

/** The owner of a secret, authenticated with it: a secret moved to another row cannot be decrypted. */
export interface SecretOwner {
  orgId: string;
  /** For a notification channel or an authorization, its own id. */
  storeId: string;
  field: 'consumer_key' | 'consumer_secret' | 'webhook_secret' | 'web_login' | 'notification_url';
}

export interface Keyring {
  /** Encrypts with the active key (AES-256-GCM, a new IV each time). */
  seal(plaintext: string, owner: SecretOwner): SealedSecret;
  /** @throws SecretError if the key is unknown or the secret was modified */
  open(sealed: SealedSecret, owner: SecretOwner): string;
  readonly activeKeyId: string;
}

/** An invalid key ring or secret. Never contains key material. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
}

/**
 * Parses a key ring: `id:base64,id:base64,…`, 32 bytes each. The first key encrypts, all keys decrypt.
 *
 * @param options.refuseWeak whether to reject keys that are not random, such as 32 zeros
 * @throws SecretError that says what is wrong and how to create a key
 */
export function parseKeyring(
  text: string,
  { refuseWeak = false }: { refuseWeak?: boolean } = {},
): Keyring {
  const keys = new Map<string, Buffer>();
  for (const part of text.split(',')) {
    const [id, base64, ...rest] = part.trim().split(':');
    const key = Buffer.from(base64 ?? '', 'base64');
    if (!id || !/^[\w-]{1,32}$/.test(id) || rest.length > 0 || key.length !== KEY_BYTES) {
      throw new SecretError(
        'The secret keys must read "id:key" (several separated by commas), each key 32 bytes in base64. ' +
          "Create one with: node -p \"'k1:' + crypto.randomBytes(32).toString('base64')\"",
      );
    }
    if (refuseWeak && isWeakSecret(key))
      throw new SecretError(`The secret key "${id}" is not random: it repeats a few bytes.`);
    if (keys.has(id)) throw new SecretError(`The secret keys contain "${id}" twice.`);
    keys.set(id, key);
  }
  return createKeyring(keys);
}

/** Whether a secret has too few distinct bytes or characters to be random. */
export function isWeakSecret(secret: string | Buffer): boolean {
  return new Set<string | number>(secret).size < MIN_DIFFERENT;
}

function createKeyring(keys: ReadonlyMap<string, Buffer>): Keyring {
  const [activeKeyId, activeKey] = keys.entries().next().value as [string, Buffer];
  return {
    activeKeyId,
    seal(plaintext, owner) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', activeKey, iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(associatedData(owner, activeKeyId));
      const text = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
      return { keyId: activeKeyId, cipher: Buffer.concat([iv, cipher.getAuthTag(), text]) };
    },
    open(sealed, owner) {
      const key = keys.get(sealed.keyId);
      if (!key) {
        throw new SecretError(
          `The store's keys were encrypted with "${sealed.keyId}", which is not among the secret keys.`,
        );
      }
      return openWith(key, sealed, owner);
    },
  };
}

function openWith(key: Buffer, sealed: SealedSecret, owner: SecretOwner): string {
  const iv = sealed.cipher.subarray(0, IV_BYTES);
  const tag = sealed.cipher.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
  const text = sealed.cipher.subarray(IV_BYTES + TAG_BYTES);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(associatedData(owner, sealed.keyId));
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new SecretError(
      "The store's keys cannot be decrypted: they were modified or belong to another store.",
      {
        cause,
      },
    );
  }
}

function associatedData(owner: SecretOwner, keyId: string): Buffer {
  return Buffer.from([owner.orgId, owner.storeId, owner.field, keyId].join('|'), 'utf8');
}
