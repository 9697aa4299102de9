import { defineConfig } from 'prisma/config';

// `prisma generate` needs no native schema engine but insists on finding one, and would download it.
if (process.argv.includes('generate')) {
  process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath;
}

const url = process.env['DATABASE_URL'];

export default defineConfig({
  schema: '../../prisma/schema.prisma',
  migrations: { path: '../../prisma/migrations' },
  ...(url ? { datasource: { url } } : {}),
});
