const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

/** Origins whose pages may send changes: our own, with all its names on a local machine. */
export function trustedOrigins(publicUrl: string): string[] {
  const { origin, hostname, protocol, port } = new URL(publicUrl);
  if (!loopbackNames.includes(hostname)) return [origin];
  return loopbackNames.map((name) => `${protocol}//${name}${port && `:${port}`}`);
}
