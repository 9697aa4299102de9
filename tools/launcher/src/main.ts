import { resolve } from 'node:path';
import { type DemoInput, rememberedPort, rememberPort, startDemo } from './demo.ts';
import { demoVariables } from './demo-variables.ts';
import { readOptions, StartError, type StartOptions } from './options.ts';
import { readSecrets } from './secrets.ts';
import { showProgress } from './show-progress.ts';
import { startDatabase } from './start-database.ts';
import { startProcess, type StartedProcess } from './start-process.ts';

const repository = resolve(import.meta.dirname, '../../..');
const PROGRAMS = {
  store: resolve(repository, 'packages/woo-sim/src/main.ts'),
  worker: resolve(repository, 'apps/worker/src/main.ts'),
  api: resolve(repository, 'apps/api/src/main.ts'),
};
/** Everything ends within this time after Ctrl-C, whatever hangs. */
const STOP_MS = 5_000;
const PARENT_CHECK_MS = 500;

const stopping = new AbortController();
/** What was started; stopped in reverse order. */
const started: { stop(): Promise<void> }[] = [];

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => void stop(0));
stopWithParent();

try {
  await start(readOptions(process.argv.slice(2), process.env));
} catch (error) {
  if (!stopping.signal.aborted) {
    if (!(error instanceof StartError)) console.error(error);
    else if (error.message !== '') console.error(error.message);
    await stop(1);
  }
}

async function start(options: StartOptions): Promise<void> {
  const secrets = await readSecrets(options, process.env);
  const database = own(await startDatabase(options));
  const publicUrl = process.env['PUBLIC_URL'] ?? `http://${options.host}:${options.port}`;
  const store = options.demo ? await startStore(options) : null;
  const env = {
    ...secrets,
    DATABASE_URL: database.url,
    ...(database.tenantUrl !== undefined && { TENANT_DATABASE_URL: database.tenantUrl }),
    HOST: options.host,
    PORT: String(options.port),
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? (options.demo ? 'warn' : 'info'),
    ...(store && demoVariables(process.env, { storeUrl: store, publicUrl })),
  };
  await launch('API', PROGRAMS.api, env);
  await launch('worker', PROGRAMS.worker, env);
  console.log(`Mantis Sync is running on ${publicUrl}`);
  if (store) await showDemo({ env, storeUrl: store });
}

async function startStore({ dataDir }: StartOptions): Promise<string> {
  const port = await rememberedPort(dataDir);
  const env = { PORT: port ?? '0', CUSTOMERS: '797', LATENCY: 'real', DELIVER_AFTER_MS: '500' };
  const sim = await launch('simulated store', PROGRAMS.store, env, 'ignore');
  const { url } = sim.ready as { url: string };
  await rememberPort(dataDir, url);
  return url;
}

async function showDemo(input: DemoInput): Promise<void> {
  const demo = await startDemo(input);
  own({ stop: () => demo.close() });
  console.log(`Sign in as the demo user: ${demo.signInLink}`);
  await showProgress(demo.sync, demo.caller, demo.runId, process.stdout, stopping.signal);
  if (!stopping.signal.aborted) console.log('Ctrl-C stops everything.');
}

/** Starts a process; if it ends by itself, everything is stopped. */
async function launch(
  name: string,
  program: string,
  env: Record<string, string | undefined>,
  stdout: 'inherit' | 'ignore' = 'inherit',
): Promise<StartedProcess> {
  const child = own(await startProcess(name, program, env, stdout));
  void child.ended.then(async (code) => {
    if (stopping.signal.aborted) return;
    console.error(`The ${name} ended unexpectedly (${code ?? 'killed'}).`);
    await stop(1);
  });
  return child;
}

function own<Part extends { stop(): Promise<void> }>(part: Part): Part {
  started.push(part);
  return part;
}

async function stop(code: number): Promise<void> {
  if (stopping.signal.aborted) return;
  stopping.abort();
  setTimeout(() => process.exit(code || 1), STOP_MS).unref();
  const [database, ...rest] = started;
  await Promise.allSettled(rest.map((part) => part.stop()));
  await database?.stop().catch((error: Error) => console.error(error.message));
  process.exit(code);
}

/** Stops when the parent process is gone, for shells and package runners that do not forward signals. */
function stopWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) void stop(0);
  }, PARENT_CHECK_MS).unref();
}
