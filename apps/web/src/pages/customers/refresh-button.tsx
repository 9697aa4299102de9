import { useMutation } from '@tanstack/react-query';
import { readApiError } from '../../api/api-error.ts';
import { trpc } from '../../api/trpc.ts';
import { useAccess } from '../../api/use-access.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/notes.tsx';

/** Reads one customer from the store; the page updates once it is saved. */
export function RefreshButton({ storeId, wooId }: { storeId: string; wooId: number }) {
  const { canOperate } = useAccess();
  const refresh = useMutation(trpc.customer.refresh.mutationOptions());
  if (!canOperate) return null;
  return (
    <>
      <Button
        icon="retry"
        isBusy={refresh.isPending}
        onClick={() => refresh.mutate({ storeId, wooId })}
      >
        Refresh from store
      </Button>
      {refresh.data && <span role="status">{refresh.data.message}</span>}
      {refresh.error && <ErrorNote error={readApiError(refresh.error)} />}
    </>
  );
}
