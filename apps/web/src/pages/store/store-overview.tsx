import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { runDaysQuery, runsQuery } from '../../api/queries.ts';
import { useState } from 'react';
import type { Store } from '../../api/trpc.ts';
import { Card } from '../../ui/card.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { StoreCustomersLink, StoreRunsLink } from '../../ui/links.tsx';
import { RowsSkeleton } from '../../ui/rows.tsx';
import { count, formatDuration, formatNumber, localZone } from '../../words/format.ts';
import { Time } from '../../words/time.tsx';
import { TrendCharts, type Period } from './trend-charts.tsx';
import { RunTable } from '../runs/run-table.tsx';

const recentRuns = 8;

/** Freshness, trend and last runs of a store. */
export function StoreOverview({ store }: { store: Store }) {
  const { data } = useInfiniteQuery(runsQuery({ storeId: store.id }));
  const runs = data?.pages[0]?.items.slice(0, recentRuns);
  const [period, setPeriod] = useState<Period>('30');
  const { data: days } = useQuery(
    runDaysQuery({ storeId: store.id, days: Number(period), timeZone: localZone() }),
  );
  return (
    <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_minmax(0,2fr)]">
      <div className="flex min-w-0 flex-col gap-5">
        <FreshnessCard store={store} />
      </div>
      <div className="flex min-w-0 flex-col gap-5">
        <TrendCharts days={days} period={period} onPeriod={setPeriod} />
        <Card
          title="Recent runs"
          aside={
            <StoreRunsLink
              storeId={store.id}
              className="text-muted underline underline-offset-2 hover:text-ink"
            >
              All runs
            </StoreRunsLink>
          }
        >
          {!runs && <RowsSkeleton />}
          {runs?.length === 0 && <p className="px-4 py-4 text-muted sm:px-5">No runs yet.</p>}
          {runs && runs.length > 0 && <RunTable runs={runs} isOfOneStore />}
        </Card>
      </div>
    </div>
  );
}

function FreshnessCard({ store }: { store: Store }) {
  const { freshness } = store;
  return (
    <Card title="Freshness" help="freshness">
      <p className="px-4 pt-4 sm:px-5">{freshness.text}</p>
      <Facts>
        <Fact label="Customers">
          <StoreCustomersLink storeId={store.id} className="font-medium hover:underline">
            {formatNumber(store.customers)}
          </StoreCustomersLink>
        </Fact>
        <Fact label="Last check for changes">
          {freshness.refreshedAt ? <Time at={freshness.refreshedAt} /> : 'Not yet'}
        </Fact>
        <Fact label="All customers compared">
          {freshness.verifiedSince ? <Time at={freshness.verifiedSince} /> : 'Not yet'}
        </Fact>
        {freshness.guaranteedAgeSeconds !== null && (
          <Fact label="Maximum data age">{formatDuration(freshness.guaranteedAgeSeconds)}</Fact>
        )}
        {freshness.lastMissed && (
          <Fact label="Found by the last reconcile">{missedText(freshness.lastMissed)}</Fact>
        )}
      </Facts>
    </Card>
  );
}

function missedText(missed: NonNullable<Store['freshness']['lastMissed']>): string {
  const total = missed.created + missed.updated + missed.deleted;
  return total === 0 ? 'No missed changes' : count(total, 'missed change');
}
