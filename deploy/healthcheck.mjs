// Exit code 0 if the API of this container responds. /readyz says whether it can serve, to the
// load balancer: a database outage is no reason to restart the API.
const port = process.env.PORT ?? '4400';
try {
  const answer = await fetch(`http://127.0.0.1:${port}/healthz`, {
    signal: AbortSignal.timeout(4_000),
  });
  process.exit(answer.ok ? 0 : 1);
} catch {
  process.exit(1);
}
