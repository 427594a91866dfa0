# Sourced by the benchmarks: the servers' settings, and what the access log tells.

: "${LFSFETCH_TEST_SERVERS:?run this by Tests/Servers/with-servers, or by make bench}"
# shellcheck source=/dev/null
. "$(dirname "$LFSFETCH_TEST_SERVERS")/env"
# shellcheck source=../Servers/lib/environment.sh
. "$here/../Servers/lib/environment.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME=$work/home
mkdir "$HOME"
printf '[http]\n  sslCAInfo = %s\n' "$CA" >"$HOME/.gitconfig"

log_lines() {
  curl -sf -o /dev/null "$HTTP/ready" # once this is logged, so is every earlier answer
  wc -l <"$LOG"
}

# bytes_sent FIRST_LINE URI_PATTERN: by the servers since that line, headers included.
bytes_sent() {
  tail -n "+$(($1 + 1))" "$LOG" | awk -v pattern="$2" '$4 ~ pattern { sum += $7 } END { print sum + 0 }'
}

# requests FIRST_LINE URI_PATTERN
requests() {
  tail -n "+$(($1 + 1))" "$LOG" | awk -v pattern="$2" '$4 ~ pattern { count++ } END { print count + 0 }'
}

git_uri='/info/refs|/git-upload-pack$'
lfs_uri='/objects/'
