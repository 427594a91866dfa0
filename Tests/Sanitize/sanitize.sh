#!/usr/bin/env bash
# usage: sanitize.sh [address|thread]… [-- TEST-OPTION…]
#
# Runs the tests, and the program that they start, under AddressSanitizer (with its leak check, in the tests
# themselves) and ThreadSanitizer, or under one of them. Fails when a test fails or a sanitizer finds something; the
# findings are printed at the end, and everything is in .build/sanitize/NAME.log. The options are those of `swift test`,
# such as `--filter`.
set -uo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.." || exit
swift=${SWIFT:-swift}
state=$PWD/.build/sanitize
mkdir -p "$state"
width=$(($(getconf _NPROCESSORS_ONLN) + 1))

sanitizers=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do sanitizers+=("$1") && shift; done
[ $# = 0 ] || shift
[ ${#sanitizers[@]} -gt 0 ] || sanitizers=(address thread)

# The tests run the program with an empty PATH, where the sanitizers look for this.
symbolizer=$(PATH=$(dirname "$(readlink -f "$(command -v "$swift")")"):$PATH command -v llvm-symbolizer)
# Each process writes what is found into a file of its own: some of the tests compare what the program prints.
export ASAN_OPTIONS=external_symbolizer_path=$symbolizer:log_path=$state/address.finding:exitcode=99
export LSAN_OPTIONS=suppressions=$here/leaks.supp:print_suppressions=0:log_path=$state/address.finding:exitcode=99
export TSAN_OPTIONS=external_symbolizer_path=$symbolizer:log_path=$state/thread.finding:atexit_sleep_ms=0

failed=0
for sanitizer in "${sanitizers[@]}"; do
  rm -f "$state/$sanitizer".finding.*
  build=(--sanitize="$sanitizer" --scratch-path "$state/$sanitizer")
  if [ "$sanitizer" = thread ] && [ "$(uname)" = Linux ]; then
    # The toolchain's clang: the calling convention of Swift is not known to others.
    "$(dirname "$symbolizer")/clang" -O1 -c "$here/mutex.c" -o "$state/mutex.o" || exit
    build+=(-Xlinker "$state/mutex.o")
  fi
  echo "sanitize: $sanitizer"
  Tests/Setup/in-memory Tests/Servers/with-servers "$swift" test --disable-xctest "${build[@]}" \
    --experimental-maximum-parallelization-width "$width" "$@" >"$state/$sanitizer.log" 2>&1 || failed=1
  grep -E '✘|: error: ' "$state/$sanitizer.log" | head -n 20
  grep 'Test run with' "$state/$sanitizer.log" | tail -n 1 || { tail -n 20 "$state/$sanitizer.log" && failed=1; }
  for finding in "$state/$sanitizer".finding.*; do
    [ -e "$finding" ] || continue
    failed=1
    head -n 60 "$finding"
  done
done
exit $failed
