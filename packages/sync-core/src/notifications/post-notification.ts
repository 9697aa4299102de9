import { type Dispatcher, request } from 'undici';
import { createSafeDispatcher } from '../woo/safe-connect.ts';

/** Connects to public addresses only, as for stores. */
export function createNotificationDispatcher({
  allowHosts,
  ca,
}: {
  allowHosts: readonly string[];
  ca?: string | undefined;
}): Dispatcher {
  return createSafeDispatcher({ allowHosts, ...(ca === undefined ? {} : { ca }) });
}

/** A failed delivery. `message` is for the person who configured the channel. */
export class NotificationError extends Error {
  override readonly name = 'NotificationError';
}

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 65_536;

/**
 * Posts JSON to an address given by a user; the dispatcher restricts the destination. Redirects are not
 * followed.
 * @param id of the message: the same for every attempt, so that receivers can detect repeats
 * @throws NotificationError unless the response is a success
 */
export async function postNotification(
  dispatcher: Dispatcher,
  url: string,
  { id, body }: { id: string; body: object },
): Promise<void> {
  const statusCode = await post(dispatcher, url, id, body);
  if (statusCode < 200 || statusCode > 299)
    throw new NotificationError(`The address answered with status ${statusCode}.`);
}

async function post(
  dispatcher: Dispatcher,
  url: string,
  id: string,
  body: object,
): Promise<number> {
  try {
    const answer = await request(url, {
      dispatcher,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'MantisSync',
        'idempotency-key': id,
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body.dump({ limit: MAX_ANSWER_BYTES });
    return answer.statusCode;
  } catch (cause) {
    throw new NotificationError(describe(cause), { cause });
  }
}

/** Without the address, which is a secret. */
function describe(cause: unknown): string {
  if (cause instanceof Error && cause.name === 'TimeoutError')
    return 'The address did not answer within 10 seconds.';
  if (cause instanceof Error && 'code' in cause && cause.code === 'unsafe_address')
    return 'The address is not allowed.';
  return 'The address could not be reached.';
}
