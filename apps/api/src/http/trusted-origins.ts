const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

/** Origins whose pages may send us changes: our own, by all its names where it is this machine. */
export function trustedOrigins(publicUrl: string): string[] {
  const { origin, hostname, protocol, port } = new URL(publicUrl);
  if (!loopbackNames.includes(hostname)) return [origin];
  return loopbackNames.map((name) => `${protocol}//${name}${port && `:${port}`}`);
}
