"""Parts on Ray are the parts of the local engine, also when a worker is killed at one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from xnorm.parts import Done, Job, begin, find_sources, parts_of, sweep
from xnorm.parts import link_parts as locally
from xnorm.pipeline import Linker, load

pytest.importorskip("ray.data", reason="the engine needs ray")

from xnorm.distributed import link_parts
from xnorm.distributed.linking import RETRIES, _Worker


@pytest.fixture(scope="module")
def linker(small_index: Path) -> Linker:
    return load(small_index)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for part in range(4):
        lines = [
            json.dumps({"id": f"{part}-{n}", "text": f"Fever {n} and head pain.", "language": "en"})
            for n in range(3)
        ]
        (folder / f"{part}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def job_in(folder: Path) -> Job:
    job = Job(str(folder), "plain-jsonl")
    begin(job, {}, resume=False)
    return job


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name[0] != "."}


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_writes_the_bytes_of_one_process_also_after_a_kill(
    ray_here: None, linker: Linker, corpus: Path, tmp_path: Path
) -> None:
    psutil = pytest.importorskip("psutil", reason="finds the workers to kill")
    (corpus / "9.jsonl").write_text('{"id": 1\n', encoding="utf-8")
    parts = parts_of(find_sources([f"{corpus}/*.jsonl"]), "plain-jsonl")
    here, there = job_in(tmp_path / "here"), job_in(tmp_path / "there")
    expected = list(locally(linker.stream, parts, here))
    done: list[Done] = []
    for one in link_parts(linker, parts, there):
        if not done:
            for child in psutil.Process().children(recursive=True):
                if "MapWorker" in "".join(child.cmdline()):
                    child.kill()
        done.append(one)
    assert sorted(one.source for one in done) == [part.source for part in parts]
    assert [one.error for one in done if one.error] == [expected[-1].error]
    sweep(there)
    assert contents(tmp_path / "there") == contents(tmp_path / "here")
    assert len(contents(tmp_path / "there")) == 4


def worker(linker: Linker, job: Job, **other: Any) -> _Worker:
    import msgspec

    given = {
        "index": str(linker.index.path),
        "settings": msgspec.json.encode(linker.settings),
        "fingerprint": linker.fingerprint,
        "job": job,
        "folder": os.getcwd(),
    }
    return _Worker(**{**given, **other})


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"index": "/no/such.index"}, "there is no such index"),
        ({"fingerprint": "another"}, "has another version of xnorm or of the index"),
    ],
)
def test_a_node_that_has_not_the_same_says_so(
    linker: Linker, tmp_path: Path, other: dict[str, str], message: str
) -> None:
    parts = parts_of([tmp_path / "a.jsonl"], "plain-jsonl")
    outcome = worker(linker, job_in(tmp_path / "out"), **other)._outcome(parts[0])
    assert message in outcome.fatal


def test_a_part_that_kills_its_workers_is_given_up(
    linker: Linker, corpus: Path, tmp_path: Path
) -> None:
    job = job_in(tmp_path / "out")
    (part,) = parts_of([corpus / "0.jsonl"], job.format)
    half = tmp_path / "out" / ".unfinished"
    half.mkdir()
    for attempt in range(RETRIES + 1):
        (half / f".0.jsonl.{attempt}").touch()
    done = worker(linker, job)._outcome(part).done
    assert done.error.startswith(f"{part.source}: 4 workers were lost at it")


def test_a_cluster_that_is_not_there_is_one_line(
    run: Callable[..., Any], small_index: Path, corpus: Path, tmp_path: Path
) -> None:
    arguments = ["link", "--index", str(small_index), f"{corpus}/*.jsonl", "--engine", "ray"]
    ran = subprocess.run(
        [sys.executable, "-m", "xnorm", *arguments, "-o", str(tmp_path / "out"),
         "--ray-address", "nothing"],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert ran.returncode == 1
    assert ran.stderr.startswith("error: --ray-address nothing: no cluster answers")
    assert len(ran.stderr.splitlines()) == 1
