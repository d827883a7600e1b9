"""DisTEMIST twenty times on Ray: the same bytes as by the local engine, whatever is lost.

    python benchmarks/scale/ray_engine.py [--copies 20] [--work DIR]

Each copy is a part. One process of one thread links them all first. Then Ray on two cores, of whose
workers one is killed by SIGKILL in the middle; then two nodes of a core each on loopback, of which
one is stopped in the middle. All outputs are compared by their checksums, every document is
counted, and a part that was finished at the loss has to be the same file afterwards. Candidates a
mention: 8.
"""

from __future__ import annotations

import argparse
import itertools
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import material

from xnorm.files import sha256
from xnorm.formats import open_documents, write_output

MIDDLE = 0.3
"""The share of parts that are finished when something is lost."""


def main() -> None:
    """Measures and records."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--copies", type=int, default=20)
    parser.add_argument("--index", default="default")
    parser.add_argument("--work", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.work) as name:
        folder = Path(name)
        mentions = write_parts(folder / "in", options.copies)
        run = Runs(folder, options.index, options.copies)
        figures: dict[str, Any] = {"ray": version("ray")}
        figures |= {"parts": options.copies, "mentions": mentions}
        figures["local, one process"] = local = run.linked("local", [])
        for what, losing in (
            ("a worker killed", a_worker_killed),
            ("a node of two stopped", a_node_stopped),
        ):
            figures[f"ray, {what}"] = losing(run)
            compared = run.compared("local", what)
            figures[f"ray, {what}"] |= compared
        for row in (value for value in figures.values() if isinstance(value, dict)):
            row["mentions a second"] = round(mentions / row["seconds"])
        assert local["exit status"] == 0
    material.record("ray", figures)


def write_parts(folder: Path, copies: int) -> int:
    """A part a copy of the corpus; the number of mentions."""
    folder.mkdir()
    documents = material.copies()
    size = sum(1 for document in material.corpora.distemist() if document.mentions)
    mentions = 0
    for copy in range(copies):
        part = list(itertools.islice(documents, size))
        mentions += sum(len(document.mentions) for document in part)
        write_output(part, folder / f"{copy:02}.jsonl", "bigbio-jsonl")
    return mentions


class Runs:
    """Runs of the command over the same parts, each into a folder of its own."""

    def __init__(self, folder: Path, index: str, parts: int) -> None:
        self.folder, self.parts = folder, parts
        source = str(folder / "in" / "*.jsonl")
        command = [sys.executable, "-m", "xnorm", "link", "--lang", "es", "--index", index]
        self._command = [*command, "--k", "8", "--quiet", source, "-o"]
        self._held: dict[str, int] = {}

    def linked(
        self,
        name: str,
        options: list[str],
        lose: Callable[[subprocess.Popen[bytes]], None] | None = None,
        **environment: str,
    ) -> dict[str, Any]:
        """Runs the command; in the middle something is lost."""
        began = time.perf_counter()
        process = subprocess.Popen(
            [*self._command, str(self.folder / name), *options],
            env={**material.one_thread(), **environment},
        )
        lost = None
        while process.poll() is None:
            time.sleep(0.2)
            if lose is not None and len(self._finished(name)) >= MIDDLE * self.parts:
                self._held = self._finished(name)
                lost = round(time.perf_counter() - began, 1)
                lose(process)
                lose = None
        seconds = round(time.perf_counter() - began, 1)
        figures: dict[str, Any] = {"seconds": seconds, "exit status": process.returncode}
        return figures if lost is None else {**figures, "lost after seconds": lost}

    def compared(self, one: str, other: str) -> dict[str, Any]:
        """How the outputs of two runs compare, and what happened to those that were finished."""
        names = [f"{part:02}.jsonl" for part in range(self.parts)]
        same = sum(
            sha256(self.folder / one / name) == sha256(self.folder / other / name) for name in names
        )
        ids = Counter(
            document.id for name in names for document in open_documents(self.folder / other / name)
        )
        now = self._finished(other)
        return {
            "parts with the same bytes": same,
            "documents": len(ids),
            "documents written twice": sum(count > 1 for count in ids.values()),
            "parts finished at the loss": len(self._held),
            "of them done again": sum(now[name] != self._held[name] for name in self._held),
            "files left over": len(list((self.folder / other).rglob("*"))) - self.parts - 1,
        }

    def _finished(self, name: str) -> dict[str, int]:
        folder = self.folder / name
        return {path.name: path.stat().st_ino for path in folder.glob("*.jsonl")}


def a_worker_killed(run: Runs) -> dict[str, Any]:
    """Ray is started by the command itself, with two cores."""

    def kill(process: subprocess.Popen[bytes]) -> None:
        import psutil

        below = psutil.Process(process.pid).children(recursive=True)
        busy = [child for child in below if "MapWorker" in " ".join(child.cmdline())]
        os.kill(busy[0].pid, signal.SIGKILL)

    return run.linked("a worker killed", ["--engine", "ray"], kill)


def a_node_stopped(run: Runs) -> dict[str, Any]:
    """A cluster of a head and a second node, each with one core."""
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    second = cluster.add_node(num_cpus=1)
    cluster.wait_for_nodes()
    try:
        return run.linked(
            "a node of two stopped",
            ["--engine", "ray", "--ray-address", cluster.address],
            lambda _: cluster.remove_node(second, allow_graceful=False),
        )
    finally:
        cluster.shutdown()


if __name__ == "__main__":
    main()
