import { expect, test } from 'vitest';
import { readCompose } from './read-compose.ts';

const compose = readCompose();
const SECRETS = {
  POSTGRES_PASSWORD: 'p'.repeat(48),
  MANTIS_OWNER_PASSWORD: 'o'.repeat(48),
  MANTIS_WEB_PASSWORD: 'w'.repeat(48),
  AUTH_SECRET: 'a'.repeat(64),
  MANTIS_SECRET_KEYS: 'k1:…',
  PUBLIC_URL: 'https://sync.example.com',
};
const readAll = (given: Record<string, string>) =>
  Object.keys(compose.services).map((name) => compose.environmentOf(name, given));

test('compose names the secret that is missing and how to make it, and has a default for none', () => {
  expect(readAll(SECRETS)).toHaveLength(4);
  for (const name of Object.keys(SECRETS)) {
    expect(() => readAll({ ...SECRETS, [name]: '' })).toThrow(new RegExp(`^${name}: set it to `));
  }
});

test('no process has a login or a secret that it does not need', () => {
  const { postgres, migrate, api, worker } = Object.fromEntries(
    Object.keys(compose.services).map((name) => [name, compose.environmentOf(name, SECRETS)]),
  );
  expect(Object.keys(postgres ?? {})).toEqual(['POSTGRES_PASSWORD', 'MANTIS_OWNER_PASSWORD']);
  expect(migrate?.['MIGRATION_DATABASE_URL']).toContain('mantis_owner:');
  for (const service of [api, worker]) {
    expect(service?.['DATABASE_URL']).toContain(`mantis_web:${SECRETS.MANTIS_WEB_PASSWORD}@`);
    expect(service?.['TENANT_DATABASE_URL']).toContain(
      `mantis_tenant:${SECRETS.MANTIS_WEB_PASSWORD}@`,
    );
    expect(JSON.stringify(service)).not.toContain(SECRETS.MANTIS_OWNER_PASSWORD);
    expect(JSON.stringify(service)).not.toContain(SECRETS.POSTGRES_PASSWORD);
  }
  expect(JSON.stringify(worker)).not.toContain(SECRETS.AUTH_SECRET);
});

test('the login for tenant data has a password of its own where one is given', () => {
  const given = { ...SECRETS, MANTIS_TENANT_PASSWORD: 't'.repeat(48) };
  for (const name of ['migrate', 'api', 'worker'])
    expect(compose.environmentOf(name, given)['TENANT_DATABASE_URL']).toContain(
      `mantis_tenant:${given.MANTIS_TENANT_PASSWORD}@`,
    );
});

test('services wait for the migrations, restart automatically, and have read-only file systems', () => {
  const { api, worker, migrate } = compose.services;
  expect(migrate).toMatchObject({ restart: 'no', command: ['sh', 'deploy/migrate.sh'] });
  for (const service of [api, worker])
    expect(service).toMatchObject({
      restart: 'unless-stopped',
      read_only: true,
      cap_drop: ['ALL'],
      depends_on: { migrate: { condition: 'service_completed_successfully' } },
    });
  expect(worker?.deploy?.replicas).toBe(2);
});
