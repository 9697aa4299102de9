#!/bin/sh
# Run once by the postgres image, on an empty data folder: the login that owns the database, and the
# database. deploy/migrate.sh creates the login that API and worker use.
set -eu
: "${MANTIS_OWNER_PASSWORD:?is not set}"
# Neither the statement nor its password may appear in the server's log.
psql --quiet --no-psqlrc -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
set log_statement = 'none';
set log_min_error_statement = 'panic';
\getenv password MANTIS_OWNER_PASSWORD
create role mantis_owner login createrole password :'password';
create database mantis owner mantis_owner;
SQL
