import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { Store } from '../../api/trpc.ts';
import { useAccess } from '../../api/use-access.ts';
import type { StoreSearch } from './store-search.ts';

const dialogs: Record<NonNullable<StoreSearch['dialog']>, ReturnType<typeof lazy<Dialog>>> = {
  start: lazy(async () => ({ default: (await import('./start-dialog.tsx')).StartDialog })),
  pause: lazy(async () => ({ default: (await import('./pause-dialog.tsx')).PauseDialog })),
  remove: lazy(async () => ({ default: (await import('./remove-dialog.tsx')).RemoveDialog })),
};

type Dialog = (props: { store: Store; onClose: () => void }) => React.ReactNode;

/** The dialog named in the page's address, for those who may do what it does. */
export function StoreDialogs({ store }: { store: Store }) {
  const { dialog } = useSearch({ from: '/shell/stores/$storeId' });
  const navigate = useNavigate();
  const { canOperate, canAdmin } = useAccess();
  if (!dialog || !(dialog === 'remove' ? canAdmin : canOperate)) return null;
  const close = () =>
    void navigate({
      to: '/stores/$storeId',
      params: { storeId: store.id },
      search: (known) => ({ ...known, dialog: undefined }),
      resetScroll: false,
    });
  const OpenDialog = dialogs[dialog];
  return (
    <Suspense fallback={null}>
      <OpenDialog store={store} onClose={close} />
    </Suspense>
  );
}
