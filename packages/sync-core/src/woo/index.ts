export { contentHash } from './content-hash.ts';
export { probeConnection, type ProbeOptions, type StoreConnection } from './connect-store.ts';
export {
  createWooClient,
  maxPerPage,
  type ListCustomersQuery,
  type ManyOptions,
  type RequestOptions,
  type WooClient,
  type WooClientOptions,
} from './create-woo-client.ts';
export type { CustomerPage, PageWarning } from './customer-page.ts';
export {
  parseStoreUrl,
  baseUrlOf,
  type AddressRules,
  type ParsedStoreUrl,
} from './parse-store-url.ts';
export {
  defaultRetryPolicy,
  maxRetryAfterMs,
  parseRetryAfter,
  retryDelayMs,
  type RetryPolicy,
  type RetryQuestion,
} from './retry-timing.ts';
export { createSafeDispatcher, type SafeDispatcherOptions } from './safe-connect.ts';
export { defaultTimeouts, type Timeouts } from './send-request.ts';
export { defaultUserAgent, type RetryOptions } from './store-get.ts';
export type { AuthMode, RouteStyle, StoreCredentials } from './store-request.ts';
export {
  mayBeOneRecord,
  toOperatorMessage,
  WooError,
  wooErrors,
  type WooErrorCode,
  type WooErrorKind,
} from './woo-error.ts';
