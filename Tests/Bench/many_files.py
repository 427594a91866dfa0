#!/usr/bin/env python3
"""usage: many_files.py OBJECTS FILES LFS_FILES LFS_BYTES

Prints, for git fast-import, one commit of FILES files in folders of 100, LFS_FILES of them pointers to objects that have
LFS_BYTES together. The objects are put into the folder OBJECTS, named by their SHA-256. The other files are text.
"""

import hashlib
import os
import random
import sys


def main():
    objects, files, lfs_files, lfs_bytes = sys.argv[1], *map(int, sys.argv[2:])
    source = random.Random(1)
    out = sys.stdout.buffer
    out.write(b"commit refs/heads/main\ncommitter A <a@example.com> 1700000000 +0000\ndata 4\nMany\n")

    def put(path, content):
        out.write(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(content), content))

    put(".gitattributes", b"*.bin filter=lfs diff=lfs merge=lfs -text\n")
    words = [bytes(source.choices(b"abcdefghijklmnopqrstuvwxyz", k=source.randint(2, 9))) for _ in range(5000)]
    size = lfs_bytes // lfs_files
    every = files // lfs_files
    for number in range(files):
        folder = f"part-{number // 100:03}"
        if number % every == 0 and number // every < lfs_files:
            content = source.randbytes(size)
            name = hashlib.sha256(content).hexdigest()
            with open(os.path.join(objects, name), "wb") as file:
                file.write(content)
            pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{name}\nsize {size}\n"
            put(f"{folder}/weights-{number:05}.bin", pointer.encode())
        else:
            put(f"{folder}/notes-{number:05}.txt", b" ".join(source.choices(words, k=source.randint(10, 1500))) + b"\n")


main()
