#!/usr/bin/env bash
# Prints the folder of the Python environment that belongs to requirements.txt as it is now.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
hash=$(openssl dgst -sha256 -r "$here/requirements.txt" | cut -c1-12)
echo "$root/.build/venv/$hash"
