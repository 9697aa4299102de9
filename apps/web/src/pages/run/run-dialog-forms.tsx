import { planForceDone, planRetry, planRetryGroup } from './action-plans.ts';
import type { ApiError } from '../../api/api-error.ts';
import { count } from '../../words/format.ts';
import type { FailureGroup, Run } from '../../api/trpc.ts';
import { Icon } from '../../ui/icon.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { TextArea } from '../../ui/fields.tsx';
import { textOf } from '../../ui/text-of.ts';

interface ActionDialogProps {
  isBusy: boolean;
  error: ApiError | null;
  onClose: () => void;
}

/** Where the API wants an override, it is offered with the reason. */
export function RetryDialog(
  props: ActionDialogProps & {
    run: Run;
    /** Only the customers that failed for this reason. */
    group: FailureGroup | undefined;
    onRetry: (override: boolean) => void;
  },
) {
  const { run, group, onRetry, error, ...rest } = props;
  const needsOverride = error?.code === 'override_required';
  return (
    <ConfirmDialog
      {...rest}
      error={needsOverride ? null : error}
      title={
        group
          ? `Retry ${count(group.count, 'customer')} that failed for this reason?`
          : 'Retry the failed customers?'
      }
      plan={group ? planRetryGroup(run, group) : planRetry(run)}
      submitLabel={needsOverride ? 'Retry anyway' : 'Retry'}
      onSubmit={() => onRetry(needsOverride)}
    >
      {group && (
        <p className="max-h-40 overflow-y-auto rounded-md bg-sunken px-3.5 py-2.5 wrap-break-word">
          {group.message}
        </p>
      )}
      {needsOverride && (
        <div role="alert" className="flex items-start gap-3 rounded-md bg-wait-soft px-3.5 py-3">
          <Icon name="alert" className="mt-0.5 size-4 text-wait" />
          <div>
            <p className="font-semibold">Failed repeatedly: {error.message}</p>
            <p className="mt-1">
              Check why the customers failed first. If nothing has changed, they will probably fail
              again.
            </p>
            <label className="mt-2 flex items-center gap-2 font-medium">
              <input type="checkbox" required className="size-4 accent-accent" />I have checked;
              retry anyway
            </label>
          </div>
        </div>
      )}
    </ConfirmDialog>
  );
}

export function ForceDoneDialog(
  props: ActionDialogProps & { run: Run; onForceDone: (reason: string) => void },
) {
  const { run, onForceDone, ...rest } = props;
  return (
    <ConfirmDialog
      {...rest}
      title="Force this run to done?"
      plan={planForceDone(run)}
      kind="danger"
      submitLabel="Force done"
      onSubmit={(form) => onForceDone(textOf(form, 'reason'))}
    >
      <TextArea
        label="Reason"
        name="reason"
        required
        maxLength={500}
        hint="Recorded in the activity with your name."
      />
    </ConfirmDialog>
  );
}
