# The image of infra/compose/compose.yml: Node, the tools and the packages; the source tree is mounted over it.
ARG BASE=docker.io/library/node:24-bookworm
FROM ${BASE}
RUN apt-get update \
 && apt-get install -y --no-install-recommends git git-lfs g++ libfaiss-dev libopenblas-dev libomp-dev ca-certificates \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node index-store/native/build.js
# As root: the source tree that is mounted here belongs to whoever develops.
VOLUME /data
CMD ["node", "cli/main.ts", "serve"]
