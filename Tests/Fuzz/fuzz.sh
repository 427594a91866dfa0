#!/usr/bin/env bash
# usage: fuzz.sh [TARGET…]
#
# Builds the fuzz targets and feeds each (by default all) for FUZZ_SECONDS seconds (60), beginning with its corpus;
# with FUZZ_SEED the inputs are the same each time, without it (0) others.
# As many run at once as there are processors. Fails when there is a finding, whose input it leaves in
# .build/fuzz/TARGET; to see it again: `.build/fuzz/build/release/Fuzz TARGET FILE`. What libFuzzer learns stays in
# .build/fuzz/TARGET/corpus, for the next run to begin with; an input that should never be lost is put into
# Tests/Fuzz/Corpus/TARGET by hand.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
seconds=${FUZZ_SECONDS:-60}
seed=${FUZZ_SEED:-0}
state=$PWD/.build/fuzz
program=$state/build/release/Fuzz

# Optimised, since a fuzzer lives on speed, and with the internal names that the targets look at.
LFSFETCH_FUZZ=1 "${SWIFT:-swift}" build -c release --product Fuzz --scratch-path "$state/build" --quiet \
  -Xswiftc -enable-testing -Xswiftc -sanitize=fuzzer,address -Xswiftc -use-ld=lld

# The runtime's metadata and libcurl's tables are reachable until the end, and no leaks.
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=0}
# Swift's own report of a crash gets in the way of libFuzzer's, which saves the input.
export SWIFT_BACKTRACE=enable=no

fuzz() {
  local target=$1 folder=$state/$1
  mkdir -p "$folder/corpus"
  if ! "$program" "$target" -max_total_time="$seconds" -seed="$seed" -timeout=10 -rss_limit_mb=2048 -max_len=4096 \
    -artifact_prefix="$folder/" -print_final_stats=1 "$folder/corpus" "$here/Corpus/$target" >"$folder/log" 2>&1; then
    echo "fuzz: $target: a finding; $folder/log ends with" >&2
    tail -n 40 "$folder/log" >&2
    return 1
  fi
  awk -v target="$target" '
    /cov: / { for (i = 1; i < NF; i++) if ($i == "cov:") edges = $(i + 1) }
    /^stat::number_of_executed_units:/ { inputs = $2 }
    END { printf "fuzz: %-15s %10d inputs, %6d edges\n", target, inputs, edges }' "$folder/log"
}
export -f fuzz
export here state program seconds seed

# Of each target that had no finding a line, of which the last line of all is the sum.
status=0
{ if [ $# = 0 ]; then "$program"; else printf '%s\n' "$@"; fi; } >"$state/targets"
xargs -P "$(getconf _NPROCESSORS_ONLN)" -I {} bash -euo pipefail -c 'fuzz {}' <"$state/targets" |
  tee "$state/results" || status=1
awk -v targets="$(wc -l <"$state/targets")" -v seconds="$seconds" '
  { inputs += $3 }
  END {
    what = NR < targets ? targets - NR " of " targets " targets with a FINDING" : targets " targets without a finding"
    printf "fuzz: %s: %d seconds each, %d inputs in all\n", what, seconds, inputs
  }' "$state/results"
exit $status
