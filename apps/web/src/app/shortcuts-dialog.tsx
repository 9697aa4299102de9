import { NAV_ITEMS } from './nav-items.ts';
import { isMac } from './use-keys.ts';
import { InfoDialog } from '../ui/dialog.tsx';

const shortcuts: [keys: string[], what: string][] = [
  [[isMac ? '⌘' : 'Ctrl', 'K'], 'Command menu'],
  ...NAV_ITEMS.map(({ key, label }): [string[], string] => [['g', key], label]),
  [['n'], 'Connect a store'],
  [['/'], 'Search this page'],
  [['j', 'k'], 'Next or previous customer in a list; Enter opens'],
  [['?'], 'Keyboard shortcuts'],
  [['Esc'], 'Close a dialog or menu'],
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
      <p className="text-sm text-muted">Shortcuts are off while you type in a field.</p>
    </InfoDialog>
  );
}
