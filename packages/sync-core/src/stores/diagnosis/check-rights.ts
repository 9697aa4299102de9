import type { StoreConnection } from '../../domain/store-connection.ts';
import type { Finding } from '../../domain/store-diagnosis.ts';
import type { ProbeOptions } from '../../woo/connect-store.ts';
import type { WooClient } from '../../woo/create-woo-client.ts';
import { readObject } from '../../woo/customer-page.ts';
import { createStoreTransport } from '../../woo/store-transport.ts';
import { WooError } from '../../woo/woo-error.ts';
import { note, ok } from './finding.ts';

/** What the key may do beyond reading customers. None of it is needed, all of it helps. */
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
  'Nothing to do; a key of an administrator or a shop manager shows it.',
);

const NO_META_DATA = note(
  'rights',
  'no_meta_data',
  'The key’s user is no administrator, so that the custom fields (meta_data) of customers are not sent.',
  'Make a key that belongs to an administrator if they are wanted.',
);

const READ_ONLY = note(
  'rights',
  'read_only_key',
  'The key may only read, so that webhooks cannot be set up: changes are seen with the next delta.',
  'Set the permission of the key to Read/Write if changes are to be seen at once.',
);

const NO_ORDERS = note(
  'rights',
  'no_orders',
  'The key may not read orders, so that guests cannot be kept.',
  'Make a key that belongs to a shop manager or an administrator if guests are wanted.',
);

/** From here on the REST API has all that is asked for. */
const OLDEST_TRIED_MAJOR = 5;

function describeVersion(version: string): Finding[] {
  const running = ok('rights', 'version', `The store runs WooCommerce ${version}.`);
  if (Number.parseInt(version, 10) >= OLDEST_TRIED_MAJOR) return [running];
  return [
    running,
    note(
      'rights',
      'old_version',
      `WooCommerce ${version} is older than what Mantis Sync is tried with.`,
      'Update WooCommerce; old versions have known security holes.',
    ),
  ];
}

/**
 * Asks for a webhook that cannot be: without a topic it is refused with 400, but before that WooCommerce
 * refuses a key without permission to write (class-wc-rest-authentication.php, check_user_permissions).
 *
 * @returns null where the answer does not tell
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

/** Whether a failure says that something is allowed, or not; null where it says neither. */
function mayFrom(error: unknown, allowedCode: string | null): boolean | null {
  if (!(error instanceof WooError)) throw error;
  if (error.code === allowedCode) return true;
  return error.kind === 'refused' ? false : null;
}
