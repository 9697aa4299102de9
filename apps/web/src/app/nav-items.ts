/** Pages that are always a step away, with the key that leads there after `g`. */
export const NAV_ITEMS = [
  { to: '/stores', label: 'Stores', key: 's' },
  { to: '/runs', label: 'Runs', key: 'r' },
  { to: '/customers', label: 'Customers', key: 'c' },
  { to: '/settings', label: 'Settings', key: 't' },
] as const;

export type NavPath = (typeof NAV_ITEMS)[number]['to'];
