import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import { KINDS, runLook, starterOf } from '../../words/status.ts';
import type { Run } from '../../api/trpc.ts';
import { StoreLink, StoreRunsLink } from '../../ui/links.tsx';
import { HelpLink } from '../../ui/help-link.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { StatusPill } from '../../ui/status-pill.tsx';
import { Time } from '../../words/time.tsx';

export function RunHeader({ run, children }: { run: Run; children?: ReactNode }) {
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <nav aria-label="Breadcrumb" className="text-sm text-muted">
          <Link to="/runs" className="hover:text-ink hover:underline">
            Runs
          </Link>
          <span aria-hidden="true"> / </span>
          <StoreRunsLink storeId={run.storeId} className="hover:text-ink hover:underline">
            {run.storeName}
          </StoreRunsLink>
        </nav>
        <div className="mt-0.5 flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="text-xl font-semibold tracking-tight wrap-anywhere">
            {KINDS[run.kind]} of{' '}
            <StoreLink storeId={run.storeId} className="hover:underline">
              {run.storeName}
            </StoreLink>
          </h1>
          <StatusPill look={runLook(run)} />
          <HelpLink topic="run" about="A run" />
        </div>
        <p className="mt-1 text-sm text-muted">
          Started by {starterOf(run)} <Time at={run.createdAt} />
          {run.finishedAt && (
            <>
              , ended <Time at={run.finishedAt} />
            </>
          )}
          {' · '}
          <CopyId id={run.runId} what="run ID" />
        </p>
        {run.forced && (
          <p className="mt-1 wrap-break-word text-partial">
            Forced done by {run.forced.by.name ?? 'Mantis Sync'} <Time at={run.forced.at} />:{' '}
            {run.forced.reason}
          </p>
        )}
      </div>
      <div className="flex flex-wrap gap-2">{children}</div>
    </div>
  );
}
