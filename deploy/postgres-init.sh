#!/bin/sh
# Run once by the postgres image, on an empty data folder: the login that owns the database, and the
# database. The login that API and worker run under is made by deploy/migrate.sh.
set -eu
: "${MANTIS_OWNER_PASSWORD:?is not set}"
# Neither the statement nor its password must come into the log of the server.
psql --quiet --no-psqlrc -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
set log_statement = 'none';
set log_min_error_statement = 'panic';
\getenv password MANTIS_OWNER_PASSWORD
create role mantis_owner login createrole password :'password';
create database mantis owner mantis_owner;
SQL
