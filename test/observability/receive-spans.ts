import { once } from 'node:events';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { portOf } from '../support/free-port.ts';

/** A received span. */
export interface ReceivedSpan {
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId: string;
  /** Everything received, as text to search. */
  text: string;
}

const spanSchema = z.object({
  name: z.string(),
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().default(''),
});

const bodySchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({
        attributes: z.array(
          z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) }),
        ),
      }),
      scopeSpans: z.array(z.object({ spans: z.array(z.looseObject({})) })),
    }),
  ),
});

/** A collector of OTLP over HTTP, in this process. */
export async function receiveSpans(): Promise<{ url: string; spans: ReceivedSpan[] }> {
  const spans: ReceivedSpan[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      if (request.url === '/v1/traces') spans.push(...readSpans(JSON.parse(body.toString('utf8'))));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const port = portOf(server);
  return { url: `http://127.0.0.1:${port}`, spans };
}

function readSpans(body: unknown): ReceivedSpan[] {
  return bodySchema.parse(body).resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const name = resource.attributes.find(({ key }) => key === 'service.name');
    const service = String(name?.value['stringValue']);
    return scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({ ...spanSchema.parse(span), service, text: JSON.stringify(span) })),
    );
  });
}
