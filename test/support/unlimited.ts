/** Limits of calls that no test reaches. */
export const UNLIMITED = { call: 1_000_000, person: 1_000_000, start: 1_000_000, trial: 1_000_000 };
