#!/bin/sh
# The step before a version starts: its migrations, the job runner's tables, and the login that API and
# worker use. Safe to repeat and to run concurrently.
#   MIGRATION_DATABASE_URL  the login that owns the database
#   DATABASE_URL            the login that API and worker use; created if it is missing
#   TENANT_DATABASE_URL     optional: their login for tenant data only; created if it is missing
set -eu
cd "$(dirname "$0")/.."
: "${MIGRATION_DATABASE_URL:?is not set: the address of the database with the login that owns it}"
: "${DATABASE_URL:?is not set: the address of the database with the login that API and worker run under}"
node packages/db/src/migrate-cli.ts
node apps/worker/src/install-jobs-cli.ts
node packages/db/src/runtime-login-cli.ts
