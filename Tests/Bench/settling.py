"""What is done between the runs of the benchmark, outside the clock, so that none depends on the one before."""

import mmap
import os
import time

BLOCK = bytes(1 << 20)


def empty(folder):
    """Gives back the disk's space, but deletes no file: ext4 is slow to make files after many were deleted."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            path.chmod(0o600)
            os.truncate(path, 0)


def settle(pause, memory):
    """Lets the disk come to rest, and then has as many bytes of memory ready as the run may want."""
    os.sync()
    time.sleep(pause)
    have_memory_ready(memory)


def have_memory_ready(size):
    """A virtual machine may hand free memory back to its host after a few seconds. To get it again costs several times
    what writing to it costs, so it would be the largest part of some runs' time, and no part of others'."""
    try:
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except ValueError:  # macOS does not tell
        return
    # Not so much that the servers' files would have to leave memory.
    size = min(size, free * 4 // 5) // len(BLOCK) * len(BLOCK)
    if size == 0:
        return
    with mmap.mmap(-1, size) as memory:
        for start in range(0, size, len(BLOCK)):
            memory[start : start + len(BLOCK)] = BLOCK
