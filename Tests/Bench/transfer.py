#!/usr/bin/env python3
"""Compares lfsfetch with git-lfs, aria2, curl and hf_transfer, fetching the same files from the same servers.

The peers are installed by Tests/Setup/install.sh bench. What to know about the figures:

- Client and server share the machine and its processors: a contestant that leaves the processors alone makes the
  server faster, too. Only the links with a cap, or with delay and loss, are like a network. Trust the ratios, which are
  of one run, before the seconds.
- The whole command counts for lfsfetch and git-lfs: git, batch requests, objects, files in place. curl, aria2 and
  hf_transfer get signed URLs before the clock runs. git-lfs is also spared the clone.
- lfsfetch asks for its files to be on the disk before it ends (one sync a run); no other contestant does. What others
  have left to write is written before the next run.
- `lfsfetch get --to`, which is judged, leaves each file twice (cache and folder), as git-lfs does (.git and work tree);
  `lfsfetch get` leaves it in the cache under two names, and the others leave it once.
- Run again, neither lfsfetch nor git-lfs asks the host: lfsfetch remembers where a name's branch pointed until it is told
  to refresh, and git-lfs has a clone. For one file both are a matter of starting a program.
- curl and hf_transfer verify nothing. Every result of everyone is verified by SHA-256 after the clock has stopped; a
  wrong one counts as a failure.
- The servers' files are in memory. Before a run come a sync and a pause of 6 s. Then memory is used and given back,
  because on a virtual machine memory that was long unused is slow at first. Contestants take turns, in another order
  each time.
- ext4 makes new files up to ten times as slowly in the minutes after many were deleted. So results are emptied, and
  deleted only at the end. Give the disk some minutes before the next benchmark.
- Processor time is of the client alone, its children included, user and system; so is peak memory, which is that of its
  largest process.
- The link with delay and loss needs netem in the kernel, and root. Where they are not there, a link of one's own can
  stand in: run this with the servers at its one end, and give by --lossy-through the words to put before a command that
  is to run at its other end, where the servers are to have the same address.
"""

import argparse
import os
import platform
import signal
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

sys.dont_write_bytecode = True

from contestants import Attempt, contestants_for  # noqa: E402
from lossy_link import NoLossyLink, lossy_link  # noqa: E402
from report import Measurement, Results, table_of, table_of_targets  # noqa: E402
from settling import empty, settle  # noqa: E402
from works import LINKS, Servers, all_works, wrong_files  # noqa: E402

HERE = Path(__file__).resolve().parent
LONGEST_RUN = 1800  # seconds
HF_TRANSFER_VERSION = "import importlib.metadata as m; print('hf_transfer', m.version('hf_transfer'))"


def arguments():
    parser = argparse.ArgumentParser(usage="with-servers transfer.py [OPTION]… LFSFETCH")
    parser.add_argument("lfsfetch", type=Path, metavar="LFSFETCH", help="the program, a release build")
    parser.add_argument("--quick", action="store_true", help="small sizes, one run, no pauses: to try the benchmark")
    parser.add_argument("--only", metavar="WORK[/LINK]", action="append", help="large, medium, small, lossy; small/https")
    parser.add_argument("--runs", type=int, metavar="N", help="how often each contestant runs; without it 3")
    parser.add_argument("--lossy-through", metavar="COMMAND", help="what to put before a command for the lossy link")
    return parser.parse_args()


class Failure(Exception):
    """What went wrong in a contestant's run."""


class Bench:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.runs = options.runs or (1 if options.quick else 3)
        self.pause = 0 if options.quick else 6
        self.servers = Servers(os.environ["LFSFETCH_TEST_SERVERS"])
        self.lfsfetch = options.lfsfetch.resolve()
        prepared = [HERE / "../Setup/python-environment.sh", "requirements-bench.txt"]
        self.hf_transfer_python = Path(subprocess.check_output(prepared, text=True).strip(), "bin/python")
        self.environment = self.private_environment()
        self.problems = []

    def private_environment(self):
        """Nothing of what the machine is set to: no proxy, no configuration, and the servers' authority is trusted."""
        home = self.folder / "home"
        home.mkdir()
        (home / ".gitconfig").write_text(
            f"[http]\n  sslCAInfo = {self.servers.ca}\n"
            '[filter "lfs"]\n  clean = git-lfs clean -- %f\n  smudge = git-lfs smudge -- %f\n'
            "  process = git-lfs filter-process\n  required = true\n"
        )
        return {
            "HOME": str(home),
            "PATH": os.environ["PATH"],
            "LC_ALL": "C",
            "TZ": "UTC",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "SSL_CERT_FILE": self.servers.ca,
        }

    def measure(self, work, link, through):
        """All runs of all contestants for one work over one link, taking turns."""
        contestants = contestants_for(work)
        runs = [{} for _ in range(self.runs)]
        for number, run in enumerate(runs):
            turn = number % len(contestants)
            for contestant in contestants[turn:] + contestants[:turn]:
                say(f"{work.title}, {LINKS[link]}, run {number + 1} of {self.runs}: {contestant.name}")
                try:
                    self.run(contestant, work, link, through, run)
                except (Failure, OSError, subprocess.CalledProcessError) as failure:
                    self.problems.append(f"{work.title}, {LINKS[link]}, {contestant.name}: {failure}")
                    say(f"  {failure}")
        return Results(runs)

    def run(self, contestant, work, link, through, into):
        """One run of one contestant, verified, and another with nothing to do if it is wanted."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        attempt = Attempt(
            work, link, folder, self.servers, self.lfsfetch, self.hf_transfer_python, self.environment
        )
        try:
            command = [*through, sys.executable, "-I", "-S", HERE / "resources.py", *contestant.command(attempt)]
            self.servers.warm(work)
            # Two copies of the files, and what hf_transfer holds in memory.
            settle(self.pause, memory=3 * work.count * work.size)
            into_here = {contestant.name: self.timed(command, folder)}
            self.verify(contestant, attempt)
            if contestant.again:
                into_here[contestant.again_name] = self.timed(command, folder)
                self.verify(contestant, attempt)
            into.update(into_here)
        finally:
            empty(folder)

    def timed(self, command, folder):
        complaints = folder / "complaints"
        with open(complaints, "wb") as stderr:
            process = subprocess.Popen(
                [str(word) for word in command],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                start_new_session=True,
            )
            try:
                answer, _ = process.communicate(timeout=LONGEST_RUN)
            except subprocess.TimeoutExpired:
                raise Failure(f"not done after {LONGEST_RUN} s") from None
            finally:
                if process.returncode is None:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
        if process.returncode != 0:
            last = complaints.read_text(errors="replace").strip().splitlines()[-3:]
            raise Failure(f"exit status {process.returncode}: {' / '.join(last)}")
        memory, processor, wall = map(float, answer.split())
        return Measurement(wall, processor, memory)

    def verify(self, contestant, attempt):
        wrong = wrong_files(contestant.files(attempt))
        if wrong:
            raise Failure(f"{len(wrong)} files are missing or have wrong bytes, {wrong[0].name} for one")


def say(message):
    print(message, file=sys.stderr, flush=True)


def first_line(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()[0]


def print_heading(bench):
    versions = [
        first_line(bench.lfsfetch, "--version"),
        first_line("git-lfs", "--version").split(" ")[0],
        first_line("aria2c", "--version"),
        " ".join(first_line("curl", "--version").split(" ")[:2]),
        first_line(bench.hf_transfer_python, "-c", HF_TRANSFER_VERSION),
        first_line("openssl", "version"),
    ]
    print("\n## Transfers\n")
    print(f"{os.cpu_count()} processors, {platform.platform()}; {'; '.join(versions)}.")
    print(f"Medians of {bench.runs} runs; ratios are lfsfetch's figure divided by the row's, in the same run.")
    if bench.options.quick:
        print("**Small sizes and no pauses, to try the benchmark: these figures say nothing.**")
    sys.stdout.flush()


def lossy_words(options):
    """A context that gives the words to put before a command that is to go over the lossy link."""
    return nullcontext(options.lossy_through.split()) if options.lossy_through else lossy_link()


def compare(bench, options):
    wanted = options.only or []
    works = all_works(options.quick)
    results, skipped = {}, []
    for work in works:
        links = [each for each in work.links if not wanted or work.name in wanted or f"{work.name}/{each}" in wanted]
        for link in links:
            if not work.oids:
                bench.servers.publish(work)
            try:
                with lossy_words(options) if link == "lossy" else nullcontext([]) as through:
                    results[work.name, link] = bench.measure(work, link, through)
            except NoLossyLink as reason:
                skipped.append(f"{work.title}, {LINKS[link]}: {reason}")
                continue
            print(f"\n### {work.title}, {LINKS[link]}\n")
            print(table_of(results[work.name, link], contestants_for(work)), flush=True)

    print(f"\n### What was aimed at\n\n{table_of_targets(works, results)}\n")
    for line in skipped:
        print(f"Skipped: {line}")
    for line in bench.problems:
        print(f"Failed: {line}")


def main():
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bench = Bench(options, Path(folder))
        print_heading(bench)
        compare(bench, options)
        return 1 if bench.problems else 0


if __name__ == "__main__":
    sys.exit(main())
