import type { Store } from '../../api/trpc.ts';
import { Icon } from '../../ui/icon.tsx';
import { Menu } from '../../ui/menu.tsx';

export type StoreAction =
  | 'connection'
  | 'schedules'
  | 'webhooks'
  | 'edit'
  | 'pause'
  | 'resume'
  | 'remove';

/** All that can be done to a store besides syncing it. */
export function StoreMenu(props: { store: Store; onAction: (action: StoreAction) => void }) {
  const { store, onAction } = props;
  const pauseOrResume = store.state === 'paused' ? 'resume' : 'pause';
  return (
    <Menu
      label={`Actions for ${store.name}`}
      buttonClassName="grid size-9 shrink-0 place-items-center rounded-md text-muted hover:bg-sunken hover:text-ink"
      button={<Icon name="more" />}
      sections={[
        {
          name: 'store',
          title: `Key …${store.keyHint}${store.wooVersion ? ` · WooCommerce ${store.wooVersion}` : ''}`,
          items: [
            { label: 'Examine connection', onSelect: () => onAction('connection') },
            { label: 'Schedules', onSelect: () => onAction('schedules') },
            { label: 'Webhooks', onSelect: () => onAction('webhooks') },
            { label: 'Edit name and keys', onSelect: () => onAction('edit') },
            {
              label: pauseOrResume === 'pause' ? 'Pause' : 'Resume',
              onSelect: () => onAction(pauseOrResume),
            },
          ],
        },
        {
          name: 'remove',
          items: [{ label: 'Remove store', onSelect: () => onAction('remove'), isDanger: true }],
        },
      ]}
    />
  );
}
