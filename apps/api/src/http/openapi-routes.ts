import type { FastifyInstance } from 'fastify';
import { openApiDocument } from './openapi-document.ts';

const OPENAPI_PATH = '/api/v1/openapi.json';

/** `GET /api/v1/openapi.json`: describes the plain endpoints for client generators. Public. */
export function openApiRoutes(publicUrl: string) {
  const document = openApiDocument(publicUrl);
  return function register(app: FastifyInstance, _options: object, done: () => void): void {
    app.get(OPENAPI_PATH, () => document);
    done();
  };
}
