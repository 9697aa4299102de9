import { Icon } from '../../ui/icon.tsx';
import { Menu } from '../../ui/menu.tsx';
import { COLUMNS, type Column } from './customer-columns.ts';

/** Chooses the columns of the table; a phone has none. */
export function ColumnsMenu(props: {
  hidden: readonly Column[];
  hasStores: boolean;
  onToggle: (column: Column) => void;
}) {
  return (
    <Menu
      label="Columns"
      buttonClassName="hidden h-9 items-center gap-1.5 rounded-md border border-line-strong bg-surface px-3 font-medium hover:bg-sunken md:inline-flex"
      button={
        <>
          Columns
          <Icon name="chevron" className="size-3.5 text-muted" />
        </>
      }
      sections={[
        {
          name: 'columns',
          items: COLUMNS.filter(({ column }) => column !== 'store' || props.hasStores).map(
            ({ column, label }) => ({
              label,
              isChecked: !props.hidden.includes(column),
              onSelect: () => props.onToggle(column),
            }),
          ),
        },
      ]}
    />
  );
}
