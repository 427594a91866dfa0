#!/usr/bin/env bash
# usage: with-servers clone.sh LFSFETCH
#
# Bytes that the servers send for a working copy with one LFS file of a repository with 20,000 files and 1 GiB of LFS
# content: git's own clones against `lfsfetch clone`. Fails when lfsfetch's are 2 MiB or more besides the object.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
lfsfetch=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
# shellcheck source=measuring.sh
. "$here/measuring.sh"

# One of the copies that a test's repositories are: it goes with the servers, and before.
name=bench/many-files-$$
repository=$REPOSITORIES/$name.git
objects=$OBJECTS/$name
trap 'rm -rf "$work" "$repository" "$objects"' EXIT
mkdir -p "$objects"
git init --quiet --bare --initial-branch main "$repository"
git -C "$repository" config uploadpack.allowFilter true
python3 "$here/many_files.py" "$objects" 20000 256 $((1 << 30)) | git -C "$repository" fast-import --quiet

url=$HTTP/git/$name.git
path=part-000/weights-00000.bin
object=$((1 << 22))
export GIT_LFS_SKIP_SMUDGE=1

# measure NAME COMMAND…: runs it, prints a row of the table, and leaves the bytes besides the object in besides.
measure() {
  local label=$1 before git_bytes lfs_bytes
  shift
  before=$(log_lines)
  "$@" >"$work/output" 2>&1 || { cat "$work/output" >&2; exit 1; }
  log_lines >/dev/null
  git_bytes=$(bytes_sent "$before" "$git_uri")
  lfs_bytes=$(bytes_sent "$before" "$lfs_uri")
  besides=$((git_bytes + lfs_bytes - object))
  printf '| %-42s | %12d | %12d | %12d |\n' "$label" "$(requests "$before" "$git_uri")" "$git_bytes" "$lfs_bytes"
}

git_sparse() {
  git clone -q --depth 1 --filter=blob:none --no-checkout "$url" "$work/sparse"
  cd "$work/sparse"
  git sparse-checkout set --no-cone "/$path"
  GIT_LFS_SKIP_SMUDGE=0 git -c filter.lfs.process="git-lfs filter-process" -c filter.lfs.required=true checkout -q
}

echo "One file of a repository with 20,000 files and 1 GiB of LFS content, bytes received:"
echo
echo "| command                                    | git requests |    git bytes |    LFS bytes |"
echo "|--------------------------------------------|-------------:|-------------:|-------------:|"
measure "git clone --depth 1, no LFS content" git clone -q --depth 1 "$url" "$work/shallow"
measure "git clone --filter=blob:none, sparse" git_sparse
measure "lfsfetch clone --include PATH" "$lfsfetch" clone "$url" "$work/clone" --include "$path" --cache "$work/cache" -q
echo
git -C "$work/clone" fsck
[ "$(git -C "$work/clone" status --porcelain)" = "" ]
[ "$(openssl dgst -sha256 -r <"$work/clone/$path" | cut -c1-64)" = "$(git -C "$work/clone" show "HEAD:$path" | sed -n 's/^oid sha256://p')" ]
awk -v besides="$besides" 'BEGIN {
  printf "besides the object: lfsfetch receives %.2f MiB\n", besides / 1048576
  if (besides >= 2097152) { print "missed: it should be less than 2 MiB"; exit 1 }
}'
