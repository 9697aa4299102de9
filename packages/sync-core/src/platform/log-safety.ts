/** Names of fields whose values must never be logged. */
const SECRET_FIELDS = [
  'password',
  'token',
  'secret',
  'authorization',
  'cookie',
  'apiKey',
  'consumerKey',
  'consumerSecret',
  'consumer_key',
  'consumer_secret',
  'payload',
  'email',
  'phone',
  'detail',
  'where',
];

const CENSOR = '[hidden]';

/** Secrets that can be recognised by their format anywhere in a line. */
const SECRET_SHAPES: readonly (readonly [RegExp, string])[] = [
  [/\b(ck|cs)_[0-9a-z]{8,}/gi, `$1_${CENSOR}`],
  [/\bmantis_[A-Za-z0-9]{16,}/g, `mantis_${CENSOR}`],
  [/\b(Basic|Bearer) +[A-Za-z0-9+/._~=-]{8,}/gi, `$1 ${CENSOR}`],
  [/\b(postgres(?:ql)?:\/\/[^:@\s/"]*):[^@\s"]+@/gi, `$1:${CENSOR}@`],
];

/**
 * Logger options. Defence in depth: secrets should never reach the logger. Hides fields with these names down
 * to the third level, and anything that looks like a secret in the finished line.
 */
export const LOG_SAFETY = {
  redact: {
    paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
    censor: CENSOR,
  },
  hooks: {
    streamWrite: (line: string): string =>
      SECRET_SHAPES.reduce((text, [shape, hidden]) => text.replace(shape, hidden), line),
  },
};
