import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { readApiError } from '../../api/api-error.ts';
import { ErrorNote } from '../../ui/notes.tsx';
import { RunCounts } from './run-counts.tsx';
import { RunProgress } from './run-progress.tsx';
import { PageSkeleton } from '../../ui/skeleton.tsx';
import { runQuery, storesQuery } from '../../api/queries.ts';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { RunActions } from './run-actions.tsx';
import { Activity } from './activity.tsx';
import { Batches } from './batches.tsx';
import { Failures } from './failures.tsx';
import { Lines } from './lines.tsx';
import { Speed } from './speed.tsx';

export function RunPage() {
  const { runId } = useParams({ from: '/shell/runs/$runId' });
  const { data: run, error } = useQuery(runQuery(runId));
  const { data: stores } = useQuery(storesQuery());
  if (!run) {
    if (!error) return <PageSkeleton />;
    const problem = readApiError(error);
    const isGone = problem.code === 'run_not_found' || problem.code === 'invalid_input';
    return isGone ? <NothingHere /> : <ErrorNote error={problem} />;
  }
  const store = stores?.find(({ id }) => id === run.storeId);
  return (
    <div className="flex flex-col gap-5">
      <RunActions key={runId} run={run} store={store} />
      <RunProgress run={run} />
      <Failures run={run} store={store} />
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="flex min-w-0 flex-col gap-5">
          <RunCounts run={run} />
          <Speed runId={runId} />
          <Batches run={run} />
          <Lines run={run} store={store} />
        </div>
        <Activity run={run} />
      </div>
    </div>
  );
}
