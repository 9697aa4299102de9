import { useMutation, useQuery } from '@tanstack/react-query';
import { readApiError } from '../../api/api-error.ts';
import { Button } from '../../ui/button.tsx';
import { InfoDialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { WebhookFacts } from './webhook-facts.tsx';
import { queryClient, trpc, type Store } from '../../api/trpc.ts';

/** Whether changes of a store come by themselves, and what to do where they do not. */
export function WebhooksDialog({ store, onClose }: { store: Store; onClose: () => void }) {
  const storeId = store.id;
  const status = trpc.webhook.status.queryOptions({ storeId });
  // A worker puts them in order a moment after it was asked to.
  const { data, error } = useQuery({ ...status, refetchInterval: 3_000 });
  const keep = {
    onSuccess: (next: NonNullable<typeof data>) => queryClient.setQueryData(status.queryKey, next),
  };
  const repair = useMutation(trpc.webhook.repair.mutationOptions(keep));
  const setEnabled = useMutation(trpc.webhook.setEnabled.mutationOptions(keep));
  const problem = error ?? repair.error ?? setEnabled.error;
  return (
    <InfoDialog title={`Webhooks of ${store.name}`} onClose={onClose}>
      {problem && <ErrorNote error={readApiError(problem)} />}
      {!data && !error && <Skeleton className="h-40" />}
      {data && <WebhookFacts status={data} />}
      {data && (
        <div className="flex flex-wrap gap-2">
          {data.isWanted && (
            <Button
              icon="retry"
              isBusy={repair.isPending}
              onClick={() => repair.mutate({ storeId })}
            >
              Put in order now
            </Button>
          )}
          <Button
            isBusy={setEnabled.isPending}
            onClick={() => setEnabled.mutate({ storeId, enabled: !data.isWanted })}
          >
            {data.isWanted ? 'Switch off' : 'Switch on'}
          </Button>
        </div>
      )}
    </InfoDialog>
  );
}
