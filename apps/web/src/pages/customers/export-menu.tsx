import { exportHref, type CustomerFilter } from '../../api/customer-filter.ts';
import { Icon } from '../../ui/icon.tsx';
import { Menu } from '../../ui/menu.tsx';

/** Downloads all matching customers, loaded or not. */
export function ExportMenu({ filter, what }: { filter: CustomerFilter; what: string }) {
  return (
    <Menu
      label="Export"
      buttonClassName="inline-flex h-9 items-center gap-1.5 rounded-md border border-line-strong bg-surface px-3 font-medium hover:bg-sunken"
      button={
        <>
          <Icon name="download" />
          Export
          <Icon name="chevron" className="size-3.5 text-muted" />
        </>
      }
      sections={[
        {
          name: 'export',
          title: what,
          items: [
            {
              label: 'Exact data (CSV)',
              onSelect: () => download(exportHref(filter, 'exact')),
            },
            {
              label: 'For spreadsheets (CSV without formulas)',
              onSelect: () => download(exportHref(filter, 'spreadsheet')),
            },
          ],
        },
      ]}
    />
  );
}

function download(href: string): void {
  const link = document.createElement('a');
  link.href = href;
  // The response contains the file name.
  link.download = '';
  link.click();
}
