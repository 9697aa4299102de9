import { expect, test } from 'vitest';
import {
  notificationBody,
  type NotificationItem,
  notificationRetryMs,
  writeMail,
  writeNotification,
} from './notification.ts';

const at = new Date('2026-11-29T12:00:00Z');
const url = 'https://sync.example';

function item(change: Partial<NotificationItem> = {}): NotificationItem {
  return {
    topic: 'store_paused',
    code: 'wrong_key',
    storeId: 's1',
    storeName: 'Shop',
    host: 'shop.example',
    runId: null,
    at,
    ...change,
  };
}
const message = (items: NotificationItem[], phase: 'opened' | 'resolved' = 'opened') => ({
  id: 'm1',
  phase,
  organisation: 'Acme',
  items,
});

test('one store is named, with a link to it', () => {
  expect(writeNotification(message([item()]), url)).toEqual({
    title: '[Acme] Shop needs attention',
    lines: ['Shop (shop.example): Paused because the store rejects our requests (wrong_key).'],
    link: 'https://sync.example/stores/s1',
  });
});

test('a run has a link of its own', () => {
  const run = item({ topic: 'run_needs_attention', code: 'rounds_exhausted', runId: 'r1' });
  expect(writeNotification(message([run]), url).link).toBe('https://sync.example/runs/r1');
});

test('fifty stores are one message, which names ten', () => {
  const items = Array.from({ length: 50 }, (_, n) =>
    item({ storeId: `s${n}`, storeName: `Shop ${n}`, host: 'host.example' }),
  );
  const { title, lines, link } = writeNotification(message(items), url);
  expect(title).toBe('[Acme] 50 stores need attention');
  expect(lines).toHaveLength(11);
  expect([lines.at(-1), link]).toEqual(['… and 40 more', 'https://sync.example/']);
});

test('resolved problems are marked as resolved', () => {
  expect(writeNotification(message([item()], 'resolved'), url)).toMatchObject({
    title: '[Acme] Resolved: Shop',
    lines: ['Shop (shop.example): The store is active again.'],
  });
});

test('a mail has no words of a user in its subject, and no link but ours (P2)', () => {
  const storeName = 'Pay at https://evil.example/pay or evil.example';
  const one = writeMail({ ...message([item({ storeName })]), organisation: 'evil.example' }, url);
  expect(one.subject).toBe('Mantis Sync: A store needs attention');
  expect(one.text.match(/\S*(?:\w\.\w|:\/\/)\S*/g)).toEqual(['https://sync.example/stores/s1']);
  expect(one.text).toContain('(shop[.]example)');
  const two = message([item(), item({ storeId: 's2' })], 'resolved');
  expect(writeMail(two, url).subject).toBe('Mantis Sync: Resolved: 2 stores');
});

test('a webhook payload contains every item with its link', () => {
  expect(notificationBody(message([item(), item({ runId: 'r1' })]), url)).toMatchObject({
    id: 'm1',
    type: 'attention_needed',
    organisation: 'Acme',
    items: [
      { storeId: 's1', at: '2026-11-29T12:00:00.000Z', url: 'https://sync.example/stores/s1' },
      { runId: 'r1', url: 'https://sync.example/runs/r1' },
    ],
  });
  expect(notificationBody(message([item()], 'resolved'), url)).toMatchObject({ type: 'resolved' });
});

test('a test says so before it shows what a real message looks like', () => {
  const sent = { ...message([item()]), isTest: true };
  const testText = 'This is a test: nothing needs attention. A real message looks like this:';
  expect(writeNotification(sent, url)).toEqual({
    title: 'Test: [Acme] Shop needs attention',
    lines: [testText, ...writeNotification(message([item()]), url).lines],
    link: 'https://sync.example/',
  });
  const mail = writeMail(sent, url);
  expect(mail.subject).toBe('Test message from Mantis Sync: A store needs attention');
  expect(mail.text.startsWith(`${testText}\n`)).toBe(true);
  expect(notificationBody(sent, url)).toEqual({
    ...notificationBody(message([item()]), url),
    type: 'test',
    message: testText,
  });
});

test('waits double from half a minute to an hour, and end after ten attempts', () => {
  const waits = Array.from({ length: 10 }, (_, index) => notificationRetryMs(index + 1));
  expect(waits.slice(0, 3)).toEqual([30_000, 60_000, 120_000]);
  expect(waits.slice(-2)).toEqual([3_600_000, null]);
});
