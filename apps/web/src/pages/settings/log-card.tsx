import { useInfiniteQuery } from '@tanstack/react-query';
import { readApiError } from '../../api/api-error.ts';
import { auditLogQuery } from '../../api/queries.ts';
import { Card } from '../../ui/card.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { Row, Rows, RowsSkeleton } from '../../ui/rows.tsx';
import { actorOf } from '../../words/status.ts';
import { Time } from '../../words/time.tsx';

/** Changes to the organisation and who made them, newest first. */
export function LogCard() {
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useInfiniteQuery(auditLogQuery());
  const entries = data?.pages.flat();
  return (
    <Card title="Audit log" help="auditLog">
      {error && (
        <div className="p-4">
          <ErrorNote error={readApiError(error)} />
        </div>
      )}
      {!entries && !error && <RowsSkeleton />}
      {entries?.length === 0 && (
        <p className="px-4 py-4 text-muted sm:px-5">
          No entries yet. Changes to members, roles, API keys and retention are recorded here.
        </p>
      )}
      <div className="max-h-96 overflow-y-auto">
        <Rows label="Changes">
          {entries?.map(({ id, at, message, actor }) => (
            <Row
              key={id}
              title={message}
              detail={
                <>
                  {actorOf(actor)}, <Time at={at} />
                </>
              }
            />
          ))}
        </Rows>
        <LoadMore
          label="Load older"
          hasMore={hasNextPage}
          isLoading={isFetchingNextPage}
          onMore={() => void fetchNextPage()}
          className="border-t border-line"
        />
      </div>
    </Card>
  );
}
