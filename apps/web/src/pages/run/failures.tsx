import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { Card } from '../../ui/card.tsx';
import { partOfReasons, type FailedPart } from './action-plans.ts';
import { FailureReasons } from './failure-reasons.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { failuresQuery } from '../../api/queries.ts';
import { isOver } from '../../api/run-facts.ts';
import type { Run, Store } from '../../api/trpc.ts';
import { useAccess } from '../../api/use-access.ts';
import { useRunSearch } from './use-run-search.ts';

const RunDialog = lazy(async () => ({ default: (await import('./run-dialog.tsx')).RunDialog }));

/** The reasons of a run's failures; renders nothing if there are none. */
export function Failures({ run, store }: { run: Run; store: Store | undefined }) {
  const [search, change] = useRunSearch();
  const { canOperate } = useAccess();
  const [part, setPart] = useState<FailedPart | null>(null);
  const { data } = useQuery({ ...failuresQuery(run.runId), enabled: run.counts.failed > 0 });
  if (run.counts.failed === 0 || data?.groups.length === 0) return null;
  // Reserves its space, so that it does not move the content below.
  if (!data)
    return (
      <Card title="Why customers failed">
        <Skeleton className="mx-4 my-3 h-10 sm:mx-5" />
      </Card>
    );
  return (
    <>
      <FailureReasons
        runId={run.runId}
        failures={data}
        chosen={search.error}
        canRetry={canOperate && isOver(run) && store?.state !== 'paused'}
        onChoose={(chosen) =>
          change({
            lines: undefined,
            outcome: undefined,
            error: chosen && { code: chosen.code, message: chosen.message },
          })
        }
        onRetry={(groups) => setPart(partOfReasons(groups))}
      />
      <Suspense fallback={null}>
        {part && (
          <RunDialog
            action="retry"
            run={run}
            store={store}
            part={part}
            onClose={() => setPart(null)}
          />
        )}
      </Suspense>
    </>
  );
}
