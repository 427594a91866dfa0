#!/usr/bin/env bash
# usage: with-servers memory.sh LFSFETCH
#
# Peak memory, processor and wall time of fetching one object of 1 GiB, over http and https. Client and server share
# this machine, so trust memory and processor time rather than wall time. BENCH_OBJECT_BYTES sets another size.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
lfsfetch=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
# shellcheck source=measuring.sh
. "$here/measuring.sh"
# shellcheck source=../Servers/samples/publishing.sh
. "$here/../Servers/samples/publishing.sh"

bytes=${BENCH_OBJECT_BYTES:-$((1 << 30))}

# The object goes straight into the LFS server's folder: a push would copy it three times over.
publish_large_object() {
  local store=$OBJECTS/bench/large oid
  mkdir -p "$store"
  random_bytes "$bytes" large.bin >"$store/new"
  oid=$(openssl dgst -sha256 -r "$store/new" | cut -c1-64)
  mv "$store/new" "$store/$oid"
  start_repository bench/large main
  track_with_lfs '*.bin' >.gitattributes
  printf 'version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n' "$oid" "$bytes" >large.bin
  commit_all "Add a large object"
  git push --quiet --mirror origin
}

measure() {
  local base=$1
  python3 "$here/resources.py" "$lfsfetch" get "$base/git/bench/large.git:large.bin" --quiet --cache "$work/cache" |
    awk -v scheme="${base%%:*}" '{
      printf "| %-6s | %15.1f | %16.2f | %11.2f |\n", scheme, $1, $2, $3
      if ($1 > 64) { print "missed: it should be 64 MiB at most"; exit 1 }
    }'
  rm -rf "$work/cache"
}

rm -rf "$HOME"
write_client_configuration
git config --global http.sslCAInfo "$CA"
(publish_large_object)

echo
echo "One object of $bytes bytes:"
echo
echo "| over   | peak memory MiB | processor time s | wall time s |"
echo "|--------|----------------:|-----------------:|------------:|"
measure "$HTTP"
measure "$HTTPS"
