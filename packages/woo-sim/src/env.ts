import { readFileSync } from 'node:fs';
import { defaultCredentials } from './authenticate.ts';
import type { WooSimOptions } from './create-woo-sim.ts';

/** Reads the options of a store that runs as a process; throws a TypeError that names an invalid variable. */
export function optionsFromEnv(env: NodeJS.ProcessEnv): WooSimOptions {
  const number = (name: string, fallback: number): number => {
    const value = Number(env[name] ?? fallback);
    if (!Number.isInteger(value) || value < 0)
      throw new TypeError(`${name} must be a whole number`);
    return value;
  };
  const yes = (name: string): boolean => env[name] === '1' || env[name] === 'true';
  const options: WooSimOptions = {
    port: number('PORT', 0),
    host: env['HOST'] ?? '127.0.0.1',
    customers: number('CUSTOMERS', 797),
    guests: number('GUESTS', 5),
    seed: number('SEED', 1),
    staff: yes('STAFF'),
    pretendHttps: yes('PRETEND_HTTPS'),
    trustForwardedProto: yes('TRUST_FORWARDED_PROTO'),
    stripAuthorization: yes('STRIP_AUTHORIZATION'),
    permalinks: env['PERMALINKS'] === 'plain' ? 'plain' : 'pretty',
    latency: latencyFrom(env['LATENCY']),
    keys: [
      {
        consumerKey: env['CONSUMER_KEY'] ?? defaultCredentials.consumerKey,
        consumerSecret: env['CONSUMER_SECRET'] ?? defaultCredentials.consumerSecret,
        permissions: 'read_write',
        userRole: 'administrator',
      },
    ],
  };
  if (env['HOME_URL'] !== undefined) options.homeUrl = env['HOME_URL'];
  const [, user, password] = /^([^:]+):(.+)$/.exec(env['WEB_LOGIN'] ?? '') ?? [];
  if (user !== undefined && password !== undefined) options.webLogin = { user, password };
  if (env['DELIVER_AFTER_MS'] !== undefined) options.deliverAfterMs = number('DELIVER_AFTER_MS', 0);
  const [key, cert] = [env['TLS_KEY_FILE'], env['TLS_CERT_FILE']];
  if (key !== undefined && cert !== undefined)
    options.tls = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  return options;
}

/** `real`, or `<boot ms>,<ms a customer>[,<workers>]`; no latency by default. */
function latencyFrom(text: string | undefined): NonNullable<WooSimOptions['latency']> {
  if (text === 'real') return 'real';
  const [bootMs = 0, perCustomerMs = 0, workers] = (text ?? '0,0').split(',').map(Number);
  if (![bootMs, perCustomerMs, workers ?? 1].every((value) => value >= 0))
    throw new TypeError('LATENCY must be "real" or "<boot ms>,<ms a customer>[,<workers>]"');
  return workers === undefined ? { bootMs, perCustomerMs } : { bootMs, perCustomerMs, workers };
}
