# Parlance on a CPU, for every role: the server, API servers and workers differ by their settings only.
# BASE is any Debian 12 with Node 24 and npm: `infra/docker/build-here.sh` brings one of its own.
ARG BASE=docker.io/library/node:24-bookworm-slim

FROM ${BASE} AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends git g++ libfaiss-dev libopenblas-dev libomp-dev ca-certificates \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
# The image's own Node is 24, and it is Linux: the packaged Node and other systems' libraries would only weigh.
RUN node index-store/native/build.js \
 && npx vite build web \
 && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
 && rm -rf node_modules/node-linux-* node_modules/.bin/node node_modules/.cache \
      node_modules/onnxruntime-node/bin/napi-v6/darwin node_modules/onnxruntime-node/bin/napi-v6/win32 \
      infra/e2e infra/bench infra/attack infra/chaos

FROM ${BASE}
RUN apt-get update \
 && apt-get install -y --no-install-recommends git git-lfs ca-certificates libopenblas0-pthread libgomp1 libomp5 tini \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --create-home --uid 10001 parlance \
 && install -d -o parlance -g parlance -m 700 /data
WORKDIR /app
COPY --from=build /app /app
USER parlance
ENV NODE_ENV=production PARLANCE_HOME=/data PARLANCE_HOST=0.0.0.0 PARLANCE_PORT=8787 MALLOC_ARENA_MAX=2
# On 0.0.0.0 people sign in: the log has the link that makes the first owner, and `node cli/main.ts accounts setup-link` a new one.
EXPOSE 8787
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["node", "infra/docker/healthy.ts"]
ENTRYPOINT ["tini", "--"]
CMD ["node", "cli/main.ts", "serve"]
