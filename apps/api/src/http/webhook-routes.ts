import { DatabaseUnavailableError } from '@mantis-sync/db';
import { type DeliveryReceiver, type DeliveryResult, inSpan } from '@mantis-sync/sync-core';
import { logContext } from '@mantis-sync/telemetry';
import { SpanKind } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ApiMetrics } from '../observe/api-metrics.ts';

/** Deliveries come from other sites without a session, so the guards for pages do not apply. */
export const WEBHOOK_PATH = '/webhooks/';

const bodyLimitBytes = 1_048_576;

const ANSWERS: Record<DeliveryResult, { status: number; text: string }> = {
  taken: { status: 200, text: 'ok' },
  known: { status: 200, text: 'ok' },
  left_to_delta: { status: 200, text: 'ok' },
  ping: { status: 200, text: 'ok' },
  // The same response for an unknown store and a wrong signature.
  refused: { status: 401, text: 'The signature does not match.' },
  too_many: { status: 429, text: 'Too many deliveries.' },
};

interface WebhookDeps {
  deliveries: DeliveryReceiver;
  metrics: ApiMetrics;
}

/** A missing store gets the same response as a wrong signature. */
const paramsSchema = z.object({ storeId: z.string() });

/**
 * `POST /webhooks/woocommerce/<store>`: receives WooCommerce's deliveries. The raw bytes are signed. Never
 * redirected: WooCommerce counts a redirect as delivered and does not follow it.
 */
export function webhookRoutes({ deliveries, metrics }: WebhookDeps) {
  /** In a span that the run continues, with metrics. */
  function receive(request: FastifyRequest, body: Buffer): Promise<DeliveryResult> {
    const storeId = storeOf(request);
    return logContext.run({ requestId: request.id, storeId }, () =>
      inSpan('webhook.delivery', { kind: SpanKind.SERVER }, async (span) => {
        const result = await deliveries.receive(storeId, headersOf(request), body);
        span.setAttribute('mantis.result', result);
        metrics.deliveryReceived(result);
        return result;
      }),
    );
  }

  return function register(app: FastifyInstance, _options: object, done: () => void): void {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: bodyLimitBytes },
      (_request, body, parsed) => parsed(null, body),
    );
    app.setErrorHandler(async (error, request, reply) => {
      if (error instanceof DatabaseUnavailableError)
        return reply.code(503).header('retry-after', '30').send('Not now.');
      if (!(error instanceof Error && 'statusCode' in error && error.statusCode === 413))
        throw error;
      metrics.deliveryReceived('too_large');
      await deliveries.refuse(storeOf(request), 'too_large');
      return reply.code(413).send('Too large.');
    });
    for (const url of [
      `${WEBHOOK_PATH}woocommerce/:storeId`,
      `${WEBHOOK_PATH}woocommerce/:storeId/`,
    ]) {
      app.post(url, async (request, reply) => {
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const result = await receive(request, body);
        const { status, text } = ANSWERS[result];
        if (result === 'too_many') reply.header('retry-after', '1');
        return reply.code(status).type('text/plain').send(text);
      });
    }
    done();
  };
}

function storeOf(request: FastifyRequest): string {
  return paramsSchema.parse(request.params).storeId.toLowerCase();
}

function headersOf({ headers }: FastifyRequest) {
  return {
    contentType: headers['content-type'] ?? '',
    signature: one(headers['x-wc-webhook-signature']),
    topic: one(headers['x-wc-webhook-topic']),
    deliveryId: one(headers['x-wc-webhook-delivery-id']),
  };
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
