# A worker that embeds on NVIDIA GPUs: CUDA 12 and cuDNN 9 under the application of parlance.Dockerfile, with onnxruntime's CUDA provider.
# Build that image first, as parlance:local. onnxruntime for Node has no support for CUDA 13 that anybody verified.
ARG APP=parlance:local
ARG CUDA=docker.io/nvidia/cuda:12.6.3-cudnn-runtime-ubuntu24.04
ARG NODE=docker.io/library/node:24-bookworm-slim
FROM ${APP} AS app
FROM ${NODE} AS node

FROM ${CUDA}
RUN apt-get update \
 && apt-get install -y --no-install-recommends git git-lfs ca-certificates libopenblas0-pthread libgomp1 libomp5 tini \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --create-home --uid 10001 parlance \
 && install -d -o parlance -g parlance -m 700 /data
COPY --from=node /usr/local/bin/node /usr/local/bin/node
WORKDIR /app
COPY --from=app /app /app
# The package holds the CPU's libraries only; its install script fetches those of CUDA 12.
RUN ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js \
 && ls node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so
USER parlance
# One process for each GPU and batches of fixed shapes: onnxruntime's memory on the GPU grows with every new shape and is not given back.
ENV NODE_ENV=production PARLANCE_HOME=/data PARLANCE_HOST=0.0.0.0 PARLANCE_PORT=8787 MALLOC_ARENA_MAX=2 \
    PARLANCE_ROLE=worker PARLANCE_STAGES=embed PARLANCE_CONCURRENCY=1 PARLANCE_EXECUTION_PROVIDERS=cuda,cpu \
    NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
EXPOSE 8787
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["node", "infra/docker/healthy.ts"]
ENTRYPOINT ["tini", "--"]
CMD ["node", "cli/main.ts", "serve"]
