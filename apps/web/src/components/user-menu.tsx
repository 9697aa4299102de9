import type { Theme } from '../theme.ts';
import { Icon } from './icon.tsx';
import { Menu } from './menu.tsx';

const themes: Record<Theme, string> = {
  system: 'Theme of the system',
  light: 'Light theme',
  dark: 'Dark theme',
};

export function UserMenu(props: {
  name: string;
  email: string;
  /** Shown here where the header has no room for it. */
  organisation: string | null;
  theme: Theme;
  onTheme: (theme: Theme) => void;
  onSignOut: () => void;
}) {
  const { name, email, organisation, theme, onTheme, onSignOut } = props;
  return (
    <Menu
      label={`Account of ${name}`}
      buttonClassName="flex h-9 items-center gap-2 rounded-md px-2 hover:bg-sunken"
      button={
        <>
          <span className="grid size-6 place-items-center rounded-full bg-sunken">
            <Icon name="user" className="size-3.5" />
          </span>
          <span className="hidden max-w-40 truncate sm:block">{name}</span>
          <Icon name="chevron" className="size-3.5 text-muted" />
        </>
      }
      sections={[
        {
          name: 'account',
          title: (
            <>
              {email}
              {organisation && (
                <span className="block font-medium text-ink lg:hidden">{organisation}</span>
              )}
            </>
          ),
          items: [],
        },
        {
          name: 'theme',
          chosen: themes[theme],
          items: Object.entries(themes).map(([key, label]) => ({
            label,
            onSelect: () => onTheme(key as Theme),
          })),
        },
        { name: 'session', items: [{ label: 'Sign out', onSelect: onSignOut }] },
      ]}
    />
  );
}
