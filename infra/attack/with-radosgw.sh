#!/usr/bin/env bash
# Runs a command beside a private S3 server that keeps versions: Ceph's radosgw with one monitor and one OSD in memory.
# Needs Debian's radosgw, ceph-mon, ceph-osd and ceph-common, and 17 free ports from PORT on.
# Usage: infra/attack/with-radosgw.sh npm run attack -- infra/attack/s3.attack.ts
set -euo pipefail
port=${PORT:-17830}
folder=$(mktemp -d /tmp/parlance-radosgw-XXXXXX)
conf=$folder/ceph.conf
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$folder"' EXIT
mkdir "$folder"/{mon,osd,rgw}
cluster=$(cat /proc/sys/kernel/random/uuid)
disk=$(cat /proc/sys/kernel/random/uuid)
cat >"$conf" <<CONF
[global]
fsid = $cluster
mon host = [v1:127.0.0.1:$port]
mon initial members = a
ms bind msgr2 = false
auth cluster required = none
auth service required = none
auth client required = none
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd crush chooseleaf type = 0
mon allow pool size one = true
mon data avail warn = 1
mon data avail crit = 1
mon data = $folder/mon
osd data = $folder/osd
osd objectstore = memstore
memstore device bytes = 2147483648
public addr = 127.0.0.1
ms bind port min = $((port + 2))
ms bind port max = $((port + 16))
run dir = $folder
admin socket = $folder/\$name.asok
log file = $folder/\$name.log
keyring = $folder/keyring
rgw data = $folder/rgw
rgw enable apis = s3
CONF
{
  ceph-authtool --create-keyring "$folder/keyring" --gen-key -n mon. --cap mon 'allow *'
  ceph-authtool "$folder/keyring" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *'
  monmaptool --create --addv a "[v1:127.0.0.1:$port]" --fsid "$cluster" "$folder/monmap"
  ceph-mon -c "$conf" --mkfs -i a --monmap "$folder/monmap" --keyring "$folder/keyring"
  ceph-mon -f -c "$conf" -i a &
  pids+=($!)
  timeout 60 ceph -c "$conf" osd new "$disk" 0
  ceph-osd -c "$conf" -i 0 --mkfs --osd-uuid "$disk"
  ceph-osd -f -c "$conf" -i 0 &
  pids+=($!)
  timeout 120 radosgw-admin -c "$conf" user create --uid=parlance --display-name=parlance \
    --access-key=PARLANCE --secret-key=parlance-secret
  radosgw -f -c "$conf" -n client.admin --rgw-frontends "beast endpoint=127.0.0.1:$((port + 1))" &
  pids+=($!)
} >"$folder/start.log" 2>&1 || { tail -n 20 "$folder/start.log"; exit 1; }
for _ in $(seq 60); do
  curl -sf "http://127.0.0.1:$((port + 1))/" >/dev/null && break
  sleep 1
done
export AWS_ACCESS_KEY_ID=PARLANCE AWS_SECRET_ACCESS_KEY=parlance-secret
export PARLANCE_TEST_S3_URL="s3://parlance?endpoint=http://127.0.0.1:$((port + 1))"
"$@"
