import { useMutation } from '@tanstack/react-query';
import { readApiError } from '../../api/api-error.ts';
import { setStoreInCache } from '../../api/set-store-in-cache.ts';
import { trpc, type Store } from '../../api/trpc.ts';
import type { Access } from '../../api/use-access.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { Time } from '../../words/time.tsx';
import { Findings } from '../connect/findings.tsx';

/** The last diagnosis of the store, and a button to repeat it. */
export function ConnectionTab({ store, access }: { store: Store; access: Access }) {
  const diagnose = useMutation(
    trpc.store.diagnose.mutationOptions({
      onSuccess: (diagnosis) => setStoreInCache({ ...store, diagnosis }),
    }),
  );
  const dismiss = useMutation(
    trpc.store.dismissFinding.mutationOptions({ onSuccess: setStoreInCache }),
  );
  const problem = diagnose.error ?? dismiss.error;
  const { diagnosis } = store;
  return (
    <Card
      title="Connection"
      help="obstacles"
      aside={
        access.canOperate && (
          <Button
            icon="retry"
            isBusy={diagnose.isPending}
            onClick={() => diagnose.mutate({ storeId: store.id })}
          >
            {diagnose.isPending ? 'Checking…' : 'Check now'}
          </Button>
        )
      }
    >
      <div className="flex max-w-3xl flex-col gap-3 p-4 sm:p-5">
        {problem && <ErrorNote error={readApiError(problem)} />}
        {diagnosis ? (
          <>
            <p className="text-sm text-muted">
              Checked <Time at={diagnosis.at} />
            </p>
            <Findings
              findings={diagnosis.findings}
              dismissed={store.dismissedFindings}
              {...(access.canOperate && {
                onDismiss: (code, isDismissed) =>
                  dismiss.mutate({ storeId: store.id, code, isDismissed }),
              })}
            />
          </>
        ) : (
          <p className="text-muted">
            This connection has not been checked yet. A check sends at most ten requests and changes
            nothing in the store.
          </p>
        )}
      </div>
    </Card>
  );
}
