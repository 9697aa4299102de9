import { expect, test } from 'vitest';
import { cronOf, describeTiming, timingOf } from './schedule-words.ts';

test.each([
  ['*/15 * * * *', { repeat: 'quarter' }],
  ['3,18,33,48 * * * *', { repeat: 'quarter' }],
  ['0 * * * *', { repeat: 'hour', time: '00:00' }],
  ['47 * * * *', { repeat: 'hour', time: '00:47' }],
  ['30 2 * * *', { repeat: 'day', time: '02:30' }],
  ['5 14 * * 0', { repeat: 'week', time: '14:05', weekday: 0 }],
  ['0 0 * * 6', { repeat: 'week', time: '00:00', weekday: 6 }],
])('%s becomes the form’s choices, which make it again', (cron, timing) => {
  expect(timingOf(cron)).toMatchObject(timing);
  expect(cronOf(timingOf(cron))).toBe(cron);
});

test.each([
  ['@daily', { repeat: 'day', time: '00:00' }],
  ['@weekly', { repeat: 'week', time: '00:00', weekday: 0 }],
  [' 30  2 * * 7 ', { repeat: 'week', time: '02:30', weekday: 0 }],
])('%s is another form of the same schedule', (cron, timing) => {
  expect(timingOf(cron)).toMatchObject(timing);
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
  expect(timingOf(cron).repeat).toBe('cron');
  expect(cronOf(timingOf(cron))).toBe(cron);
});

test.each([
  ['3,18,33,48 * * * *', 'Every 15 minutes'],
  ['47 * * * *', 'Every hour at 47 minutes past'],
  ['30 2 * * *', 'Every day at 02:30'],
  ['5 14 * * 0', 'Every Sunday at 14:05'],
  ['0 2 1 * *', 'Cron: 0 2 1 * *'],
])('%s is described in words', (cron, words) => {
  expect(describeTiming(timingOf(cron))).toBe(words);
});
