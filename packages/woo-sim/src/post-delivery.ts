import http from 'node:http';
import https from 'node:https';

/** Posts one delivery; returns the status, or 0 without a response. */
export type PostDelivery = (
  url: string,
  headers: Record<string, string>,
  body: string,
) => Promise<number>;

/** Posts as WordPress does: one connection per delivery, without following redirects. */
export function createPostDelivery(timeoutMs: number): PostDelivery {
  return (url, headers, body) =>
    new Promise((resolve) => {
      const client = url.startsWith('https:') ? https : http;
      const request = client.request(url, {
        method: 'POST',
        agent: false,
        timeout: timeoutMs,
        headers: deliveryHeaders(headers, body),
      });
      request.on('response', (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
        response.on('error', () => resolve(0));
      });
      request.on('timeout', () => request.destroy());
      request.on('error', () => resolve(0));
      request.end(body);
    });
}

function deliveryHeaders(headers: Record<string, string>, body: string): Record<string, string> {
  return {
    'user-agent': 'WooCommerce/10.0.2 Hookshot (WordPress/6.8.8)',
    accept: '*/*',
    'accept-encoding': 'deflate, gzip, br, zstd',
    ...headers,
    connection: 'close',
    'content-length': String(Buffer.byteLength(body)),
  };
}
