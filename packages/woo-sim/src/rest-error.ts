/** An error of WordPress's REST API; the body's `data` contains the status too. */
export interface RestError {
  code: string;
  message: string;
  status: number;
  /** Further fields of `data`, after `status`. */
  data?: Record<string, unknown>;
}

export function restError(
  status: number,
  code: string,
  message: string,
  data?: Record<string, unknown>,
): RestError {
  return data ? { status, code, message, data } : { status, code, message };
}

/** The body of the answer. */
export function errorBody(error: RestError): Record<string, unknown> {
  return {
    code: error.code,
    message: error.message,
    data: { status: error.status, ...error.data },
  };
}

/** The response of WordPress 6.8 after a PHP fatal error. */
export function criticalErrorBody(): Record<string, unknown> {
  return {
    code: 'internal_server_error',
    message:
      '<p>There has been a critical error on this website.</p><p><a href="https://wordpress.org/documentation/article/faq-troubleshooting/">Learn more about troubleshooting WordPress.</a></p>',
    data: { status: 500 },
    additional_errors: [],
  };
}

/** True for the value of a handler that failed. */
export function isRestError(value: unknown): value is RestError {
  return typeof value === 'object' && value !== null && 'code' in value && 'status' in value;
}
