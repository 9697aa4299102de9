/** Names of fields whose values never belong in a log, whoever puts them there. */
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

/** Secrets that are known by their shape, wherever in a line they stand. */
const SECRET_SHAPES: readonly (readonly [RegExp, string])[] = [
  [/\b(ck|cs)_[0-9a-z]{8,}/gi, `$1_${CENSOR}`],
  [/\bmantis_[A-Za-z0-9]{16,}/g, `mantis_${CENSOR}`],
  [/\b(Basic|Bearer) +[A-Za-z0-9+/._~=-]{8,}/gi, `$1 ${CENSOR}`],
  [/\b(postgres(?:ql)?:\/\/[^:@\s/"]*):[^@\s"]+@/gi, `$1:${CENSOR}@`],
];

/**
 * Options for the logger of a process: a second wall, behind the rule that nothing of the kind is handed to
 * it. Fields by these names are hidden down to the third level; what looks like a secret is hidden in the
 * finished line.
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
