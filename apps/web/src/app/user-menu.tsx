import { DENSITY, THEME, useChosen, type Appearance } from './appearance.ts';
import type { Organisation } from '../api/trpc.ts';
import { Icon } from '../ui/icon.tsx';
import { Menu } from '../ui/menu.tsx';
import type { MenuSection } from '../ui/menu-panel.tsx';

export function UserMenu(props: {
  name: string;
  email: string;
  /** The current organisation; shown here if the header has no room for it. */
  organisation: Pick<Organisation, 'id' | 'name'> | null;
  /** All organisations of the user. */
  organisations: readonly Organisation[];
  onOrganisation: (organisationId: string) => void;
  /** Opens the command menu, which has no button of its own on a phone. */
  onCommands: () => void;
  onShortcuts: () => void;
  onSignOut: () => void;
}) {
  const { name, email, organisation, organisations, onSignOut } = props;
  const theme = useSection(THEME);
  const density = useSection(DENSITY);
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
                <span className="block font-medium text-ink lg:hidden">{organisation.name}</span>
              )}
            </>
          ),
          items: [],
        },
        ...(organisations.length > 1
          ? [
              {
                name: 'organisations',
                title: 'Organisation',
                chosen: organisation?.id ?? '',
                items: organisations.map(({ id, name: label }) => ({
                  value: id,
                  label,
                  onSelect: () => props.onOrganisation(id),
                })),
              },
            ]
          : []),
        theme,
        density,
        {
          name: 'session',
          items: [
            ...(organisation ? [{ label: 'Command menu', onSelect: props.onCommands }] : []),
            { label: 'Keyboard shortcuts', onSelect: props.onShortcuts },
            {
              label: 'Help',
              onSelect: () => window.open('/help/dashboard', '_blank', 'noreferrer'),
            },
            { label: 'Sign out', onSelect: onSignOut },
          ],
        },
      ]}
    />
  );
}

function useSection(appearance: Appearance): MenuSection {
  const chosen = useChosen(appearance);
  return {
    name: appearance.name,
    chosen,
    items: appearance.choices.map(({ label, choose }) => ({ label, onSelect: choose })),
  };
}
