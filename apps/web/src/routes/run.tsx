import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { readApiError } from '../api-error.ts';
import { ErrorNote } from '../components/notes.tsx';
import { RunCounts } from '../components/run-counts.tsx';
import { RunProgress } from '../components/run-progress.tsx';
import { PageSkeleton } from '../components/skeleton.tsx';
import { runQuery, storesQuery } from '../queries.ts';
import { NothingHere } from './not-found.tsx';
import { RunActions } from './run-actions.tsx';
import { Activity } from './run/activity.tsx';
import { Batches } from './run/batches.tsx';
import { Failures } from './run/failures.tsx';
import { Lines } from './run/lines.tsx';
import { Speed } from './run/speed.tsx';

export function RunPage() {
  const { queueId } = useParams({ from: '/shell/runs/$queueId' });
  const { data: run, error } = useQuery(runQuery(queueId));
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
      <RunActions key={queueId} run={run} store={store} />
      <RunProgress run={run} />
      <Failures run={run} store={store} />
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="flex min-w-0 flex-col gap-5">
          <RunCounts run={run} />
          <Speed queueId={queueId} />
          <Batches run={run} />
          <Lines run={run} storeUrl={store?.url} />
        </div>
        <Activity run={run} />
      </div>
    </div>
  );
}
