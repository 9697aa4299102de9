/** Pages of the navigation, with the key that opens them after `g`. */
export const NAV_ITEMS = [
  { to: '/stores', label: 'Stores', key: 's' },
  { to: '/runs', label: 'Runs', key: 'r' },
  { to: '/customers', label: 'Customers', key: 'c' },
  { to: '/settings', label: 'Settings', key: 't' },
] as const;

export type NavPath = (typeof NAV_ITEMS)[number]['to'];
