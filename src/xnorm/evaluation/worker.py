"""One job in a process of its own, so that its time and peak memory are its own.

    python -m xnorm.evaluation.worker JOB.json

A job builds an index, or opens a system and searches. What it measured lies in the job's folder.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from xnorm.candidates import Query
from xnorm.document import Document
from xnorm.errors import DataError
from xnorm.evaluation.answers import Answers

_ASKED, _ANSWERS, _MEASURED = "asked.json", "answers.npz", "measured.json"


class Job(msgspec.Struct, frozen=True):
    """What a process is to do; without a system it builds the index.

    Attributes:
        kb, index: folders.
        system: a row of `SYSTEMS`.
        k: concepts wanted of every query.
        encoder: of the index that is built.
        fusion: parameters for the calibrated fusions, a file; their own if empty.
        reranker: the folder of a re-ranker, for the system that reads documents.
    """

    kb: str
    index: str
    system: str = ""
    k: int = 0
    encoder: str = ""
    fusion: str = ""
    reranker: str = ""


class Measured(msgspec.Struct, frozen=True):
    """What a process took.

    Attributes:
        build_seconds, search_seconds: by the clock.
        search_cpu_seconds: of all processors together.
        peak_mb: memory.
    """

    build_seconds: float
    search_seconds: float
    search_cpu_seconds: float
    peak_mb: int


def build_index(kb: Path, index: Path, encoder: str, folder: Path) -> Measured:
    """Builds an index in a process of its own."""
    return _ran(Job(str(kb), str(index), encoder=encoder), folder)


def search(
    kb: Path,
    index: Path,
    system: str,
    asked: Sequence[Query] | Sequence[Document],
    k: int,
    folder: Path,
    *,
    fusion: str = "",
    reranker: str = "",
) -> tuple[Answers, Measured]:
    """What a system answers, searched in a process of its own.

    Args:
        kb, index: folders of the terminology.
        system: a row of `SYSTEMS`.
        asked: in one call; documents if there is a re-ranker.
        k: concepts wanted of each query or mention.
        folder: an empty one, for what the processes tell each other.
        fusion: parameters for the calibrated fusions; their own if empty.
        reranker: a folder, for the system that reads documents.
    """
    (folder / _ASKED).write_bytes(msgspec.json.encode(asked))
    job = Job(str(kb), str(index), system, k, fusion=fusion, reranker=reranker)
    measured = _ran(job, folder)
    with np.load(folder / _ANSWERS) as arrays:
        return Answers(*(arrays[name] for name in Answers._fields)), measured


def main(file: Path) -> None:
    """Does the job in a file."""
    job = msgspec.json.decode(file.read_bytes(), type=Job)
    measured = _search(job, file.parent) if job.system else _build(job)
    (file.parent / _MEASURED).write_bytes(msgspec.json.encode(measured))


def peak_mb() -> int:
    """The highest memory that this process has had, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage would tell of the process that this one was forked from
        match = re.search(r"VmHWM:\s+(\d+)", status.read_text())
        return round(int(match[1]) / 1024) if match else 0
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20)


def _build(job: Job) -> Measured:
    from xnorm.index import Index
    from xnorm.kb import KnowledgeBase

    start = time.perf_counter()
    Index.build(KnowledgeBase.open(job.kb), job.index, encoder=job.encoder)
    return Measured(round(time.perf_counter() - start, 2), 0.0, 0.0, peak_mb())


def _search(job: Job, folder: Path) -> Measured:
    from xnorm.evaluation.systems import Terminology, system_named
    from xnorm.kb import KnowledgeBase

    told = (folder / _ASKED).read_bytes()
    asked: Sequence[Query] | Sequence[Document]
    if job.reranker:
        asked = msgspec.json.decode(told, type=list[Document])
    else:
        asked = msgspec.json.decode(told, type=list[Query])
    start = time.perf_counter()
    kb, index = KnowledgeBase.open(job.kb), Path(job.index)
    terminology = Terminology(kb, index, fusion=job.fusion, reranker=job.reranker)
    search = system_named(job.system).open(terminology)
    search(asked[:1], job.k)  # what is read at the first query belongs to getting ready
    ready, busy = time.perf_counter(), time.process_time()
    answers = search(asked, job.k)
    done, busy = time.perf_counter(), time.process_time() - busy
    np.savez(folder / _ANSWERS, **answers._asdict())
    return Measured(round(ready - start, 2), round(done - ready, 6), round(busy, 6), peak_mb())


def _ran(job: Job, folder: Path) -> Measured:
    file = folder / "job.json"
    file.write_bytes(msgspec.json.encode(job))
    command = [sys.executable, "-m", "xnorm.evaluation.worker", str(file)]
    package = str(Path(__file__).parents[2])
    paths = os.pathsep.join([package, *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": paths}
    ran = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if ran.returncode:
        last = ran.stderr.strip().splitlines()[-1:] or [f"exit status {ran.returncode}"]
        raise DataError(f"'{job.system or 'index'}' failed: {last[0]}", place=job.kb)
    return msgspec.json.decode((folder / _MEASURED).read_bytes(), type=Measured)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
