# Sourced by seed.sh: demo/kitchen, one of everything that a fetch may meet.
#
#   main            the tip; `broken` branches off it, with what cannot be fetched
#   feature/other   a branch off the second commit, which no ref names
#   v1              a lightweight tag of the first commit; v2 an annotated tag of the third; v2-again a tag of that tag

start_repository demo/kitchen main

track_with_lfs '*.bin' >.gitattributes
echo "# Kitchen" >README.md
mkdir weights
random_bytes 300000 first >weights/model.bin
commit_all "First weights"
git tag v1

random_bytes 300000 second >weights/model.bin
commit_all "Second weights"

git switch --quiet --create feature/other
random_bytes 70000 other >weights/other.bin
commit_all "Try other weights"
git switch --quiet main

random_bytes $((3 << 20)) third >weights/model.bin
commit_all "Third weights"
advance_clock
git tag --annotate --message "Version 2" v2
advance_clock
git tag --annotate --message "Version 2, again" v2-again v2

: >weights/empty.bin
printf x >weights/one-byte.bin
random_bytes 50000 twice | tee weights/copy-a.bin >weights/copy-b.bin
random_bytes 1000 spaces >'weights/with space.bin'
random_bytes 1001 umlaut >'weights/größe.bin'
random_bytes 1002 reserved >'weights/100% #1.bin'
random_bytes 1003 percent >'weights/%41.bin'
random_bytes 1004 executable >weights/tool.bin
chmod 755 weights/tool.bin
mkdir -p nested/a/b/c
random_bytes 2000 deep >nested/a/b/c/deep.bin

# More than one batch request holds.
mkdir shards
for number in $(seq -f %03g 0 119); do random_bytes 500 "shard $number" >"shards/part-$number.bin"; done

mkdir scripts texts small dos
printf '#!/bin/sh\necho kitchen\n' >scripts/run.sh
chmod 755 scripts/run.sh
ln -s weights/model.bin current.bin
ln -s ../README.md scripts/README
text_bytes 1023 >texts/1023.txt
text_bytes 1024 >texts/1024.txt
text_bytes 3000 >texts/3000.txt
: >texts/empty.txt
for number in $(seq -f %03g 0 299); do echo "small file $number" >"small/$number.txt"; done

# Too large for the first request's filter, but needed to write the file beside it correctly.
{
  awk 'BEGIN { for (i = 0; i < 20; i++) print "# This comment makes the file longer than a pointer can be." }'
  echo '*.crlf text eol=crlf'
} >dos/.gitattributes
printf 'one\ntwo\nthree\n' >dos/lines.crlf
commit_all "One of everything"

# Written as blobs, past the filter, which would make proper pointers of them.
add_blob() {
  git update-index --add --cacheinfo "100644,$(git hash-object -w --stdin --no-filters),$1"
}
pointer_version='version https://git-lfs.github.com/spec/v1'
git switch --quiet --create broken
printf '%s\noid sha256:not-an-object-id\nsize 12\n' "$pointer_version" | add_blob broken/malformed.bin
printf '%s\noid sha256:%064d\nsize 12\n' "$pointer_version" 0 | add_blob broken/missing.bin
commit_index "Pointers that lead nowhere"

publish
