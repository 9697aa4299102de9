import { AlertDialog, Dialog } from 'radix-ui';
import type { FormEvent, ReactNode } from 'react';
import { Button, type ButtonProps } from './button.tsx';
import { useRestoreFocus } from './use-restore-focus.ts';
import { ErrorNote, type Problem } from './notes.tsx';

// Radix's overlay locks scrolling with an inline style sheet, which the content security policy forbids, so the
// backdrop is ours.
export const backdrop = (
  <div className="fixed inset-0 z-40 touch-none bg-[rgb(0_0_0/0.5)]" aria-hidden="true" />
);
const panel =
  'fixed inset-x-0 bottom-0 z-50 flex max-h-[92dvh] flex-col gap-4 overflow-y-auto overscroll-contain rounded-t-xl border border-line bg-surface p-5 shadow-raised sm:inset-x-auto sm:bottom-auto sm:left-1/2 sm:top-1/2 sm:w-[30rem] sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-xl sm:p-6';

interface DialogProps {
  title: string;
  onClose: () => void;
  error: Problem | null;
  isBusy: boolean;
  /** The input is incomplete. */
  isDisabled?: boolean;
  submitLabel: string;
  onSubmit: (form: FormData) => void;
  children: ReactNode;
}

/** A form in a dialog. Open while it is rendered. */
export function FormDialog(props: DialogProps & { intro?: string; closeLabel?: string }) {
  const restoreFocus = useRestoreFocus();
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && props.onClose()}>
      <Dialog.Portal>
        {backdrop}
        <Dialog.Content
          className={panel}
          onCloseAutoFocus={restoreFocus}
          {...(!props.intro && { 'aria-describedby': undefined })}
        >
          <Dialog.Title className="text-lg font-semibold">{props.title}</Dialog.Title>
          {props.intro && (
            <Dialog.Description className="-mt-2 text-muted">{props.intro}</Dialog.Description>
          )}
          <DialogForm {...props} kind="primary" fields={props.children}>
            <Dialog.Close asChild>
              <Button>{props.closeLabel ?? 'Cancel'}</Button>
            </Dialog.Close>
          </DialogForm>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Content in a dialog, with forms of its own. Open while it is rendered. */
export function InfoDialog(
  props: Pick<DialogProps, 'title' | 'onClose' | 'children'> & { isWide?: boolean },
) {
  const restoreFocus = useRestoreFocus();
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && props.onClose()}>
      <Dialog.Portal>
        {backdrop}
        <Dialog.Content
          onCloseAutoFocus={restoreFocus}
          className={props.isWide ? `${panel} sm:w-[min(48rem,calc(100vw-4rem))]!` : panel}
          aria-describedby={undefined}
        >
          <Dialog.Title className="text-lg font-semibold">{props.title}</Dialog.Title>
          {props.children}
          <div className="mt-1 flex justify-end">
            <Dialog.Close asChild>
              <Button>Close</Button>
            </Dialog.Close>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Confirms an action and describes its effect in numbers. Open while it is rendered. */
export function ConfirmDialog(
  props: Omit<DialogProps, 'children'> & {
    plan: string[];
    kind?: 'primary' | 'danger';
    children?: ReactNode;
  },
) {
  const { plan, kind = 'primary' } = props;
  const restoreFocus = useRestoreFocus();
  return (
    <AlertDialog.Root open onOpenChange={(isOpen) => !isOpen && props.onClose()}>
      <AlertDialog.Portal>
        {backdrop}
        <AlertDialog.Content className={panel} onCloseAutoFocus={restoreFocus}>
          <AlertDialog.Title className="text-lg font-semibold">{props.title}</AlertDialog.Title>
          <AlertDialog.Description asChild>
            <ul className="-mt-1 flex list-disc flex-col gap-1.5 pl-5">
              {plan.map((item) => (
                <li key={item}>{item}</li>
              ))}
            </ul>
          </AlertDialog.Description>
          <DialogForm {...props} kind={kind} fields={props.children}>
            <AlertDialog.Cancel asChild>
              <Button>Cancel</Button>
            </AlertDialog.Cancel>
          </DialogForm>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

function DialogForm(
  props: Pick<DialogProps, 'error' | 'isBusy' | 'isDisabled' | 'submitLabel' | 'onSubmit'> & {
    kind: NonNullable<ButtonProps['kind']>;
    fields?: ReactNode;
    children: ReactNode;
  },
) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    props.onSubmit(new FormData(event.currentTarget));
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {props.fields}
      {props.error && <ErrorNote error={props.error} />}
      <div className="mt-1 flex flex-wrap justify-end gap-2">
        {props.children}
        <Button type="submit" kind={props.kind} isBusy={props.isBusy} disabled={props.isDisabled}>
          {props.submitLabel}
        </Button>
      </div>
    </form>
  );
}
