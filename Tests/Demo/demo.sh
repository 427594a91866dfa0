#!/usr/bin/env bash
# usage: demo.sh LFSFETCH
#
# Shows `lfsfetch get fast accurate` as a user would see it, against real servers on this machine: two repositories
# laid out like the real ones, with a checkpoint of the real size. The registry it uses pins no commit and no object.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
lfsfetch=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
servers=$root/Tests/Servers/servers
state=$root/.build/servers/demo
work=$(mktemp -d)

trap '"$servers" down "$state"; rm -rf "$state" "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

bold='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\033[1m' plain=$'\033[0m'; fi

say() { printf '\n%s\n' "$bold$*$plain"; }

# Shows a command as it would be typed, runs it, and tells how long it took.
show() {
  say "\$ lfsfetch $*"
  TIMEFORMAT='(%R s)'
  time "$lfsfetch" "$@" --registry "$work/models.json"
}

# Waits until the log has a line for every answer so far, then prints how many lines match.
count_requests() {
  curl -sf -o /dev/null "$HTTP/ready"
  awk -v pattern="$1" '$4 ~ pattern { count++ } END { print count + 0 }' "$LOG"
}

# The checkpoint has the size of the real one. (YourMT3's, which the demo does not fetch, stays small.)
say "Starting a git and an LFS server on this machine"
export SAMPLE_CHECKPOINT_BYTES=183672643
"$servers" up "$state" >/dev/null
# shellcheck source=/dev/null
. "$state/env"
echo "$HTTP/git/gudgud96/MR-MT3.git, $HTTP/git/kunato/mt3-pytorch.git, $HTTP/git/spaces/mimbres/YourMT3.git"

"$root/Tests/Demo/registry.sh" "$HTTP" >"$work/models.json"
export LFSFETCH_CACHE=$work/cache

show get fast accurate

say "What the servers were asked"
printf '%-32s %s\n' "git requests, MR-MT3" "$(count_requests '^/git/gudgud96/MR-MT3.git/(info/refs|git-upload-pack)')"
printf '%-32s %s\n' "git requests, mt3-pytorch" "$(count_requests '^/git/kunato/mt3-pytorch.git/(info/refs|git-upload-pack)')"
printf '%-32s %s\n' "batch requests, MR-MT3" "$(count_requests '^/git/gudgud96/.*/objects/batch')"
printf '%-32s %s\n' "batch requests, mt3-pytorch" "$(count_requests '^/git/kunato/.*/objects/batch')"
printf '%-32s %s\n' "requests for parts of the object" "$(count_requests '^/objects/')"
awk '$4 ~ "^/objects/" { bytes += $8 } END { printf "%-32s %d of %d\n", "object bytes sent", bytes, '"$SAMPLE_CHECKPOINT_BYTES"' }' "$LOG"

before=$(count_requests .)
say "Again: everything is there"
show get fast accurate
after=$(count_requests .)
printf '%-32s %s\n' "requests to any server" $((after - before - 1))

show list
show verify
