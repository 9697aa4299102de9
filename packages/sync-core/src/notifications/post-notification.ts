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

/** A channel that did not take a message. `message` is for whoever set the channel up. */
export class NotificationError extends Error {
  override readonly name = 'NotificationError';
}

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 65_536;

/**
 * Posts JSON to an address that somebody of an organisation gave; the dispatcher guards where to. Redirects
 * are not followed.
 *
 * @param id of the message: the same for each try, so that a receiver can tell a repetition
 * @throws NotificationError unless the answer is a success
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

/** Without the address: it is a secret. */
function describe(cause: unknown): string {
  if (cause instanceof Error && cause.name === 'TimeoutError')
    return 'The address did not answer within 10 seconds.';
  if (cause instanceof Error && 'code' in cause && cause.code === 'unsafe_address')
    return 'The address is not one that we may call.';
  return 'The address could not be reached.';
}
