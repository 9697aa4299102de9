import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { readApiError } from '../../api/api-error.ts';
import { deliveriesQuery } from '../../api/queries.ts';
import type { Delivery, Refusal } from '../../api/trpc.ts';
import { Card } from '../../ui/card.tsx';
import { KeptCustomerLink } from '../../ui/links.tsx';
import type { Look } from '../../ui/look.ts';
import { LoadMore } from '../../ui/load-more.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { RowsSkeleton } from '../../ui/rows.tsx';
import { StatusPill } from '../../ui/status-pill.tsx';
import { count, formatMinute } from '../../words/format.ts';
import { LINES, OUTCOMES } from '../../words/status.ts';
import { Time } from '../../words/time.tsx';

const refusalWords: Record<Refusal['reason'], string> = {
  no_signature: 'no signature',
  bad_signature: 'wrong signature',
  too_large: 'larger than 1 MB',
  too_many: 'too many',
};

/** Webhook deliveries of a store with response and result. */
export function DeliveryLog({ storeId, pollMs }: { storeId: string; pollMs: number }) {
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    ...deliveriesQuery(storeId),
    refetchInterval: pollMs,
  });
  const deliveries = data?.pages.flatMap((page) => page.items);
  const refusals = data?.pages[0]?.refusals ?? [];
  return (
    <Card title="Deliveries" help="webhooks">
      {error && (
        <div className="p-4">
          <ErrorNote error={readApiError(error)} />
        </div>
      )}
      {!deliveries && !error && <RowsSkeleton />}
      {refusals.length > 0 && <Refusals refusals={refusals} />}
      {deliveries?.length === 0 && (
        <p className="px-4 py-4 text-muted sm:px-5">
          No deliveries yet. Each one that WooCommerce sends is listed here; its content is not
          kept.
        </p>
      )}
      {deliveries && deliveries.length > 0 && (
        <table className="w-full border-collapse text-left">
          <thead className="hidden border-b border-line bg-sunken/60 text-sm text-muted md:table-header-group">
            <tr>
              {['Received', 'Topic', 'Customer', 'Response', 'Result'].map((head) => (
                <th key={head} scope="col" className="px-3 py-2 font-medium first:pl-5">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {deliveries.map((delivery) => (
              <DeliveryRow key={delivery.id} storeId={storeId} delivery={delivery} />
            ))}
          </tbody>
        </table>
      )}
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

function Refusals({ refusals }: { refusals: readonly Refusal[] }) {
  return (
    <ul
      aria-label="Rejected in the last 24 hours"
      className="border-b border-line bg-wait-soft px-4 py-2.5 sm:px-5"
    >
      {refusals.map(({ hour, reason, status, count: rejected }) => (
        <li key={`${hour} ${reason}`}>
          {count(rejected, 'delivery', 'deliveries')} rejected with {status} in the hour from{' '}
          {formatMinute(hour)}: {refusalWords[reason]}.
        </li>
      ))}
    </ul>
  );
}

function DeliveryRow({ storeId, delivery }: { storeId: string; delivery: Delivery }) {
  const { receivedAt, topic, wooCustomerId, status } = delivery;
  return (
    <tr className="grid grid-cols-[1fr_auto_auto] gap-x-4 gap-y-1 px-4 py-3 md:table-row md:px-0">
      <td className="whitespace-nowrap text-muted md:px-3 md:py-2 md:pl-5">
        <Time at={receivedAt} />
      </td>
      <td className="col-span-2 justify-self-end wrap-anywhere md:px-3 md:py-2">{topic || '–'}</td>
      <td className="md:px-3 md:py-2">
        {wooCustomerId === null ? (
          <span className="text-muted">None named</span>
        ) : (
          <KeptCustomerLink
            storeId={storeId}
            wooId={wooCustomerId}
            className="underline decoration-line-strong underline-offset-2 hover:text-accent"
          >
            #{wooCustomerId}
          </KeptCustomerLink>
        )}
      </td>
      <td className="text-muted md:px-3 md:py-2">{status}</td>
      <td className="justify-self-end md:px-3 md:py-2">
        <Result delivery={delivery} />
      </td>
    </tr>
  );
}

/** Links to the customer in the run that processed the delivery. */
function Result({ delivery }: { delivery: Delivery }) {
  const { runId, line } = delivery;
  const pill = <StatusPill look={resultLook(delivery)} />;
  if (runId === null || line === null) return pill;
  return (
    <Link to="/runs/$runId" params={{ runId }} search={{ lines: 'all', line: line.position }}>
      {pill}
    </Link>
  );
}

function resultLook({ state, line }: Delivery): Look {
  if (state === 'ignored') return { word: 'Ignored', tone: 'idle', icon: 'slash' };
  if (state === 'pending') return { word: 'Waiting', tone: 'idle', icon: 'circle' };
  if (line === null) return { word: 'Synced', tone: 'good', icon: 'check' };
  return line.outcome ? { ...LINES.done, word: OUTCOMES[line.outcome] } : LINES[line.state];
}
