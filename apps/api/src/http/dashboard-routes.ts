import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { TRPCError } from '@trpc/server';
import type { FastifyInstance } from 'fastify';

/** The index of the dashboard; empty if it is not built. */
export const readIndex = (webDir: string): Promise<string> =>
  readFile(join(webDir, 'index.html'), 'utf8').catch(() => '');

/** Serves the built dashboard: its files, and its index for every other page. */
export async function dashboardRoutes(app: FastifyInstance, webDir: string): Promise<void> {
  const isBuilt = existsSync(join(webDir, 'index.html'));
  if (isBuilt) {
    await app.register(fastifyStatic, {
      root: webDir,
      cacheControl: false,
      preCompressed: true,
      setHeaders(reply, path) {
        // Vite puts a content hash into these names.
        const isHashed = path.startsWith(join(webDir, 'assets'));
        reply.header(
          'cache-control',
          isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
        );
      },
    });
  }
  app.setNotFoundHandler((request, reply) => {
    const isPage = request.method === 'GET' && /\btext\/html\b/.test(request.headers.accept ?? '');
    if (!isPage || /^\/(api|trpc)\//.test(request.url)) {
      throw new TRPCError({ code: 'NOT_FOUND' });
    }
    if (isBuilt) return reply.sendFile('index.html');
    return reply
      .code(503)
      .type('text/plain')
      .send('The dashboard is not built: run `npx -y pnpm@12 build`.\n');
  });
}
