import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useDeferredValue, useState } from 'react';
import { findCommands, type Act } from './commands.ts';
import { CommandList } from './command-list.tsx';
import { foundCustomersQuery, runsQuery, storesQuery } from '../api/queries.ts';
import { useAccess } from '../api/use-access.ts';
import { useDebounced } from '../ui/use-debounced.ts';

/** Fewer letters match too many customers. */
const leastLetters = 2;

/** The command menu. Open while it is rendered. */
export function CommandMenu({ onClose, onHelp }: { onClose: () => void; onHelp: () => void }) {
  const [typed, setTyped] = useState('');
  const looked = useDeferredValue(typed);
  const { data: stores = [] } = useQuery(storesQuery());
  const { data: runs } = useInfiniteQuery(runsQuery({}));
  const sought = useDebounced(typed.trim());
  const { data: customers } = useQuery({
    ...foundCustomersQuery(sought),
    enabled: sought.length >= leastLetters,
  });
  const access = useAccess();
  const navigate = useNavigate();
  function choose(act: Act): void {
    onClose();
    if (act.type === 'go') void navigate({ to: act.to });
    if (act.type === 'connect') void navigate({ to: '/connect' });
    if (act.type === 'store' || act.type === 'start') {
      void navigate({
        to: '/stores/$storeId',
        params: { storeId: act.storeId },
        search: act.type === 'start' ? { dialog: 'start' } : {},
      });
    }
    if (act.type === 'customer') {
      const { storeId, wooId } = act;
      void navigate({ to: '/customers/$storeId/$wooId', params: { storeId, wooId } });
    }
    if (act.type === 'customers') {
      const { storeId: store, q } = act;
      void navigate({ to: '/customers', search: { store, q } });
    }
    if (act.type === 'run') void navigate({ to: '/runs/$runId', params: { runId: act.runId } });
    if (act.type === 'appearance') act.choose();
    if (act.type === 'help') onHelp();
  }
  return (
    <CommandList
      typed={typed}
      commands={findCommands(looked, {
        stores,
        runs: runs?.pages.flatMap((page) => page.items) ?? [],
        customers: customers ?? [],
        access,
      })}
      onType={setTyped}
      onChoose={({ act }) => choose(act)}
      onClose={onClose}
    />
  );
}
