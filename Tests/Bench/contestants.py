"""Who takes part in the benchmark: for each a function that prepares a run, outside the clock, and returns the command.

They are set up to do well. aria2 does not write zeros first, curl and aria2 have the signed URLs before the clock runs,
and hf_transfer is called as huggingface_hub calls it. What each of them does with the bytes is in `does`.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from works import Servers, Work


@dataclass
class Attempt:
    """One run of one contestant, in a fresh folder of its own."""

    work: Work
    link: str
    folder: Path
    servers: Servers
    lfsfetch: Path
    hf_transfer_python: Path
    environment: dict

    @property
    def results(self):
        return self.folder / "results"

    def results_by_name(self):
        return {self.results / name: oid for name, oid in self.work.oids.items()}

    def run(self, *command):
        """Runs a step of the preparation, or a question afterwards; returns what it prints."""
        environment = {**self.environment, "GIT_LFS_SKIP_SMUDGE": "1"}
        done = subprocess.run(command, env=environment, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        return done.stdout.decode().rstrip("\n")


@dataclass
class Contestant:
    name: str
    does: str
    command: Callable  # of an Attempt
    files: Callable = Attempt.results_by_name  # what must have come out of it: path and SHA-256
    again: bool = False  # whether it is run a second time, with nothing left to do
    works: tuple = ("large", "medium", "small", "lossy")

    @property
    def again_name(self):
        return f"{self.name}, again"


def get(attempt, *options):
    """By a name, as users do. The name is of a branch, so that the first run asks where it points."""
    registry = attempt.folder / "registry.json"
    source = attempt.servers.url(attempt.work, attempt.link)
    registry.write_text(json.dumps({"models": {"bench": {"source": source, "files": ["*.bin"]}}}))
    files = ["--registry", registry, "--cache", attempt.folder / "cache"]
    return [attempt.lfsfetch, "get", "bench", *files, "--quiet", *options]


def get_to(attempt):
    return get(attempt, "--to", attempt.results)


def snapshot(attempt):
    """Where the files are that are left in the cache."""
    command = get(attempt)
    printed = Path(attempt.run(*(word if word != "get" else "path" for word in command if word != "--quiet")))
    return {printed / name: oid for name, oid in attempt.work.oids.items()}


def git_lfs(transfers):
    def command(attempt):
        attempt.run("git", "clone", "--quiet", attempt.servers.url(attempt.work, attempt.link), attempt.results)
        return ["git", "-C", attempt.results, "-c", f"lfs.concurrentTransfers={transfers}", "lfs", "pull"]

    return command


def aria2(attempt):
    attempt.results.mkdir()
    lines = []
    for name, url in attempt.servers.signed_urls(attempt.work, attempt.link).items():
        lines += [url, f"  out={name}", f"  checksum=sha-256={attempt.work.oids[name]}"]
    source = attempt.folder / "aria2-input"
    source.write_text("\n".join(lines) + "\n")
    allocation = "falloc" if sys.platform == "linux" else "none"
    return [
        *("aria2c", "--no-conf", "--quiet", f"--ca-certificate={attempt.servers.ca}", f"--input-file={source}"),
        *("-x16", "-s16", "-k1M", "-j16", f"--file-allocation={allocation}", f"--dir={attempt.results}"),
    ]


def curl(attempt):
    attempt.results.mkdir()
    lines = []
    for name, url in attempt.servers.signed_urls(attempt.work, attempt.link).items():
        lines += [f'url = "{url}"', f'output = "{attempt.results / name}"']
    source = attempt.folder / "curl-config"
    source.write_text("\n".join(lines) + "\n")
    # Without --parallel-max: curl's own choice is 50 at once.
    return ["curl", "-q", "-Z", "-sSf", "--cacert", attempt.servers.ca, "-K", source]


def hf_transfer(attempt):
    attempt.results.mkdir()
    ((name, url),) = attempt.servers.signed_urls(attempt.work, attempt.link).items()
    program = (
        "import sys, hf_transfer\n"
        "hf_transfer.download(url=sys.argv[1], filename=sys.argv[2], max_files=100, chunk_size=10 << 20,"
        " parallel_failures=3, max_retries=5)"
    )
    return [attempt.hf_transfer_python, "-c", program, url, attempt.results / name]


def openssl(attempt):
    return ["sh", "-c", 'cd "$0" && exec openssl dgst -sha256 *', attempt.servers.objects(attempt.work)]


def cp(attempt):
    attempt.results.mkdir()
    return ["sh", "-c", 'cd "$0" && exec cp * "$1"', attempt.servers.objects(attempt.work), attempt.results]


def copies(attempt):
    return {attempt.results / oid: oid for oid in attempt.work.oids.values()}


GET_TO = Contestant("lfsfetch get --to", "verified, in the cache and in a folder", get_to, again=True)
GET = Contestant("lfsfetch get", "verified, in the cache and its snapshot", get, snapshot, again=True)
GIT_LFS_8 = Contestant("git-lfs (8)", "verified, in .git and in the work tree", git_lfs(8), again=True)
GIT_LFS_32 = Contestant("git-lfs (32)", GIT_LFS_8.does, git_lfs(32), works=("medium", "small"))
ARIA2 = Contestant("aria2c -x16", "verified, in a folder", aria2)
CURL = Contestant("curl -Z", "not verified, in a folder", curl)
HF_TRANSFER = Contestant("hf_transfer", "not verified, in a folder", hf_transfer, works=("large", "lossy"))
OPENSSL = Contestant("openssl dgst", "floor: the server's files read and hashed", openssl, files=lambda _: {})
CP = Contestant("cp", "floor: the server's files read and written", cp, copies)

CONTESTANTS = [GET_TO, GET, GIT_LFS_8, GIT_LFS_32, ARIA2, CURL, HF_TRANSFER, OPENSSL, CP]


def contestants_for(work):
    return [each for each in CONTESTANTS if work.name in each.works]
