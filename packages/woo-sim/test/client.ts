import { onTestFinished } from 'vitest';
import { createWooSim } from '../src/index.ts';
import type { SimKey, WooSim, WooSimOptions } from '../src/index.ts';

/** A store that is closed at the end of the test. */
export async function startSim(options: WooSimOptions = {}): Promise<WooSim> {
  const sim = await createWooSim({ pretendHttps: true, ...options });
  onTestFinished(() => sim.close());
  return sim;
}

export function basic(key: Pick<SimKey, 'consumerKey' | 'consumerSecret'>): string {
  return `Basic ${btoa(`${key.consumerKey}:${key.consumerSecret}`)}`;
}

/** Sends a request with the store's default key. */
export function ask(
  sim: WooSim,
  path: string,
  init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {},
): Promise<Response> {
  return fetch(sim.url + path, {
    redirect: 'manual',
    ...init,
    headers: { authorization: basic(sim.defaultCredentials), ...init.headers },
  });
}

/** A page of customers by id, of all roles (no ids if the response is not a list), and its headers. */
export async function page(
  sim: WooSim,
  query = '',
): Promise<{ ids: number[]; response: Response }> {
  const response = await ask(
    sim,
    `/wp-json/wc/v3/customers?orderby=id&role=all&per_page=100&${query}`,
  );
  return { ids: idsOf(await response.text()), response };
}

export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** The ids of a list; none if the text is not a list. */
export function idsOf(text: string): number[] {
  const rows: { id: number }[] | { code: string } = JSON.parse(text);
  return Array.isArray(rows) ? rows.map(({ id }) => id) : [];
}

/** The store's first key. */
export function ownKey(sim: WooSim): SimKey {
  const [key] = sim.keys;
  if (!key) throw new Error('the store has no key');
  return key;
}
