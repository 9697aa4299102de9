import { useMutation } from '@tanstack/react-query';
import { readApiError } from '../../api/api-error.ts';
import { StartDialog } from '../store/start-dialog.tsx';
import type { FailedPart } from './action-plans.ts';
import { ForceDoneDialog, RetryDialog } from './run-dialog-forms.tsx';
import { liveCache } from '../../api/live/use-live.ts';
import { trpc, type Run, type Store } from '../../api/trpc.ts';

export type RunAction = 'start' | 'retry' | 'force-done';

interface RunDialogProps {
  run: Run;
  store: Store | undefined;
  /** For a retry of some of the failed customers. */
  part?: FailedPart | undefined;
  onClose: () => void;
}

/** The dialog of an action; the response is shown immediately. */
export function RunDialog({ action, ...props }: RunDialogProps & { action: RunAction }) {
  const { run, store, onClose } = props;
  if (action === 'start') {
    const known = { id: run.storeId, name: run.storeName, customers: 0 };
    return <StartDialog store={store ?? known} onClose={onClose} />;
  }
  return action === 'retry' ? <Retry {...props} /> : <ForceDone {...props} />;
}

function Retry({ run, part, onClose }: RunDialogProps) {
  const retry = useMutation(
    trpc.sync.retry.mutationOptions({
      onSuccess(answer) {
        liveCache.writeRun(answer.run);
        onClose();
      },
    }),
  );
  return (
    <RetryDialog
      run={run}
      part={part}
      isBusy={retry.isPending}
      error={retry.error && readApiError(retry.error)}
      onClose={onClose}
      onRetry={(override) =>
        retry.mutate({
          runId: run.runId,
          ...(override && { override }),
          ...part?.input,
        })
      }
    />
  );
}

function ForceDone({ run, onClose }: RunDialogProps) {
  const forceDone = useMutation(
    trpc.sync.forceDone.mutationOptions({
      onSuccess(answer) {
        liveCache.writeRun(answer.run);
        onClose();
      },
    }),
  );
  return (
    <ForceDoneDialog
      run={run}
      isBusy={forceDone.isPending}
      error={forceDone.error && readApiError(forceDone.error)}
      onClose={onClose}
      onForceDone={(reason) => forceDone.mutate({ runId: run.runId, reason })}
    />
  );
}
