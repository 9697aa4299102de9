import { DropdownMenu } from 'radix-ui';
import type { Theme } from '../theme.ts';
import { Icon } from './icon.tsx';
import { menuItem, menuPanel } from './menu-style.ts';

const themes: [Theme, string][] = [
  ['system', 'Like the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

export function UserMenu(props: {
  name: string;
  email: string;
  /** Shown here where the header has no room for it. */
  organisation: string | null;
  theme: Theme;
  onTheme(theme: Theme): void;
  onSignOut(): void;
}) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="flex h-9 items-center gap-2 rounded-md px-2 hover:bg-sunken">
        <span className="grid size-6 place-items-center rounded-full bg-sunken">
          <Icon name="user" className="size-3.5" />
        </span>
        <span className="hidden max-w-40 truncate sm:block">{props.name}</span>
        <span className="sr-only sm:hidden">{props.name}</span>
        <Icon name="chevron" className="size-3.5 text-muted" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" sideOffset={6} className={menuPanel}>
          <DropdownMenu.Label className="px-2.5 py-1.5 text-sm text-muted">
            {props.email}
            {props.organisation && (
              <span className="block font-medium text-ink lg:hidden">{props.organisation}</span>
            )}
          </DropdownMenu.Label>
          <DropdownMenu.Separator className="my-1 h-px bg-line" />
          <DropdownMenu.Label className="px-2.5 py-1 text-xs font-semibold text-muted">
            Theme
          </DropdownMenu.Label>
          <DropdownMenu.RadioGroup
            value={props.theme}
            onValueChange={(theme) => props.onTheme(theme as Theme)}
          >
            {themes.map(([theme, label]) => (
              <DropdownMenu.RadioItem key={theme} value={theme} className={menuItem}>
                <span className="size-4">
                  <DropdownMenu.ItemIndicator>
                    <Icon name="check" />
                  </DropdownMenu.ItemIndicator>
                </span>
                {label}
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
          <DropdownMenu.Separator className="my-1 h-px bg-line" />
          <DropdownMenu.Item className={menuItem} onSelect={props.onSignOut}>
            <span className="size-4" />
            Sign out
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
