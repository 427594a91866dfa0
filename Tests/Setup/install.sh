#!/usr/bin/env bash
# usage: install.sh [build|test|bench]
#
# Installs what is missing to build lfsfetch (`build`, the default), to test it too (`test`), or to compare it with
# others as well (`bench`). Run again, it finds everything there and is done at once, without asking a package manager
# or the network.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
purpose=${1:-build}

say() { echo "set-up: $*" >&2; }

fail() { say "$*"; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

has_program() { command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ]; }

has_library() { pkg-config --exists "$1" 2>/dev/null; }

# Homebrew keeps curl and OpenSSL out of pkg-config's way, because macOS has its own; SwiftPM knows where, so must we.
if command -v brew >/dev/null && [ "$(uname)" = Darwin ]; then
  for keg in curl openssl@3; do
    PKG_CONFIG_PATH="$(brew --prefix)/opt/$keg/lib/pkgconfig:${PKG_CONFIG_PATH:-}"
  done
  export PKG_CONFIG_PATH
fi

# Prints the packages (apt's and brew's name: "-" for none) of what is missing.
missing_packages() {
  local column=$1
  missing() { local name=${!column}; [ "$name" = - ] || echo "$name"; }

  has_program pkg-config || missing pkg-config pkgconf
  has_library libgit2 || missing libgit2-dev libgit2
  has_library libcurl || missing libcurl4-openssl-dev curl
  has_library libcrypto || missing libssl-dev openssl@3
  has_program make || missing make make
  has_program gcc || has_program clang || missing gcc -
  [ "$purpose" != build ] || return 0

  has_program nginx || missing nginx-light nginx
  has_program fcgiwrap || missing fcgiwrap fcgiwrap
  has_program tinyproxy || missing tinyproxy-bin tinyproxy
  has_program sshd || missing openssh-server -
  has_program ssh || missing openssh-client -
  has_program git || missing git git
  has_program git-lfs || missing git-lfs git-lfs
  has_program curl || missing curl curl
  has_program jq || missing jq jq
  has_program openssl || missing openssl openssl@3
  has_program lowntfs-3g || missing ntfs-3g -
  has_program mkfs.btrfs || missing btrfs-progs -
  has_program filefrag || missing e2fsprogs -
  has_program strace || missing strace -
  python3 -c 'import ensurepip, venv' 2>/dev/null || missing python3-venv python3
  [ "$purpose" = bench ] || return 0

  has_program aria2c || missing aria2 aria2
}

install_with_apt() {
  say "installing $*"
  # Package lists may be absent (a fresh container) or stale; only then is the slow update worth it.
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 && return
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

install_packages() {
  local packages
  if command -v apt-get >/dev/null; then
    packages=$(missing_packages 1)
    # shellcheck disable=SC2086  # one word a package
    [ -z "$packages" ] || install_with_apt $packages
  elif command -v brew >/dev/null; then
    packages=$(missing_packages 2)
    # shellcheck disable=SC2086
    [ -z "$packages" ] || brew install --quiet $packages
  else
    packages=$(missing_packages 1)
    [ -z "$packages" ] || fail "neither apt-get nor brew is here; install these by hand: ${packages//$'\n'/ }"
  fi
}

# install_python_environment REQUIREMENTS WHAT: each has a Python environment of its own. Its folder is named after the
# requirements' hash, so that a change of them makes a new one; it appears under its name only when complete.
install_python_environment() {
  local requirements=$1 environment unfinished
  environment=$("$here/python-environment.sh" "$requirements")
  [ -x "$environment/bin/python" ] && return
  say "installing $2"
  unfinished=$environment.unfinished.$$
  mkdir -p "$(dirname "$environment")"
  python3 -m venv "$unfinished"
  "$unfinished/bin/python" -m pip install -q --disable-pip-version-check --only-binary :all: -r "$here/$requirements"
  mv "$unfinished" "$environment" 2>/dev/null || rm -rf "$unfinished"
}

case $purpose in
  build | test | bench) ;;
  *) fail "usage: install.sh [build|test|bench]" ;;
esac
command -v swift >/dev/null || fail "the Swift toolchain is missing: https://www.swift.org/install"
cd "$root"
install_packages
[ "$purpose" = build ] || install_python_environment requirements.txt "the LFS server for the tests"
[ "$purpose" != bench ] || install_python_environment requirements-bench.txt "hf_transfer for the benchmark"
