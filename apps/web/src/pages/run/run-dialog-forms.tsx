import { planForceDone, planRetry, planRetryPart, type FailedPart } from './action-plans.ts';
import type { ApiError } from '../../api/api-error.ts';
import { count } from '../../words/format.ts';
import type { Run } from '../../api/trpc.ts';
import { Icon } from '../../ui/icon.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { TextArea } from '../../ui/fields.tsx';
import { textOf } from '../../ui/text-of.ts';
import { failureText } from '../../words/customer.ts';

interface ActionDialogProps {
  isBusy: boolean;
  error: ApiError | null;
  onClose: () => void;
}

/** Offers the override, with the reason, if the API requires it. */
export function RetryDialog(
  props: ActionDialogProps & {
    run: Run;
    /** Only these of the failed customers. */
    part: FailedPart | undefined;
    onRetry: (override: boolean) => void;
  },
) {
  const { run, part, onRetry, error, ...rest } = props;
  const needsOverride = error?.code === 'override_required';
  return (
    <ConfirmDialog
      {...rest}
      error={needsOverride ? null : error}
      title={
        part
          ? `Retry ${count(part.count, 'customer')} ${part.which}?`
          : 'Retry the failed customers?'
      }
      plan={part ? planRetryPart(run, part) : planRetry(run)}
      submitLabel={needsOverride ? 'Retry anyway' : 'Retry'}
      onSubmit={() => onRetry(needsOverride)}
    >
      {part && part.reasons.length > 0 && (
        <ul
          aria-label="Reasons"
          className="flex max-h-40 flex-col gap-1.5 overflow-y-auto rounded-md bg-sunken px-3.5 py-2.5 wrap-break-word"
        >
          {part.reasons.map((reason) => (
            <li key={reason}>{failureText(reason)}</li>
          ))}
        </ul>
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
      title="Force this run done?"
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
