"""Prints a git fast-import stream: a project of 4,000 source files that grew in 3,000 commits, and models/one.bin.

The argument is the file that holds the model's pointer. The stream is the same every time.
"""

import random
import sys

FILES = 4000
COMMITS = 3000

out = sys.stdout.buffer
chance = random.Random(1)
vocabulary = [f"{chance.choice('bcdfgklmnprstvz')}{chance.choice('aeiou')}{number:x}" for number in range(2000)]


def source_text():
    """Text that compresses about as well as sources do, 300 bytes to 12 KiB of it."""
    lines = chance.randint(8, 300)
    return "".join(
        "  " * chance.randint(0, 3) + " ".join(chance.choices(vocabulary, k=6)) + "\n" for _ in range(lines)
    ).encode()


def write_file(path, content):
    out.write(f"M 100644 inline {path}\ndata {len(content)}\n".encode() + content + b"\n")


def path(number):
    return f"src/part{number % 40:02}/module{number // 400}/file{number:04}.txt"


pointer = open(sys.argv[1], "rb").read()
for commit in range(COMMITS):
    message = f"Change {commit}\n".encode()
    out.write(b"commit refs/heads/main\n")
    out.write(f"committer Sample Author <author@example.com> {1600000000 + commit * 600} +0000\n".encode())
    out.write(f"data {len(message)}\n".encode() + message)
    if commit == 0:
        write_file(".gitattributes", b"*.bin filter=lfs diff=lfs merge=lfs -text\n")
        write_file("models/one.bin", pointer)
        for number in range(FILES):
            write_file(path(number), source_text())
    else:
        write_file(path(chance.randrange(FILES)), source_text())
