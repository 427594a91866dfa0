# Sourced by seed.sh: demo/large-history, thousands of commits and files around one model of 1 MiB.

start_repository demo/large-history main
random_bytes $((1 << 20)) one.bin >"$work/one.bin"
git lfs clean <"$work/one.bin" >"$work/pointer"
python3 "$samples/large_history.py" "$work/pointer" | git fast-import --quiet
git push --quiet --mirror origin
git lfs push --object-id origin "$(openssl dgst -sha256 -r <"$work/one.bin" | cut -c1-64)" >/dev/null
