#!/usr/bin/env bash
# usage: python-environment.sh [REQUIREMENTS]
#
# Prints the folder of the Python environment that belongs to that file as it is now: requirements.txt (the default) or
# requirements-bench.txt.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
hash=$(openssl dgst -sha256 -r "$here/${1:-requirements.txt}" | cut -c1-12)
echo "$root/.build/venv/$hash"
