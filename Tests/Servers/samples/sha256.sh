# Sourced by seed.sh: demo/sha256, whose object ids are SHA-256.

start_repository demo/sha256 main sha256
echo "# Object format SHA-256" >README.md
commit_all "First"
git push --quiet --mirror origin
