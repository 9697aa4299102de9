import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { readApiError } from '../../api/api-error.ts';
import { ErrorNote } from '../../ui/notes.tsx';
import { RunCounts } from './run-counts.tsx';
import { RunProgress } from './run-progress.tsx';
import { PageSkeleton } from '../../ui/skeleton.tsx';
import { runQuery, storesQuery } from '../../api/queries.ts';
import type { Run } from '../../api/trpc.ts';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { useSteps } from '../../ui/use-steps.ts';
import { RunActions } from './run-actions.tsx';
import { Activity } from './activity.tsx';
import { Batches } from './batches.tsx';
import { Failures } from './failures.tsx';
import { Lines } from './lines.tsx';
import { Speed } from './speed.tsx';

export function RunPage() {
  const { runId } = useParams({ from: '/shell/runs/$runId' });
  const { data: run, error } = useQuery(runQuery(runId));
  // A person who comes back to the page finds it complete, at the place where it was scrolled to.
  const [isKnown] = useState(run !== undefined);
  if (!run) {
    if (!error) return <PageSkeleton />;
    const problem = readApiError(error);
    const isGone = problem.code === 'run_not_found' || problem.code === 'invalid_input';
    return isGone ? <NothingHere /> : <ErrorNote error={problem} />;
  }
  return <Sections run={run} isAtOnce={isKnown} />;
}

function Sections({ run, isAtOnce }: { run: Run; isAtOnce: boolean }) {
  const { data: stores } = useQuery(storesQuery());
  const store = stores?.find(({ id }) => id === run.storeId);
  const step = useSteps(isAtOnce ? 4 : 0, 4);
  return (
    <div className="flex flex-col gap-5">
      <RunActions key={run.runId} run={run} store={store} />
      <RunProgress run={run} />
      {step >= 1 && <Failures run={run} store={store} />}
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="flex min-w-0 flex-col gap-5">
          {step >= 1 && <RunCounts run={run} />}
          {step >= 2 && <Speed runId={run.runId} />}
          {step >= 2 && <Batches run={run} />}
          {step >= 3 && <Lines run={run} store={store} />}
        </div>
        {step >= 4 && <Activity run={run} />}
      </div>
    </div>
  );
}
