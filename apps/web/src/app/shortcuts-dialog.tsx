import { NAV_ITEMS } from './nav-items.ts';
import { isMac } from './use-keys.ts';
import { InfoDialog } from '../ui/dialog.tsx';

const shortcuts: [keys: string[], what: string][] = [
  [[isMac ? '⌘' : 'Ctrl', 'K'], 'Commands: any page, store or run, find a customer'],
  ...NAV_ITEMS.map(({ key, label }): [string[], string] => [['g', key], label]),
  [['n'], 'Connect a store'],
  [['/'], 'Find on this page'],
  [['j', 'k'], 'The next customer of a list, the one before; Enter opens'],
  [['?'], 'This help'],
  [['Esc'], 'Close what stands over the page'],
];

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  return (
    <InfoDialog title="Keyboard shortcuts" onClose={onClose}>
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-5 gap-y-2.5">
        {shortcuts.map(([keys, what]) => (
          <div key={what} className="contents">
            <dt className="flex gap-1">
              {keys.map((key) => (
                <kbd
                  key={key}
                  className="min-w-7 rounded-md border border-line-strong bg-sunken px-1.5 py-0.5 text-center font-sans text-sm"
                >
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p className="text-sm text-muted">None of them acts while you type in a field.</p>
    </InfoDialog>
  );
}
