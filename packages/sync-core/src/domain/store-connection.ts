/**
 * How requests prove who we are: `basic` and `query` over https only; `oauth1` where the store has
 * no https.
 */
export type AuthMode = 'basic' | 'query' | 'oauth1';

/** `pretty`: /wp-json/…; `plain`: /?rest_route=…, for stores without permalinks. */
export type RouteStyle = 'pretty' | 'plain';

/** How a store is reached, and what is known of it from connecting. */
export interface StoreConnection {
  readonly baseUrl: string;
  readonly authMode: AuthMode;
  readonly routeStyle: RouteStyle;
  readonly restPrefix: string;
  /** The address by which the site knows itself; null where its index is hidden. */
  readonly home: string | null;
  /** Absent where the key may not read the system status. */
  readonly wooVersion?: string;
  /** Users of every role; null if the store hides its totals. */
  readonly total: number | null;
  /**
   * `authorization_stripped`: the keys must travel in the query. `login_plugin`: so they must, because a
   * plugin takes the header for itself. `index_hidden`: the index of the API is not public. Others as in
   * `CustomerPage`.
   */
  readonly warnings: readonly string[];
  /** Only an administrator's key is sent `meta_data`. Absent while there is no user to tell by. */
  readonly keyUserIsAdmin?: boolean;
}
