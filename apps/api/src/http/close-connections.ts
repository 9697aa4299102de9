import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * When the server closes, closes each connection as soon as it has no running request. Fastify and Node close only
 * connections whose last request has ended: one that a browser opened in advance, or that sent half of a request,
 * would keep the server open for good, since Node checks no timeouts after `close`.
 */
export function closeConnections(app: FastifyInstance): void {
  const running = new Map<Socket, number>();
  let isClosing = false;

  function count(socket: Socket, change: number): void {
    const before = running.get(socket);
    if (before === undefined) return;
    running.set(socket, before + change);
    if (isClosing && before + change === 0) socket.destroySoon();
  }

  app.server.on('connection', (socket) => {
    if (isClosing) return void socket.destroy();
    running.set(socket, 0);
    socket.once('close', () => running.delete(socket));
  });
  app.server.on('request', ({ socket }, response) => {
    count(socket, 1);
    response.once('close', () => count(socket, -1));
  });
  app.addHook('preClose', async () => {
    isClosing = true;
    for (const socket of running.keys()) count(socket, 0);
  });
}
