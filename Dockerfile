# Parlance in one container: the embedded profile (SQLite, files on disk, the model that ships).
FROM node:24-bookworm-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends git g++ libfaiss-dev libopenblas-dev libomp-dev ca-certificates \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN node index-store/native/build.js \
 && npx vite build web \
 && npm prune --omit=dev --no-audit --no-fund \
 # The image's own Node is 24, and it is Linux: the packaged Node and other systems' libraries would only weigh.
 && rm -rf node_modules/node-linux-* node_modules/.bin/node \
      node_modules/onnxruntime-node/bin/napi-v6/darwin node_modules/onnxruntime-node/bin/napi-v6/win32

FROM node:24-bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends git libopenblas0 libgomp1 libomp5 tini \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --create-home --uid 10001 parlance \
 && mkdir /data && chown parlance /data
WORKDIR /app
COPY --from=build --chown=root:root /app /app
USER parlance
ENV NODE_ENV=production PARLANCE_HOME=/data PARLANCE_HOST=0.0.0.0 PARLANCE_PORT=8787 MALLOC_ARENA_MAX=2
# There are no accounts yet: 0.0.0.0 is refused unless PARLANCE_INSECURE=1 says that a proxy stands before it (compose.yml).
EXPOSE 8787
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8787/health').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--"]
CMD ["node", "cli/main.ts", "serve"]
