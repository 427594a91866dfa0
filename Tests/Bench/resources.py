"""Runs the command in its arguments and prints its peak memory in MiB, its processor and its wall time in seconds.

Processor time and peak memory include the command's own children; the peak is that of the largest process, not a sum.
This is a process of its own, forks, and imports little: Linux starts a process's peak with that of the process it was
forked from, which nobody should be charged for.
"""

import os
import sys
import time

start = time.monotonic()
child = os.fork()
if child == 0:
    try:
        # The command's answer is not wanted; its complaints are.
        os.dup2(os.open(os.devnull, os.O_RDWR), 1)
        os.execvp(sys.argv[1], sys.argv[1:])
    except OSError as error:
        os.write(2, f"{sys.argv[1]}: {error.strerror}\n".encode())
        os._exit(127)
_, status, used = os.wait4(child, 0)
wall = time.monotonic() - start
if status != 0:
    sys.exit(max(os.waitstatus_to_exitcode(status), 1))

units_per_mib = 1 << 20 if sys.platform == "darwin" else 1 << 10
print(f"{used.ru_maxrss / units_per_mib:.1f} {used.ru_utime + used.ru_stime:.3f} {wall:.3f}")
