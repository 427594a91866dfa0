"""Runs the command in its arguments and prints its peak memory in MiB, its processor and its wall time in seconds."""

import resource
import subprocess
import sys
import time

start = time.monotonic()
status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
wall = time.monotonic() - start
if status != 0:
    sys.exit(status)

used = resource.getrusage(resource.RUSAGE_CHILDREN)
units_per_mib = 1 << 20 if sys.platform == "darwin" else 1 << 10
print(f"{used.ru_maxrss / units_per_mib:.1f} {used.ru_utime + used.ru_stime:.2f} {wall:.2f}")
