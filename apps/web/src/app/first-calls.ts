/**
 * What each page needs first. `index.html` asks for it before any of the page's code has arrived, which saves a
 * round trip on a slow network; without a line here a page only appears later.
 *
 * An input is JSON, in which `$1` is the first group of the path. It must be written as the query writes it.
 */
export interface FirstCalls {
  /** A regular expression. */
  path: string;
  /** Its file in src/pages. */
  page: string;
  calls: [procedure: string, input?: string][];
}

export const FIRST_CALLS: FirstCalls[] = [
  { path: '^/sign-in$', page: 'sign-in/sign-in-page.tsx', calls: [] },
  { path: '^/stores$', page: 'stores/stores-page.tsx', calls: [['store.list']] },
  { path: '^/stores/[^/]+$', page: 'store/store-page.tsx', calls: [['store.list']] },
  { path: '^/connect$', page: 'connect/connect-page.tsx', calls: [] },
  {
    path: '^/runs$',
    page: 'runs/runs-page.tsx',
    calls: [['store.list'], ['sync.list', '{"limit":25}']],
  },
  {
    path: '^/runs/([0-9a-f-]{36})$',
    page: 'run/run-page.tsx',
    calls: [
      ['sync.status', '{"runId":"$1"}'],
      ['store.list'],
      ['sync.activity', '{"runId":"$1","limit":25}'],
    ],
  },
  {
    path: '^/customers$',
    page: 'customers/customers-page.tsx',
    calls: [['store.list'], ['customer.facets', '{}'], ['customer.search', '{"limit":50}']],
  },
  {
    path: '^/customers/([0-9a-f-]{36})/(\\d{1,15})$',
    page: 'customers/customer-page.tsx',
    calls: [
      ['customer.get', '{"storeId":"$1","wooId":$2}'],
      ['store.list'],
      ['customer.history', '{"storeId":"$1","wooId":$2,"limit":25}'],
    ],
  },
  {
    path: '^/settings$',
    page: 'settings/settings-page.tsx',
    calls: [
      ['account.invitations'],
      ['member.list'],
      ['notification.mine'],
      ['organisation.settings'],
      ['account.signInMethods'],
      ['account.sessions'],
    ],
  },
];
