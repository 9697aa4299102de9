import type { Store } from '../../api/trpc.ts';
import { isOver } from '../../api/run-facts.ts';
import { Icon } from '../../ui/icon.tsx';
import { Menu } from '../../ui/menu.tsx';

export type StoreAction = 'start' | 'pause' | 'resume';

/** Actions on a store in a list; all others are on its page. */
export function StoreMenu(props: { store: Store; onAction: (action: StoreAction) => void }) {
  const { store, onAction } = props;
  const isRunning = store.lastRun !== null && !isOver(store.lastRun);
  return (
    <Menu
      label={`Actions for ${store.name}`}
      buttonClassName="grid size-9 shrink-0 place-items-center rounded-md text-muted hover:bg-sunken hover:text-ink"
      button={<Icon name="more" />}
      sections={[
        {
          name: 'store',
          items:
            store.state === 'paused'
              ? [{ label: 'Resume', onSelect: () => onAction('resume') }]
              : [
                  ...(isRunning
                    ? []
                    : [{ label: 'Start run…', onSelect: () => onAction('start') }]),
                  { label: 'Pause…', onSelect: () => onAction('pause') },
                ],
        },
      ]}
    />
  );
}
