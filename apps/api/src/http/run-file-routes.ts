import type { ActivityView, Caller, LineView } from '@mantis-sync/sync-core';
import { TRPCError } from '@trpc/server';
import { fromNodeHeaders } from 'better-auth/node';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { z } from 'zod';
import { type Context, type ContextDeps, createContext } from '../context.ts';
import { requireReadAccess } from './require-identity.ts';
import { sendCsv } from './send-csv.ts';

const rowsPerPage = 500;
const input = z.object({ runId: z.uuid() });

interface RunFile<Row> {
  columns: Record<string, (row: Row) => unknown>;
  /** All rows, page by page. */
  pages(context: Context, caller: Caller, runId: string): AsyncGenerator<Row[]>;
}

/** The activity of a run, oldest first. */
const ACTIVITY: RunFile<ActivityView> = {
  columns: {
    at: ({ at }) => at.toISOString(),
    level: ({ level }) => level,
    event: ({ event }) => event,
    message: ({ message }) => message,
    actor: ({ actor }) => actor.name ?? actor.type,
  },
  async *pages({ sync }, caller, runId) {
    for (let after: number | null = 0; after !== null;) {
      const range = { runId, after, limit: rowsPerPage };
      const { items }: { items: ActivityView[] } = await sync.activity(caller, range);
      yield items;
      after = items.length < rowsPerPage ? null : (items.at(-1)?.seq ?? null);
    }
  },
};

/** The customers of a run that failed, and why. */
const FAILURES: RunFile<LineView> = {
  columns: {
    position: ({ position }) => position,
    woo_id: ({ wooCustomerId }) => wooCustomerId,
    name: ({ name }) => name,
    email: ({ email }) => email,
    attempts: ({ attempts }) => attempts,
    code: ({ error }) => error?.code,
    reason: ({ error }) => error?.message,
    field: ({ error }) => error?.field,
    received: ({ error }) => error?.received,
    expected: ({ error }) => error?.expected,
    cause: ({ error }) => error?.cause,
    fix: ({ error }) => error?.fix,
  },
  async *pages({ sync }, caller, runId) {
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const page: { items: LineView[]; nextCursor: string | null } = await sync.lines(caller, {
        runId,
        state: 'failed',
        cursor,
        limit: rowsPerPage,
      });
      yield page.items;
      cursor = page.nextCursor;
    }
  },
};

/** By name. */
export const RUN_FILES = { activity: ACTIVITY, failures: FAILURES };
export type RunFileName = keyof typeof RUN_FILES;

/** @param runId an id, or how a router writes any */
export const runFilePath = (name: RunFileName, runId: string): string =>
  `/api/v1/runs/${runId}/${name}.csv`;

/** The activity and the failed customers of a run as CSV files, safe to open in a spreadsheet. */
export function runFileRoutes(deps: ContextDeps & { log: Logger }) {
  return function register(app: FastifyInstance, _options: object, done: () => void): void {
    serve('activity', ACTIVITY);
    serve('failures', FAILURES);
    done();

    function serve<Row>(name: RunFileName, file: RunFile<Row>): void {
      app.get(runFilePath(name, ':runId'), { exposeHeadRoute: false }, async (request, reply) => {
        const context = createContext(deps, request.id, fromNodeHeaders(request.headers));
        const caller = await requireReadAccess(context);
        const asked = input.safeParse(request.params);
        if (!asked.success) throw new TRPCError({ code: 'BAD_REQUEST', cause: asked.error });
        const { runId } = asked.data;
        await sendCsv(request, reply, deps.log, {
          name: `run-${name}-${runId}.csv`,
          columns: file.columns,
          pages: file.pages(context, caller, runId),
          format: 'spreadsheet',
        });
        const { orgId, actor } = caller;
        const by = { actorType: actor.type, actorId: actor.id };
        deps.log.info({ requestId: request.id, orgId, runId, file: name, ...by }, 'run exported');
        return reply;
      });
    }
  };
}
