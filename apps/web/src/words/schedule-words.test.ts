import { expect, test } from 'vitest';
import { cronOf, describeCron, timingOf } from './schedule-words.ts';

test.each([
  ['*/15 * * * *', 'Every 15 minutes'],
  ['3,18,33,48 * * * *', 'Every 15 minutes'],
  ['0 * * * *', 'Every hour'],
  ['47 * * * *', 'Every hour, 47 min past'],
  ['30 2 * * *', 'Every day at 02:30'],
  ['5 14 * * 0', 'Every Sunday at 14:05'],
  ['0 0 * * 6', 'Every Saturday at 00:00'],
])('%s is "%s", and the form’s choices make it again', (cron, words) => {
  expect(describeCron(cron)).toBe(words);
  expect(cronOf(timingOf(cron))).toBe(cron);
});

test.each([
  ['@daily', 'Every day at 00:00'],
  ['@weekly', 'Every Sunday at 00:00'],
  [' 30  2 * * 7 ', 'Every Sunday at 02:30'],
])('%s has another form of the same schedule', (cron, words) => {
  expect(describeCron(cron)).toBe(words);
});

test.each([
  '61 * * * *',
  '0,30 * * * *',
  '0 24 * * *',
  '0 */6 * * *',
  '0 * * * 1',
  '0 2 1 * *',
  '0 2 * * 1-5',
  '',
])('"%s" stays as it is written', (cron) => {
  expect(describeCron(cron)).toBeNull();
  expect(cronOf(timingOf(cron))).toBe(cron);
});
