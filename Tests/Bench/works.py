"""What is fetched in the benchmark: files of random bytes, on the test servers as an LFS repository a work."""

import hashlib
import json
import os
import ssl
import subprocess
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30

# The batch API's limit in practice: GitHub and GitLab take 100 objects a request.
OBJECTS_A_BATCH = 100

LINKS = {
    "http": "plain http",
    "https": "plain https",
    "capped": "http, at most 20 MiB/s for each connection",
    "lossy": "http, 100 ms round trip, 0.5 % of the packets lost",
}


@dataclass
class Work:
    """Some files of one size, fetched over some links."""

    name: str
    count: int
    size: int
    links: tuple
    oids: dict = field(default_factory=dict)  # by file name, once published

    @property
    def title(self):
        unit, letters = next((u, n) for u, n in ((GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB")) if self.size >= u)
        return f"{self.count:,} × {self.size / unit:g} {letters}"


def all_works(quick):
    plain_and_capped = ("http", "https", "capped")
    if quick:
        return [
            Work("large", 1, 64 * MIB, plain_and_capped),
            Work("medium", 20, 2 * MIB, plain_and_capped),
            Work("small", 300, 16 * KIB, plain_and_capped),
            Work("lossy", 1, 4 * MIB, ("lossy",)),
        ]
    return [
        Work("large", 1, 1 * GIB, plain_and_capped),
        Work("medium", 200, 4 * MIB, plain_and_capped),
        Work("small", 5000, 16 * KIB, plain_and_capped),
        Work("lossy", 1, 64 * MIB, ("lossy",)),
    ]


class Servers:
    """The running servers of Tests/Servers, as their servers.json describes them."""

    def __init__(self, settings_file):
        self.settings = json.loads(Path(settings_file).read_text())
        self.ca = self.settings["ca"]
        tls = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=self.ca))
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), tls)

    def objects(self, work):
        return Path(self.settings["objects"], "bench", work.name)

    def url(self, work, link):
        base = self.settings["https" if link == "https" else "http"]
        prefix = "capped" if link == "capped" else "git"
        return f"{base}/{prefix}/bench/{work.name}.git"

    def publish(self, work):
        """Puts the work on the servers. The objects go straight into the LFS server's folder, the commit into the bare
        repository: pushing them would copy everything three times."""
        folder = self.objects(work)
        folder.mkdir(parents=True)
        for number in range(work.count):
            work.oids[f"part-{number:05}.bin"] = new_object(folder, work.size)

        repository = Path(self.settings["repositories"], "bench", f"{work.name}.git")
        git = ["git", "-C", repository]
        subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", repository], check=True)
        subprocess.run([*git, "fast-import", "--quiet"], input=commit_of_pointers(work), check=True)

    def warm(self, work):
        """Has the objects in memory, so that no contestant pays for the server's disk."""
        buffer = bytearray(MIB)
        for path in self.objects(work).iterdir():
            with open(path, "rb", buffering=0) as file:
                while file.readinto(buffer):
                    pass

    def signed_urls(self, work, link):
        """Each file's URL, by file name, as the batch API answers; valid for 15 minutes."""
        names = {oid: name for name, oid in work.oids.items()}
        oids, urls = list(names), {}
        for first in range(0, len(oids), OBJECTS_A_BATCH):
            wanted = [{"oid": oid, "size": work.size} for oid in oids[first : first + OBJECTS_A_BATCH]]
            body = {"operation": "download", "transfers": ["basic"], "objects": wanted}
            media_type = "application/vnd.git-lfs+json"
            request = urllib.request.Request(
                f"{self.url(work, link)}/info/lfs/objects/batch",
                json.dumps(body).encode(),
                {"Accept": media_type, "Content-Type": media_type},
            )
            with self._opener.open(request, timeout=60) as answer:
                for each in json.load(answer)["objects"]:
                    urls[names[each["oid"]]] = each["actions"]["download"]["href"]
        return urls


def new_object(folder, size):
    """Makes a file of random bytes, named by its SHA-256, which it returns."""
    digest, unnamed, left = hashlib.sha256(), folder / "unnamed", size
    with open(unnamed, "wb") as file:
        while left > 0:
            part = os.urandom(min(left, MIB))
            digest.update(part)
            file.write(part)
            left -= len(part)
    unnamed.rename(folder / digest.hexdigest())
    return digest.hexdigest()


def commit_of_pointers(work):
    """The input of git fast-import for a branch with the work's pointers."""
    files = {".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n"}
    for name, oid in work.oids.items():
        files[name] = f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {work.size}\n"
    lines = ["commit refs/heads/main", "committer Bench <bench@example.com> 1700000000 +0000", "data 0"]
    for name, content in files.items():
        lines += [f"M 100644 inline {name}", f"data {len(content)}", content]
    return "\n".join([*lines, ""]).encode()


def wrong_files(files):
    """Those of the files (path: SHA-256) that are absent or have other bytes."""
    return [path for path, oid in files.items() if not path.is_file() or sha256_of(path) != oid]


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb", buffering=0) as file:
        while part := file.read(MIB):
            digest.update(part)
    return digest.hexdigest()
