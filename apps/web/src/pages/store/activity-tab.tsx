import { useInfiniteQuery } from '@tanstack/react-query';
import { readApiError } from '../../api/api-error.ts';
import { storeActivityQuery } from '../../api/queries.ts';
import type { ActivityEntry, Store } from '../../api/trpc.ts';
import { Card } from '../../ui/card.tsx';
import { RunLink } from '../../ui/links.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { Row, Rows, RowsSkeleton } from '../../ui/rows.tsx';
import { actorOf } from '../../words/status.ts';
import { Time } from '../../words/time.tsx';

/** What people and API keys did to a store and its runs. */
export function ActivityTab({ store }: { store: Store }) {
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    storeActivityQuery(store.id),
  );
  const entries = data?.pages.flatMap((page) => page.items);
  return (
    <Card title="Activity" help="store" className="max-w-4xl">
      {error && (
        <div className="p-4">
          <ErrorNote error={readApiError(error)} />
        </div>
      )}
      {!entries && !error && <RowsSkeleton />}
      {entries?.length === 0 && (
        <p className="px-4 py-4 text-muted sm:px-5">
          No entries yet. Runs that people start and changes that they make are listed here.
        </p>
      )}
      <Rows label="Activity, newest first">
        {entries?.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </Rows>
      <LoadMore
        label="Load older"
        hasMore={hasNextPage}
        isLoading={isFetchingNextPage}
        onMore={() => void fetchNextPage()}
        className="border-t border-line"
      />
    </Card>
  );
}

function Entry({ entry: { message, actor, at, runId } }: { entry: ActivityEntry }) {
  return (
    <Row
      title={<span className="font-normal">{message}</span>}
      detail={
        <>
          {actorOf(actor)}, <Time at={at} />
        </>
      }
    >
      {runId !== null && (
        <RunLink runId={runId} className="text-muted underline underline-offset-2 hover:text-ink">
          Open the run
        </RunLink>
      )}
    </Row>
  );
}
