import { useQuery } from '@tanstack/react-query';
import { lazy, memo, Suspense } from 'react';
import { Card } from '../../ui/card.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { throughputQuery } from '../../api/queries.ts';

const SpeedChart = lazy(async () => ({
  default: (await import('./speed-chart.tsx')).SpeedChart,
}));

/** Speed of the run, once there is data. */
export const Speed = memo(function Speed({ runId }: { runId: string }) {
  const { data } = useQuery(throughputQuery(runId));
  if (data && data.from === null) return null;
  const waiting = (
    <Card title="Speed">
      <Skeleton className="m-4 h-40 sm:m-5" />
    </Card>
  );
  return (
    <Suspense fallback={waiting}>{data ? <SpeedChart throughput={data} /> : waiting}</Suspense>
  );
});
