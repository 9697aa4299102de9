import { expect, test } from 'vitest';
import { demoVariables } from './demo-variables.ts';

const demo = { storeUrl: 'http://127.0.0.1:4481', publicUrl: 'http://127.0.0.1:4400' };

test('the demo allows its own store and sends webhooks to itself (R16)', () => {
  expect(demoVariables({ MANTIS_ALLOW_STORE_HOSTS: '' }, demo)).toEqual({
    MANTIS_ALLOW_STORE_HOSTS: '127.0.0.1:4481',
    MANTIS_WEBHOOK_URL: 'http://127.0.0.1:4400',
  });
});

test('the demo keeps the hosts and the webhook address that are set (R16)', () => {
  const variables = {
    MANTIS_ALLOW_STORE_HOSTS: 'my-shop.local,localhost:8888',
    MANTIS_WEBHOOK_URL: 'http://host.docker.internal:4400',
  };
  expect(demoVariables(variables, demo)).toEqual({
    MANTIS_ALLOW_STORE_HOSTS: 'my-shop.local,localhost:8888,127.0.0.1:4481',
    MANTIS_WEBHOOK_URL: 'http://host.docker.internal:4400',
  });
});
