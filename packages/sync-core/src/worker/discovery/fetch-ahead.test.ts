import { expect, test } from 'vitest';
import { beginWalk, type PageRequest, type WalkState } from '../../domain/walk.ts';
import type { CustomerPage } from '../../woo/customer-page.ts';
import { createFairShare } from '../fair-share.ts';
import { createPrefetch } from './fetch-ahead.ts';

const page: CustomerPage = {
  rows: [],
  total: 400,
  totalPages: 4,
  storeDate: null,
  reading: { beganAt: new Date(0), endedAt: new Date(0) },
  warnings: [],
  bytes: 2,
  durationMs: 1,
};

/** A walk of 400 customers, two pages ahead, with one place for answers. */
function open() {
  const answers = createFairShare({ places: 1 });
  const asked: { request: PageRequest; signal: AbortSignal; answer: () => Promise<void> }[] = [];
  const pages = createPrefetch({
    fetchPage: (request, signal, beforeBody) =>
      new Promise((resolve) => {
        const answer = async () => {
          await beforeBody();
          resolve(page);
        };
        asked.push({ request, signal, answer });
      }),
    takePlace: () => answers.take('org'),
    spend: () => Promise.resolve(true),
  });
  return { answers, asked, pages };
}

/** Until promises that can resolve have resolved. */
const resolved = () => new Promise((resolve) => setImmediate(resolve));

const start = beginWalk(100);
const after = (walk: WalkState, rows: number): WalkState => ({
  ...walk,
  offset: walk.offset + rows,
  lastId: rows,
});

test('pages get their places in the order of the walk', async () => {
  const { answers, asked, pages } = open();
  const first = pages.next(start, 400, 2);
  await resolved();
  expect(asked).toHaveLength(2);
  void asked[1]?.answer();
  await resolved();
  expect(answers.load()).toEqual({ taken: 0, waiting: 0 });
  void asked[0]?.answer();
  await first;
  // The first is delayed until the next one is requested.
  expect(answers.load()).toEqual({ taken: 1, waiting: 1 });
});

test('an aborted request keeps no place', async () => {
  const { answers, asked, pages } = open();
  const first = pages.next(start, 400, 2);
  await resolved();
  void asked[0]?.answer();
  void asked[1]?.answer();
  await first;
  pages.stop();
  await resolved();
  expect(asked[1]?.signal.aborted).toBe(true);
  expect(answers.load()).toEqual({ taken: 0, waiting: 0 });
});

test('at the end of a time slice the page in flight is saved, and no other is requested', async () => {
  const { asked, pages } = open();
  const first = pages.next(start, 400, 2);
  await resolved();
  void asked[0]?.answer();
  const { request } = await first;
  const walk = after(start, request.perPage);
  expect(pages.isUnderWay(walk)).toBe(true);
  const second = pages.next(walk, 400, 2, { onlyNext: true });
  void asked[1]?.answer();
  await second;
  expect(asked.map(({ signal }) => signal.aborted)).toEqual([false, false]);
  expect(pages.isUnderWay(after(walk, 100))).toBe(false);
});
