#!/usr/bin/env bash
# usage: seed.sh STATE
#
# Puts a fresh copy of the sample repositories and their LFS objects into STATE. They are made once, by pushing with
# the real git and git-lfs to servers of their own, and kept in .build/servers; commit ids are the same every time.
#
# Sizes, in bytes: SAMPLE_CHECKPOINT_BYTES (pretrained/mt3.pth) and SAMPLE_LAST_CKPT_BYTES (last.ckpt of YourMT3).
set -euo pipefail

samples=$(cd "$(dirname "$0")" && pwd)
servers=$samples/..
cache=$(cd "$samples/../../.." && pwd)/.build/servers
# shellcheck source=../lib/environment.sh
. "$servers/lib/environment.sh"

destination=$1
checkpoint_bytes=${SAMPLE_CHECKPOINT_BYTES:-$((24 << 20))}
last_ckpt_bytes=${SAMPLE_LAST_CKPT_BYTES:-$((8 << 20))}

hash=$(cat "$samples"/* - <<<"$checkpoint_bytes $last_ckpt_bytes" | openssl dgst -sha256 -r | cut -c1-12)
seed=$cache/seed-$hash

make_seed() {
  local state=$cache/seed-$hash.unfinished.$$ work
  work=$(mktemp -d)
  # shellcheck disable=SC2064  # the names as they are now
  trap "'$servers/servers' down '$state'; rm -rf '$state' '$work'" EXIT
  "$servers/servers" up "$state" --empty >/dev/null
  # shellcheck source=/dev/null
  . "$state/env"
  # shellcheck source=publishing.sh
  . "$samples/publishing.sh"
  write_client_configuration
  # Each in a shell of its own, so that folder and dates start afresh.
  (. "$samples/models.sh")
  (. "$samples/kitchen.sh")
  (. "$samples/large-history.sh")
  (. "$samples/sha256.sh")
  mkdir "$state/done"
  mv "$state/repositories" "$state/objects" "$state/done"
  # Another run may have been quicker: its seed is the same.
  [ -d "$seed" ] || mv "$state/done" "$seed"
}

# A subshell that `||` or `if` does not guard: inside those, bash ignores `set -e`.
if [ ! -d "$seed" ]; then
  echo "servers: making the sample repositories (once)" >&2
  (make_seed)
fi
cp -a "$seed/." "$destination/"
