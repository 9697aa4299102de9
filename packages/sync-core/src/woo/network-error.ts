import { errorCode, WooError, type WooErrorCode } from './woo-error.ts';

/** Error codes of Node (errno, getaddrinfo) and undici, by their meaning for an operator. */
const codes: Readonly<Record<string, WooErrorCode>> = {
  UND_ERR_CONNECT_TIMEOUT: 'timeout_connect',
  ETIMEDOUT: 'timeout_connect',
  UND_ERR_HEADERS_TIMEOUT: 'timeout_headers',
  UND_ERR_BODY_TIMEOUT: 'timeout_total',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  EAI_NODATA: 'dns',
  ENODATA: 'dns',
  ESERVFAIL: 'dns',
  ECONNREFUSED: 'refused_connection',
  EHOSTUNREACH: 'refused_connection',
  ENETUNREACH: 'refused_connection',
  ECONNRESET: 'connection_reset',
  ECONNABORTED: 'connection_reset',
  EPIPE: 'connection_reset',
  UND_ERR_SOCKET: 'connection_reset',
  UND_ERR_INFO: 'connection_reset',
  UND_ERR_CLOSED: 'closed',
  UND_ERR_DESTROYED: 'closed',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'truncated',
  HPE_INVALID_EOF_STATE: 'truncated',
  UND_ERR_HEADERS_OVERFLOW: 'headers_too_large',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  EPROTO: 'tls',
  HOSTNAME_MISMATCH: 'tls',
};

const tlsCode =
  /^(CERT_|CRL_|ERR_TLS_|ERR_SSL_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH)/;

/** Converts an error of a dispatcher to a WooError; a WooError (of the guard) passes unchanged. */
export function toNetworkError(error: unknown): WooError {
  if (error instanceof WooError) return error;
  const code = errorCode(error) ?? '';
  const known = codes[code];
  if (known) return new WooError(known, { cause: error });
  if (tlsCode.test(code)) return new WooError('tls', { cause: error });
  // undici's HTTP parser: the bytes received are not HTTP.
  if (error instanceof Error && error.name === 'HTTPParserError') {
    return new WooError('malformed_http', { cause: error });
  }
  return new WooError('unknown', { cause: error });
}
