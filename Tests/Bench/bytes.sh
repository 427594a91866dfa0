#!/usr/bin/env bash
# usage: with-servers bytes.sh LFSFETCH
#
# Bytes that the servers send for one LFS file of a repository with 3,000 commits and 4,000 files: git's clones against
# `lfsfetch get`. What git and the LFS object cost is told apart; the object's bytes are the same for everyone. Fails
# when lfsfetch's git bytes are more than a tenth of `git clone --depth 1`'s.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
lfsfetch=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
# shellcheck source=measuring.sh
. "$here/measuring.sh"

url=$HTTP/git/demo/large-history.git
export GIT_LFS_SKIP_SMUDGE=1

# measure NAME COMMAND…: runs it, prints a row of the table, and leaves the git bytes in git_bytes.
measure() {
  local name=$1 before
  shift
  before=$(log_lines)
  "$@" >"$work/output" 2>&1 || { cat "$work/output" >&2; exit 1; }
  log_lines >/dev/null
  git_bytes=$(bytes_sent "$before" "$git_uri")
  printf '| %-32s | %12d | %12d | %12d |\n' "$name" "$(requests "$before" "$git_uri")" "$git_bytes" \
    "$(bytes_sent "$before" "$lfs_uri")"
}

echo "One path of a repository with 3,000 commits and 4,000 files, bytes received:"
echo
echo "| command                          | git requests |    git bytes |    LFS bytes |"
echo "|----------------------------------|-------------:|-------------:|-------------:|"
measure "git clone" git clone -q "$url" "$work/clone"
measure "git clone --depth 1" git clone -q --depth 1 "$url" "$work/shallow"
shallow_bytes=$git_bytes
measure "lfsfetch get URL:models/one.bin" "$lfsfetch" get "$url:models/one.bin" --cache "$work/cache"
echo
awk -v shallow="$shallow_bytes" -v ours="$git_bytes" 'BEGIN {
  printf "git bytes: lfsfetch receives %.1f %% of what git clone --depth 1 does (1 : %.1f)\n",
    100 * ours / shallow, shallow / ours
  if (ours * 10 > shallow) { print "missed: it should be a tenth at most"; exit 1 }
}'
