import { type ComponentType, createElement, lazy, Suspense } from 'react';

const load = () => import('../../ui/dialog.tsx');

/** The code of dialogs is large: this page loads it when the first one opens. */
function lazyDialog<Props extends object>(find: () => Promise<ComponentType<Props>>) {
  const Dialog = lazy(async () => ({ default: await find() }));
  return (props: Props) => (
    <Suspense fallback={null}>{createElement<Props>(Dialog, props)}</Suspense>
  );
}

export const ConfirmDialog = lazyDialog(async () => (await load()).ConfirmDialog);
export const FormDialog = lazyDialog(async () => (await load()).FormDialog);
export const InfoDialog = lazyDialog(async () => (await load()).InfoDialog);
