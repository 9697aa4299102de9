import type { AuthorizationChoices, Probe } from '../../api/trpc.ts';

/** By approval in WooCommerce, or with keys created by hand. */
export type ConnectWay = 'approval' | 'keys';

export type SchedulePreset = NonNullable<AuthorizationChoices['schedules']>;
export type AuthorizationScope = AuthorizationChoices['scope'];

/** The choices for a new store, as kept in the page's address. */
export interface ChosenSearch {
  address?: string | undefined;
  by?: ConnectWay | undefined;
  /** The step to change, such as `address`. */
  step?: 'address' | 'settings' | undefined;
  name?: string | undefined;
  role?: string | undefined;
  pace?: 'auto' | 'gentle' | undefined;
  guests?: 'off' | 'on' | undefined;
  schedules?: SchedulePreset | undefined;
  zone?: string | undefined;
  scope?: AuthorizationScope | undefined;
}

/** The same for the API. */
export interface StoreChoices {
  name: string;
  timeZone: string;
  schedules: SchedulePreset;
  settings: NonNullable<AuthorizationChoices['settings']>;
  scope: AuthorizationScope;
}

export const PRESETS: Record<SchedulePreset, string> = {
  quarter_hourly: 'Every 15 minutes',
  hourly: 'Every hour',
  nightly: 'Every night',
  none: 'Only when someone starts it',
};

/**
 * The choices, completed with defaults that suit most stores.
 *
 * @param site the store's own description
 */
export function choicesOf(search: ChosenSearch, site?: Probe['site']): StoreChoices {
  return {
    name: search.name ?? site?.name ?? hostOf(search.address ?? ''),
    timeZone: search.zone ?? site?.timeZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone,
    schedules: search.schedules ?? 'quarter_hourly',
    settings: {
      roleFilter: search.role ?? 'all',
      pace: search.pace ?? 'auto',
      guests: search.guests ?? 'off',
    },
    scope: search.scope ?? 'read_write',
  };
}

/** Restores a started authorization: the address of a page with the same choices. */
export function searchOf(choices: StoreChoices & { url: string }): ChosenSearch {
  const { roleFilter: role, pace, guests } = choices.settings;
  return {
    address: choices.url,
    name: choices.name,
    role,
    pace,
    guests,
    schedules: choices.schedules,
    zone: choices.timeZone,
    scope: choices.scope,
  };
}

/** The choices in one line. */
export function describeChoices({ name, schedules, settings }: StoreChoices): string {
  const { roleFilter = 'all', guests, pace } = settings;
  return [
    name,
    PRESETS[schedules].toLowerCase(),
    roleFilter === 'all' ? 'all users' : `role ${roleFilter}`,
    guests === 'on' ? 'with guests' : '',
    pace === 'gentle' ? 'gentle pace' : '',
  ]
    .filter(Boolean)
    .join(' · ');
}

/** `shop.example.com` from an address in any form. */
export function hostOf(address: string): string {
  const typed = address.trim();
  const url = typed.includes('://') ? typed : `https://${typed}`;
  return URL.canParse(url) ? new URL(url).host : typed;
}
