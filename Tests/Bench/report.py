"""The benchmark's results as Markdown: a table for each work and link, and one of what was aimed at.

Ratios are lfsfetch's figure divided by the other's of the same run; a table has the median over the runs.
"""

from dataclasses import dataclass
from statistics import median
from typing import Callable

from contestants import ARIA2, CP, CURL, GET, GET_TO, GIT_LFS_8, GIT_LFS_32, OPENSSL
from works import LINKS

WALL, PROCESSOR, MEMORY = "wall", "processor", "memory"


@dataclass(frozen=True)
class Measurement:
    wall: float  # seconds
    processor: float  # seconds
    memory: float  # MiB


class Results:
    """What was measured of one work over one link: a dictionary from contestants' names to measurements a run. A name
    is absent from a run in which the contestant failed."""

    def __init__(self, runs):
        self.runs = runs

    def median(self, name, figure):
        values = [getattr(run[name], figure) for run in self.runs if name in run]
        return median(values) if values else None

    def ratio(self, name, figure, others, join=min):
        """The median over the runs of name's figure divided by that of the others, joined where they are several."""
        ratios = [
            getattr(run[name], figure) / max(join(getattr(run[other], figure) for other in others), 0.001)
            for run in self.runs
            if name in run and all(other in run for other in others)
        ]
        return median(ratios) if ratios else None

    def peak(self, name):
        return max((run[name].memory for run in self.runs if name in run), default=None)


def figure(value, digits=2):
    return "–" if value is None else f"{value:.{digits}f}"


def table_of(results, contestants):
    lines = [
        "| | wall s | processor s | peak MiB | wall ratio | processor ratio | what it does |",
        "|---|---:|---:|---:|---:|---:|---|",
    ]
    rows = [(each.name, each.does, GET_TO.name) for each in contestants]
    rows += [(each.again_name, "nothing to do", GET_TO.again_name) for each in contestants if each.again]
    for name, does, ours in rows:
        cells = [
            figure(results.median(name, WALL)),
            figure(results.median(name, PROCESSOR)),
            figure(results.peak(name), 0),
            figure(results.ratio(ours, WALL, [name])),
            figure(results.ratio(ours, PROCESSOR, [name])),
        ]
        lines.append(f"| {name} | {' | '.join(cells)} | {does} |")
    floor = [[run[OPENSSL.name], run[CP.name]] for run in results.runs if {OPENSSL.name, CP.name} <= run.keys()]
    if floor:
        wall = figure(median(sum(part.wall for part in run) for run in floor))
        processor = figure(median(sum(part.processor for part in run) for run in floor))
        ratios = [
            figure(results.ratio(GET_TO.name, kind, [OPENSSL.name, CP.name], join=sum)) for kind in (WALL, PROCESSOR)
        ]
        lines.append(f"| openssl + cp | {wall} | {processor} | – | {' | '.join(ratios)} | floor: the two rows' sum |")
    return "\n".join(lines)


@dataclass(frozen=True)
class Target:
    work: str
    link: str
    kind: str
    limit: float
    against: tuple = ()
    join: Callable = min
    again: bool = False

    def measured(self, results, contestant):
        name = contestant.again_name if self.again else contestant.name
        if self.kind == MEMORY:
            return results.peak(name)
        others = [each.again_name if self.again else each.name for each in self.against]
        return results.ratio(name, self.kind, others, self.join)

    @property
    def words(self):
        unit = " MiB" if self.kind == MEMORY else ""
        return f"{self.kind} ≤ {self.limit:g}{unit}"

    @property
    def opponent(self):
        if self.kind == MEMORY:
            return ""
        names = (" + " if self.join is sum else " or ").join(each.name for each in self.against)
        return f"best of {names}" if self.join is min and len(self.against) > 1 else names


def targets():
    git_lfs, best_git_lfs, curl_and_hash = (GIT_LFS_8,), (GIT_LFS_8, GIT_LFS_32), (CURL, OPENSSL)
    plain = ("http", "https")
    for link in plain:
        yield Target("large", link, WALL, 0.2, git_lfs)
        yield Target("large", link, PROCESSOR, 0.25, git_lfs)
        yield Target("large", link, MEMORY, 48)
        yield Target("large", link, WALL, 0.9 if link == "http" else 1.15, (CURL,))
        yield Target("large", link, PROCESSOR, 1, curl_and_hash, join=sum)
    yield Target("large", "capped", WALL, 0.08, git_lfs)
    yield Target("large", "capped", WALL, 0.5, (ARIA2,))
    yield Target("large", "capped", PROCESSOR, 0.4, (ARIA2,))
    for link in plain:
        yield Target("medium", link, WALL, 0.25, best_git_lfs)
        yield Target("medium", link, PROCESSOR, 0.25, best_git_lfs)
        yield Target("medium", link, MEMORY, 48)
    for link in plain:
        yield Target("small", link, WALL, 0.12, best_git_lfs)
        yield Target("small", link, PROCESSOR, 0.15, best_git_lfs)
        yield Target("small", link, MEMORY, 48)
        yield Target("small", link, WALL, 0.6, (CURL,))
    yield Target("lossy", "lossy", WALL, 0.05, git_lfs)
    yield Target("lossy", "lossy", WALL, 0.9, (ARIA2,))
    for work, link in (("large", "http"), ("medium", "http"), ("small", "http"), ("lossy", "lossy")):
        yield Target(work, link, WALL, 0.1, git_lfs, again=True)


def table_of_targets(works, all_results):
    """all_results: Results by name of work and link."""
    titles = {work.name: work.title for work in works}
    lines = [
        f"| work | against | aimed at | {GET_TO.name} | {GET.name} | |",
        "|---|---|---|---:|---:|---|",
    ]
    for target in targets():
        title = f"{titles[target.work]}, {LINKS[target.link]}" + (", again" if target.again else "")
        results = all_results.get((target.work, target.link))
        ours, in_cache = (target.measured(results, each) if results else None for each in (GET_TO, GET))
        verdict = "not measured" if ours is None else "met" if ours <= target.limit else "**missed**"
        digits = 0 if target.kind == MEMORY else 2
        lines.append(
            f"| {title} | {target.opponent} | {target.words} | {figure(ours, digits)} | {figure(in_cache, digits)} "
            f"| {verdict} |"
        )
    return "\n".join(lines)
