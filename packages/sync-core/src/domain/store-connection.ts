/** How requests authenticate: `basic` and `query` over https only; `oauth1` for stores without https. */
export type AuthMode = 'basic' | 'query' | 'oauth1';

/** `pretty`: /wp-json/…; `plain`: /?rest_route=…, for stores without permalinks. */
export type RouteStyle = 'pretty' | 'plain';

/** How to reach a store, and what was learned when connecting. */
export interface StoreConnection {
  readonly baseUrl: string;
  readonly authMode: AuthMode;
  readonly routeStyle: RouteStyle;
  readonly restPrefix: string;
  /** The site's address according to its API index; null if the index is hidden. */
  readonly home: string | null;
  /** Absent if the key may not read the system status. */
  readonly wooVersion?: string;
  /** Users of all roles; null if the store hides its totals. */
  readonly total: number | null;
  /**
   * `authorization_stripped`: the keys must be sent in the query. `login_plugin`: likewise, because a plugin
   * uses the header. `index_hidden`: the API index is not public. Others as in `CustomerPage`.
   */
  readonly warnings: readonly string[];
  /** Only keys of administrators receive `meta_data`. Absent if the store has no users. */
  readonly keyUserIsAdmin?: boolean;
}
