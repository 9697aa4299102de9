# syntax=docker/dockerfile:1
# One image; the command chooses: the API by default,
# `node --max-semi-space-size=4 --max-old-space-size=1000 apps/worker/src/main.ts` for a worker,
# `sh deploy/migrate.sh` before a version starts.

FROM node:24-slim AS build
WORKDIR /src
ENV CI=true TURBO_TELEMETRY_DISABLED=1
COPY . .
RUN --mount=type=cache,target=/root/.local/share/pnpm/store \
    npx -y pnpm@12 install --frozen-lockfile \
 && npx -y pnpm@12 run build \
 && sh deploy/build-image-tree.sh /app

FROM node:24-slim
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Mantis Sync" \
      org.opencontainers.image.description="WooCommerce customers into PostgreSQL" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4400
WORKDIR /app
# Owned by root, so that the processes cannot change what they run.
COPY --from=build /app /app
USER node
EXPOSE 4400
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 CMD ["node", "deploy/healthcheck.mjs"]
CMD ["node", "apps/api/src/main.ts"]
