import { expect, test } from 'vitest';
import { createKeyReader, type KeyPress } from './keys.ts';

const press = (key: string, changes: Partial<KeyPress> = {}): KeyPress => ({
  key,
  hasModifier: false,
  hasCommandKey: false,
  isTyping: false,
  isCovered: false,
  ...changes,
});

test('g and then a letter open a page, if typed quickly', () => {
  const read = createKeyReader();
  expect(read(press('g'), 0)).toBeNull();
  expect(read(press('r'), 500)).toEqual({ type: 'go', to: '/runs' });
  expect(read(press('r'), 600)).toBeNull();
  read(press('g'), 1_000);
  expect(read(press('s'), 5_000)).toBeNull();
  read(press('g'), 6_000);
  expect(read(press('x'), 6_100)).toBeNull();
  expect(read(press('s'), 6_200)).toBeNull();
});

test('? helps, / finds and n connects a store, but not in a field, over a dialog, or with another key held', () => {
  const read = createKeyReader();
  expect(read(press('?'), 0)).toEqual({ type: 'help' });
  expect(read(press('/'), 0)).toEqual({ type: 'find' });
  expect(read(press('n'), 0)).toEqual({ type: 'connect' });
  for (const where of [{ isTyping: true }, { isCovered: true }, { hasModifier: true }]) {
    for (const key of ['?', '/', 'n', 'g', 's']) expect(read(press(key, where), 1)).toBeNull();
  }
});

test('the command key and K open the commands from anywhere', () => {
  const read = createKeyReader();
  const held = { hasModifier: true, hasCommandKey: true };
  expect(read(press('k', { ...held, isTyping: true }), 0)).toEqual({ type: 'commands' });
  expect(read(press('K', held), 0)).toEqual({ type: 'commands' });
  expect(read(press('k'), 0)).toBeNull();
});
