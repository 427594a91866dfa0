# Sourced by seed.sh: the verbs with which the sample repositories are written. They make the same commits every time.

write_client_configuration() {
  export HOME=$work/home
  mkdir "$HOME"
  cat >"$HOME/.gitconfig" <<'CONFIG'
[user]
  name = Sample Author
  email = author@example.com
[filter "lfs"]
  clean = git-lfs clean -- %f
  smudge = git-lfs smudge -- %f
  process = git-lfs filter-process
  required = true
[lfs]
  allowincompletepush = true
  locksverify = false
[core]
  safecrlf = false
  hooksPath = /dev/null
[gc]
  auto = 0
[advice]
  nestedTag = false
CONFIG
}

# start_repository ORGANISATION/NAME BRANCH [OBJECT_FORMAT]: an empty one on the server, and one to work in, entered.
start_repository() {
  local name=$1 branch=$2 format=${3:-sha1}
  local options=(--quiet --template= --object-format="$format" --initial-branch="$branch")
  git init --bare "${options[@]}" "$REPOSITORIES/$name.git"
  git init "${options[@]}" "$work/$name"
  cd "$work/$name" || return
  mkdir -p .git/info
  git remote add origin "$HTTP/git/$name.git"
  commit_time=1700000000
}

# Sets the dates of the next commit or tag, an hour after the last.
advance_clock() {
  commit_time=$((commit_time + 3600))
  export GIT_AUTHOR_DATE="$commit_time +0000" GIT_COMMITTER_DATE="$commit_time +0000"
}

commit_index() {
  advance_clock
  git commit --quiet --message "$1"
}

commit_all() {
  git add --all
  commit_index "$1"
}

publish() {
  git push --quiet --mirror origin
  git lfs push --all origin >/dev/null
}

# random_bytes COUNT NAME: the same bytes for the same name.
random_bytes() {
  local key
  key=$(printf %s "$2" | openssl dgst -sha256 -r | cut -c1-32)
  head -c "$1" /dev/zero | openssl enc -aes-128-ctr -nosalt -K "$key" -iv 00000000000000000000000000000000
}

# text_bytes COUNT: lines of text.
text_bytes() {
  awk -v count="$1" 'BEGIN {
    while (length(text) < count) text = text "line " ++line " of a text file that has no other purpose\n"
    printf "%s", substr(text, 1, count - 1) "\n"
  }'
}

track_with_lfs() {
  local pattern
  for pattern in "$@"; do echo "$pattern filter=lfs diff=lfs merge=lfs -text"; done
}
