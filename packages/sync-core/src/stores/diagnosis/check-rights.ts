import type { StoreConnection } from '../../domain/store-connection.ts';
import type { Finding } from '../../domain/store-diagnosis.ts';
import type { ProbeOptions } from '../../woo/connect-store.ts';
import type { WooClient } from '../../woo/create-woo-client.ts';
import { readObject } from '../../woo/customer-page.ts';
import { createStoreTransport } from '../../woo/store-transport.ts';
import { WooError } from '../../woo/woo-error.ts';
import { note, ok } from './finding.ts';

/** Checks the rights of the key beyond reading customers. All of them are optional. */
export async function checkRights(
  client: WooClient,
  connection: StoreConnection,
  options: ProbeOptions,
): Promise<Finding[]> {
  return [
    ...(connection.wooVersion === undefined
      ? [STATUS_HIDDEN]
      : describeVersion(connection.wooVersion)),
    ...(connection.keyUserIsAdmin === false ? [NO_META_DATA] : []),
    ...((await mayWrite(connection, options)) === false ? [READ_ONLY] : []),
    ...((await mayReadOrders(client, options)) === false ? [NO_ORDERS] : []),
  ];
}

const STATUS_HIDDEN = note(
  'rights',
  'status_hidden',
  'The key may not read the store’s system status, so its version is unknown.',
  'No action needed; a key of an administrator or a shop manager can read it.',
);

const NO_META_DATA = note(
  'rights',
  'no_meta_data',
  'The key’s user is not an administrator, so the store does not send the custom fields (meta_data) of customers.',
  'Create a key that belongs to an administrator if you need them.',
);

const READ_ONLY = note(
  'rights',
  'read_only_key',
  'The key may only read, so webhooks cannot be set up: changes arrive with the next delta.',
  'Set the permission of the key to Read/Write if changes should arrive immediately.',
);

const NO_ORDERS = note(
  'rights',
  'no_orders',
  'The key may not read orders, so guests cannot be synced.',
  'Create a key that belongs to a shop manager or an administrator if you need guests.',
);

/** The first version whose REST API has everything that is used. */
const OLDEST_TRIED_MAJOR = 5;

function describeVersion(version: string): Finding[] {
  const running = ok('rights', 'version', `The store runs WooCommerce ${version}.`);
  if (Number.parseInt(version, 10) >= OLDEST_TRIED_MAJOR) return [running];
  return [
    running,
    note(
      'rights',
      'old_version',
      `WooCommerce ${version} is older than the versions that Mantis Sync is tested with.`,
      'Update WooCommerce; old versions have known vulnerabilities.',
    ),
  ];
}

/**
 * Tests for write permission by creating an invalid webhook: without a topic it fails with 400, but
 * WooCommerce first rejects a key without write permission (class-wc-rest-authentication.php,
 * check_user_permissions).
 *
 * @returns null if the response does not tell
 */
async function mayWrite(
  connection: StoreConnection,
  options: ProbeOptions,
): Promise<boolean | null> {
  const { baseUrl, authMode, routeStyle, restPrefix } = connection;
  const store = createStoreTransport({ ...options, baseUrl, authMode, routeStyle, restPrefix });
  try {
    await store.send({
      method: 'POST',
      route: '/wc/v3/webhooks',
      query: {},
      body: { topic: 'none' },
      signal: options.signal,
      read: readObject,
    });
    return true;
  } catch (error) {
    return mayFrom(error, 'bad_request');
  }
}

async function mayReadOrders(client: WooClient, { signal }: ProbeOptions): Promise<boolean | null> {
  try {
    await client.listOrders({ modifiedAfter: null, offset: 0, perPage: 1, signal });
    return true;
  } catch (error) {
    return mayFrom(error, null);
  }
}

/** Whether a failure means allowed or not allowed; null if neither. */
function mayFrom(error: unknown, allowedCode: string | null): boolean | null {
  if (!(error instanceof WooError)) throw error;
  if (error.code === allowedCode) return true;
  return error.kind === 'refused' ? false : null;
}
