#!/bin/sh
# Usage: deploy/build-image-tree.sh TARGET
# Copies the content of the image to TARGET, an empty folder: the API, the worker and what they need at run
# time. Requires an installed and built checkout. The Dockerfile calls it, and so does
# test/deploy/image-tree.pg.test.ts, so that the tested tree is the shipped one.
set -eu
repository=$(cd "$(dirname "$0")/.." && pwd)
target=$(mkdir -p "$1" && cd "$1" && pwd)
export CI=true
pnpm() { npx -y pnpm@12 "$@"; }

cd "$repository"
[ -f apps/web/dist/index.html ] || { echo 'the dashboard is not built: npx -y pnpm@12 run build' >&2; exit 1; }
[ -d packages/db/src/generated ] || { echo 'the Prisma client is missing: npx -y pnpm@12 run build' >&2; exit 1; }

cp package.json pnpm-lock.yaml pnpm-workspace.yaml LICENSE "$target"
pnpm --filter-prod '@mantis-sync/api...' --filter-prod '@mantis-sync/worker...' list --depth -1 --parseable |
  while read -r folder; do
    part=${folder#"$repository"/}
    mkdir -p "$target/$part"
    cp "$folder/package.json" "$target/$part"
    cp -R "$folder/src" "$target/$part"
  done
cd "$target"
pnpm install --prod --no-optional --frozen-lockfile --prefer-offline --ignore-scripts --reporter=silent

mkdir -p apps/web prisma deploy
cp -R "$repository/apps/web/dist" apps/web
cp -R "$repository/prisma/migrations" prisma
cp "$repository/deploy/migrate.sh" "$repository/deploy/healthcheck.mjs" deploy

# Not needed at run time: tests, declarations, source maps, and Prisma's compilers for other databases.
find apps packages -path '*/node_modules' -prune -o -type f -name '*.test.ts' -exec rm {} +
find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -exec rm {} +
find node_modules -type f -path '*/@prisma/client/runtime/query_compiler_*' \
  ! -name 'query_compiler_fast_bg.postgresql*.mjs' -exec rm {} +
rm -f pnpm-lock.yaml pnpm-workspace.yaml node_modules/.modules.yaml node_modules/.pnpm-workspace-state*.json
