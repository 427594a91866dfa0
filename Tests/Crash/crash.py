#!/usr/bin/env python3
"""usage: with-servers crash.py LFSFETCH

Kills `lfsfetch get` with SIGKILL at random moments, again and again: during one large download, during one of many
small objects, and while files are put into a folder of the user's. After each kill it checks that nothing has a final
name that is not the right bytes; at the end, that all bytes are right, that nothing is left over, and that little was
fetched twice. KILLS is how often in the large download, 200 by default, and half as often in each other part. SEED
chooses the moments.
"""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "Bench"))
from slow_host import SPEED, SlowHost  # noqa: E402
from works import KIB, MIB, Servers, Work, sha256_of  # noqa: E402

CONNECTIONS = 4
# What the journal need not be told of yet, at most; see PartialObject.advance.
JOURNAL_STEP = 1 * MIB
# The large object comes over slow connections, and the journal is told every quarter of a second. So a connection may
# lose what comes in that time, a write buffer of 256 KiB, half of both on average, and what the kernel holds. A run
# lasts long enough to fetch more than that, so that a journal that keeps nothing shows.
LOST_OF_SLOW = CONNECTIONS * (SPEED // 8 + (128 + 128) * KIB)
LONGEST_RUN = 1.5


class Crash:
    """A cache and a home of its own, in which lfsfetch is killed."""

    def __init__(self, program, servers, folder):
        self.program, self.servers, self.cache = program, servers, folder / "cache"
        home = folder / "home"
        home.mkdir()
        self.environment = {"HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C", "PATH": "/nowhere"}
        self.proven = {}  # final names seen before, by path: what tells that it is still the same file

    def start(self, *arguments):
        command = [self.program, "get", "--quiet", "--cache", self.cache, "--connections", str(CONNECTIONS)]
        return subprocess.Popen(
            [*command, *arguments], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def finish(self, *arguments):
        """Runs it to its end; what it printed."""
        output, errors = (run := self.start(*arguments)).communicate()
        if run.returncode != 0:
            fail(f"lfsfetch ended with {run.returncode}: {errors}")
        return output.strip()

    def kill(self, after, *arguments):
        """Kills it after so many seconds; False when it had ended by then."""
        run = self.start(*arguments)
        try:
            _, errors = run.communicate(timeout=after)
        except subprocess.TimeoutExpired:
            run.send_signal(signal.SIGKILL)
            run.communicate()
            return True
        if run.returncode != 0:
            fail(f"lfsfetch ended with {run.returncode}: {errors}")
        return False

    def check_objects(self):
        """Whatever has an object's name has its bytes. Files that have not changed are not hashed again."""
        for path in files_in(self.cache / "objects"):
            if not path.name.endswith(".tmp"):
                self.check(path, path.parent.name + path.name)

    def check(self, path, oid):
        status = path.stat()
        state = (status.st_ino, status.st_mtime_ns, status.st_size)
        if self.proven.get(path) == state:
            return
        if sha256_of(path) != oid:
            fail(f"{path} is visible with wrong bytes, {status.st_size} of them")
        self.proven[path] = state

    def check_nothing_left(self):
        """A run that ended well leaves nothing unfinished, of itself or of the killed ones."""
        left = [path for path in files_in(self.cache) if path.name.endswith(".tmp")]
        left += [path for path in files_in(self.cache / "partial") if path.name != "locks"]
        if left:
            fail(f"left over in the cache: {', '.join(map(str, left[:5]))}, {len(left)} in all")


def files_in(folder):
    return [Path(parent, name) for parent, _, names in os.walk(folder) for name in names]


def fail(message):
    sys.exit(f"crash test: {message}")


def traffic(servers, work):
    """Bytes of the work's objects that the servers have sent, as their log has it, and the largest range that was asked
    for at once."""
    urllib.request.urlopen(servers.settings["http"] + "/ready").close()  # once it is logged, so is all before it
    oids, total, largest = set(work.oids.values()), 0, 0
    with open(servers.settings["log"]) as log:
        for line in log:
            fields = line.split(" ")
            if fields[2] == "GET" and fields[3].split("?")[0].rsplit("/", 1)[-1] in oids:
                total += int(fields[7])
                if asked := re.fullmatch(r"bytes=(\d+)-(\d+)", fields[5]):
                    largest = max(largest, int(asked[2]) - int(asked[1]) + 1)
    return total, largest or work.size


def report(title, kills, size, sent, largest, bound):
    """Fails when more came twice than a kill may cost: what is under way, and what the journal is not told of yet;
    and no more than `bound`, where what a connection can have under way is known more closely."""
    wasted = (sent - size) // max(kills, 1)
    promised = CONNECTIONS * (largest + JOURNAL_STEP)
    print(
        f"{title}: {kills} kills, {sent / MIB:.1f} MiB sent for {size / MIB:.1f} MiB; twice came {wasted // KIB} KiB a "
        f"kill. {CONNECTIONS} connections may lose {bound // KIB} KiB; {CONNECTIONS} requests, the largest of "
        f"{largest // KIB} KiB, and as many steps of the journal are {promised // KIB} KiB", flush=True)
    if wasted >= min(bound, promised):
        fail(f"{wasted // KIB} KiB a kill are fetched again, more than what was under way")
    return wasted


def crash_large_download(crash, kills, moments):
    """One object from a mirror over slow connections; then the rest of it from its repository, which is not slow."""
    work = Work("crash-large", 1, kills * 10 * MIB, ())
    crash.servers.publish(work)
    ((name, oid),) = work.oids.items()
    host = SlowHost(crash.servers.objects(work) / oid)
    url = crash.servers.url(work, "http")
    # An LFS server that does not have it, and the mirror.
    entry = {
        "source": url.replace(work.name, "crash-none"), "branch": "main", "files": [name], "main": name,
        "objects": {name: {"sha256": oid, "size": work.size, "mirrors": [host.url]}},
    }
    registry = crash.cache.parent / "models.json"
    registry.write_text(json.dumps({"models": {"model": entry}}))
    for number in range(kills):
        if not crash.kill(moments.uniform(0.02, LONGEST_RUN), "model", "--registry", registry):
            fail(f"the download was over after {number} kills")
        crash.check_objects()
        if snapshots := files_in(crash.cache / "snapshots"):
            fail(f"{snapshots[0]} is visible before its object is whole")
    path = crash.finish(url)
    if sha256_of(Path(path, name)) != oid:
        fail("the download has wrong bytes in the end")
    crash.check_objects()
    crash.check_nothing_left()
    host.shutdown()
    rest, largest = traffic(crash.servers, work)
    print(f"one large object: the killed runs were sent {host.sent / MIB:.1f} MiB, the last one {rest / MIB:.1f} MiB")
    wasted = report(
        "one large object", kills, work.size, host.sent + rest, max(host.largest, largest), LOST_OF_SLOW)
    return f"{kills} kills in one large download, {wasted // KIB} KiB fetched again by each"


def crash_small_downloads(crash, kills, moments):
    """300 objects; what is under way of each connection is lost, and no more. Done, it begins again."""
    work = Work("crash-small", 300, 100 * KIB, ())
    crash.servers.publish(work)
    url = crash.servers.url(work, "http")
    killed, rounds = 0, 0
    while True:
        if crash.kill(moments.uniform(0.01, 0.3) if killed < kills else 60, url):
            killed += 1
            crash.check_objects()
            check_files(crash, crash.cache / "snapshots", work)
        else:
            rounds += 1
            check_files(crash, Path(crash.finish(url)), work, are_complete=True)
            crash.check_nothing_left()
            if killed >= kills:
                break
            shutil.rmtree(crash.cache)
            crash.proven = {}
    wasted = report(
        f"300 small objects, {rounds} times", killed, rounds * work.count * work.size, *traffic(crash.servers, work),
        2 * CONNECTIONS * work.size)
    return f"{killed} among small ones, {wasted // KIB} KiB by each"


def crash_putting_in_place(crash, kills, moments):
    """`--to`, everything being in the cache: a few large files and many small ones into an empty folder."""
    works = [Work("crash-files", 200, 20 * KIB, ()), Work("crash-big-files", 4, 32 * MIB, ())]
    for work in works:
        crash.servers.publish(work)
    pairs = [(work, crash.cache.parent / work.name) for work in works]
    killed = 0
    for work, folder in pairs:
        crash.finish(crash.servers.url(work, "http"))
        start = time.monotonic()
        arguments = [crash.servers.url(work, "http"), "--to", folder]
        crash.finish(*arguments)
        takes = time.monotonic() - start
        shutil.rmtree(folder)
        killed_here = 0
        while killed_here < kills // 2:
            if crash.kill(moments.uniform(0, takes), *arguments):
                killed_here += 1
            else:
                shutil.rmtree(folder, ignore_errors=True)
            check_files(crash, folder, work)
        crash.finish(*arguments)
        check_files(crash, folder, work, are_complete=True)
        if left := [path for path in files_in(folder) if path.name.endswith(".tmp")]:
            fail(f"left over in the user's folder: {left[0]}, {len(left)} in all")
        crash.check_nothing_left()
        killed += killed_here
    return f"{killed} while files were put in place"


def check_files(crash, folder, work, are_complete=False):
    """Each file of the work below the folder has the right bytes, wherever it is."""
    found = [path for path in files_in(folder) if path.name in work.oids]
    for path in found:
        crash.check(path, work.oids[path.name])
    if are_complete and len(found) != work.count:
        fail(f"{len(found)} of {work.count} files are in {folder}")


def main():
    program = Path(sys.argv[1]).resolve()
    kills = int(os.environ.get("KILLS", "200"))
    seed = int(os.environ.get("SEED", random.randrange(1 << 32)))
    print(f"seed {seed}", flush=True)
    moments = random.Random(seed)
    servers = Servers(os.environ["LFSFETCH_TEST_SERVERS"])
    told = []
    for part, count in [
        (crash_large_download, kills),
        (crash_small_downloads, kills // 2),
        (crash_putting_in_place, kills // 2),
    ]:
        with tempfile.TemporaryDirectory() as folder:
            told.append(part(Crash(program, servers, Path(folder)), max(count, 2), moments))
    print(f"crash: {'; '.join(told)}: all bytes are right, and nothing is left over")


main()
