/** `batchDelayMs` as `batch_delay_ms`. */
export type SnakeCase<Text extends string> = Text extends `${infer Head}${infer Tail}`
  ? `${Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`}${SnakeCase<Tail>}`
  : Text;

/** `batch_delay_ms` as `batchDelayMs`. */
export type CamelCase<Text extends string> = Text extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Text;

export type SnakeKeys<Value extends object> = {
  [Key in keyof Value & string as SnakeCase<Key>]: Value[Key];
};

export type CamelKeys<Value extends object> = {
  [Key in keyof Value & string as CamelCase<Key>]: Value[Key];
};

/** Converts an object's own keys to snake case, not those of nested objects. */
export function snakeKeys<Value extends object>(value: Value): SnakeKeys<Value> {
  const entries = Object.entries(value).map(([key, held]) => [toSnakeCase(key), held] as const);
  return Object.fromEntries(entries) as SnakeKeys<Value>;
}

/** The inverse. */
export function camelKeys<Value extends object>(value: Value): CamelKeys<Value> {
  const entries = Object.entries(value).map(([key, held]) => [toCamelCase(key), held] as const);
  return Object.fromEntries(entries) as CamelKeys<Value>;
}

function toSnakeCase(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function toCamelCase(key: string): string {
  return key.replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}
