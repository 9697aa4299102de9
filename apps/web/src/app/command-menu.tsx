import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useDeferredValue, useState } from 'react';
import { readApiError } from '../api/api-error.ts';
import { findCommands, type Act } from './commands.ts';
import { CommandList } from './command-list.tsx';
import { InfoDialog } from '../ui/dialog.tsx';
import { ErrorNote } from '../ui/notes.tsx';
import { liveCache } from '../api/live/use-live.ts';
import { runsQuery, storesQuery } from '../api/queries.ts';
import { useTheme } from './theme.ts';
import { trpc } from '../api/trpc.ts';

/** Everything that is a few letters away. It is open for as long as it is rendered. */
export function CommandMenu({ onClose, onHelp }: { onClose: () => void; onHelp: () => void }) {
  const [typed, setTyped] = useState('');
  const looked = useDeferredValue(typed);
  const { data: stores = [] } = useQuery(storesQuery());
  const { data: runs } = useInfiniteQuery(runsQuery({}));
  const navigate = useNavigate();
  const [, setTheme] = useTheme();
  const start = useMutation(
    trpc.sync.start.mutationOptions({
      onSuccess({ run }) {
        liveCache.writeRun(run);
        onClose();
        void navigate({ to: '/runs/$runId', params: { runId: run.runId } });
      },
    }),
  );
  function choose(act: Act): void {
    if (act.type === 'start') {
      if (!start.isPending) start.mutate({ storeId: act.storeId });
      return;
    }
    onClose();
    if (act.type === 'go') void navigate({ to: act.to });
    if (act.type === 'connect') void navigate({ to: '/connect' });
    if (act.type === 'store') void navigate({ to: '/runs', search: { store: act.storeId } });
    if (act.type === 'customers') {
      const { storeId: store, q } = act;
      void navigate({ to: '/customers', search: { store, q } });
    }
    if (act.type === 'run') void navigate({ to: '/runs/$runId', params: { runId: act.runId } });
    if (act.type === 'theme') setTheme(act.theme);
    if (act.type === 'help') onHelp();
  }
  if (start.error) {
    return (
      <InfoDialog title="The sync was not started" onClose={onClose}>
        <ErrorNote error={readApiError(start.error)} />
      </InfoDialog>
    );
  }
  return (
    <CommandList
      typed={typed}
      commands={findCommands(looked, {
        stores,
        runs: runs?.pages.flatMap((page) => page.items) ?? [],
      })}
      onType={setTyped}
      onChoose={({ act }) => choose(act)}
      onClose={onClose}
    />
  );
}
