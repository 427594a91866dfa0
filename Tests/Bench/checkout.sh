#!/usr/bin/env bash
# usage: with-servers checkout.sh LFSFETCH
#
# How long a `git clone` of a repository with 5,000 LFS files of 16 KiB takes with git-lfs's filter and with lfsfetch's,
# and how long `pull` takes of each in a clone without content.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
lfsfetch=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
# shellcheck source=measuring.sh
. "$here/measuring.sh"

runs=3
name=bench/small-files-$$
repository=$REPOSITORIES/$name.git
objects=$OBJECTS/$name
trap 'rm -rf "$work" "$repository" "$objects"' EXIT
mkdir -p "$objects"
git init --quiet --bare --initial-branch main "$repository"
python3 "$here/many_files.py" "$objects" 5000 5000 $((5000 << 14)) | git -C "$repository" fast-import --quiet
url=$HTTP/git/$name.git

settle() {
  (cd "$here" && python3 -B -c 'from settling import settle; settle(5, 1 << 28)')
}

# clock LABEL COMMAND…: appends the seconds that it takes to the label's file.
clock() {
  local label=$1 start end
  shift
  settle
  start=$(date +%s%N)
  "$@" >"$work/output" 2>&1 || { cat "$work/output" >&2; exit 1; }
  end=$(date +%s%N)
  awk -v from="$start" -v to="$end" 'BEGIN { print (to - from) / 1e9 }' >>"$work/seconds $label"
}

# verify CLONE: every file has the SHA-256 that its pointer names, and git sees no change.
verify() {
  (
    cd "$1"
    [ -z "$(git -c filter.lfs.clean=cat -c filter.lfs.process= diff --name-only HEAD -- .gitattributes)" ]
    find . -name '*.bin' -not -path './.git/*' -printf '%P\n' | sort >"$work/files"
    [ "$(wc -l <"$work/files")" = 5000 ]
    xargs sha256sum <"$work/files" | awk '{ print $1 }' | sort >"$work/found"
    find "$objects" -type f -printf '%f\n' | sort | cmp - "$work/found"
  )
}

git_lfs=(-c filter.lfs.clean='git-lfs clean -- %f' -c filter.lfs.smudge='git-lfs smudge -- %f'
  -c filter.lfs.process='git-lfs filter-process' -c filter.lfs.required=true)
ours=(-c filter.lfs.process="'$lfsfetch' filter-process" -c filter.lfs.required=true)
floor=(-c filter.lfs.process= -c filter.lfs.smudge=cat -c filter.lfs.clean=cat)

# Each in a folder and with a cache of its own, and nothing is deleted: ext4 makes new files slowly after that.
for run in $(seq $runs); do
  here_now=$work/$run
  mkdir "$here_now"
  clock "git clone, git-lfs" git "${git_lfs[@]}" clone -q "$url" "$here_now/git-lfs"
  verify "$here_now/git-lfs"
  LFSFETCH_CACHE=$here_now/cache clock "git clone, lfsfetch" git "${ours[@]}" clone -q "$url" "$here_now/lfsfetch"
  verify "$here_now/lfsfetch"
  for each in git-lfs lfsfetch; do
    GIT_LFS_SKIP_SMUDGE=1 git "${git_lfs[@]}" clone -q "$url" "$here_now/$each-pull"
  done
  clock "pull, git-lfs" git "${git_lfs[@]}" -C "$here_now/git-lfs-pull" lfs pull
  verify "$here_now/git-lfs-pull"
  LFSFETCH_CACHE=$here_now/cache-pull clock "pull, lfsfetch" sh -c 'cd "$1" && "$2" pull -q' sh "$here_now/lfsfetch-pull" "$lfsfetch"
  verify "$here_now/lfsfetch-pull"
  clock "git clone, pointers only" git "${floor[@]}" clone -q "$url" "$here_now/pointers"
done

median() { sort -n "$work/seconds $1" | sed -n "$(((runs + 1) / 2))p"; }

echo "5,000 LFS files of 16 KiB, seconds (medians of $runs runs):"
echo
echo "|              | git-lfs | lfsfetch | times as fast |"
echo "|--------------|--------:|---------:|--------------:|"
for what in "git clone" pull; do
  awk -v what="$what" -v theirs="$(median "$what, git-lfs")" -v ours="$(median "$what, lfsfetch")" \
    'BEGIN { printf "| %-12s | %7.2f | %8.2f | %13.1f |\n", what, theirs, ours, theirs / ours }'
done
echo
echo "git clone of the pointers alone, the floor: $(median "git clone, pointers only") s"
