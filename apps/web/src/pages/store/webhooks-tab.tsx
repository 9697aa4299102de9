import { useMutation, useQuery } from '@tanstack/react-query';
import { readApiError } from '../../api/api-error.ts';
import { queryClient, trpc, type Store } from '../../api/trpc.ts';
import type { Access } from '../../api/use-access.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { DeliveryLog } from './delivery-log.tsx';
import { WebhookFacts } from './webhook-facts.tsx';

/** A worker repairs webhooks shortly after the request. */
const pollMs = 3_000;

/** State, deliveries and repair of a store's webhooks. */
export function WebhooksTab({ store, access }: { store: Store; access: Access }) {
  const storeId = store.id;
  const status = trpc.webhook.status.queryOptions({ storeId });
  const { data, error } = useQuery({ ...status, refetchInterval: pollMs });
  const keep = {
    onSuccess: (next: NonNullable<typeof data>) => queryClient.setQueryData(status.queryKey, next),
  };
  const repair = useMutation(trpc.webhook.repair.mutationOptions(keep));
  const setEnabled = useMutation(trpc.webhook.setEnabled.mutationOptions(keep));
  const problem = error ?? repair.error ?? setEnabled.error;
  return (
    <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_minmax(0,2fr)]">
      <Card
        title="Webhooks"
        help="webhooks"
        aside={
          data && (
            <div className="flex flex-wrap gap-2">
              {data.isWanted && access.canOperate && (
                <Button
                  icon="retry"
                  isBusy={repair.isPending}
                  onClick={() => repair.mutate({ storeId })}
                >
                  Repair webhooks
                </Button>
              )}
              {access.canAdmin && (
                <Button
                  isBusy={setEnabled.isPending}
                  onClick={() => setEnabled.mutate({ storeId, enabled: !data.isWanted })}
                >
                  {data.isWanted ? 'Disable' : 'Enable'}
                </Button>
              )}
            </div>
          )
        }
      >
        <div className="flex flex-col gap-4 p-4 sm:p-5">
          {problem && <ErrorNote error={readApiError(problem)} />}
          {!data && !error && <Skeleton className="h-40" />}
          {data && <WebhookFacts status={data} />}
        </div>
      </Card>
      <DeliveryLog storeId={storeId} pollMs={pollMs} />
    </div>
  );
}
