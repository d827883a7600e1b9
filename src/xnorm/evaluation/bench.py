"""Measuring systems on suites: one result a system and suite, none of them twice."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from xnorm.errors import IndexProblem
from xnorm.evaluation.asking import queries_of, sampled, with_answers
from xnorm.evaluation.figures import curve_of, figures_of
from xnorm.evaluation.machine import machine, versions
from xnorm.evaluation.outcomes import outcomes_of
from xnorm.evaluation.prepared import Prepared, checksums, prepared
from xnorm.evaluation.results import (
    FORMAT,
    Cost,
    Named,
    Result,
    Run,
    Searched,
    outcomes_file,
    read_result,
    result_file,
    write_outcomes,
    write_result,
)
from xnorm.evaluation.suite import Suite, known_system, of_set, read_suite
from xnorm.evaluation.systems import SYSTEMS
from xnorm.evaluation.worker import Measured, build_index, search
from xnorm.kb import KnowledgeBase
from xnorm.version import VERSION

if TYPE_CHECKING:
    from xnorm.index import Index

Notify = Callable[[str], None]
_PROSE = ("title", "hits", "note", "licence", "get", "cite", "sets", "systems")


def bench(
    file: str | Path,
    output: Path,
    *,
    work: Path,
    systems: Sequence[str] = (),
    force: bool = False,
    notify: Notify = lambda line: None,
) -> list[Result]:
    """Measures the systems of a suite and writes a result for each.

    A run whose fingerprint is that of the one on disk is not repeated.

    Args:
        file: the suite.
        output: the folder of results; a suite's lie in a folder of its name.
        work: where knowledge bases and indexes are kept between runs.
        systems: only these of the suite's; all if empty.
        force: measure again what is finished.
        notify: is told a line a run.

    Returns:
        The results in the order of the suite's systems, those that were finished among them;
        without those of systems that are not installed.

    Raises:
        SettingError: for a broken suite, a file that is missing, or an unknown system.
        DataError: for a corpus or terminology that cannot be read.
    """
    suite = read_suite(file)
    for name in systems:
        known_system(name, dict.fromkeys(suite.systems), place=str(file))
    chosen = []
    for name in suite.systems:
        if systems and name not in systems:
            continue
        if SYSTEMS[name].installed:
            chosen.append(name)
        else:
            notify(f"{suite.name}, {name}: '{SYSTEMS[name].needs}' is not installed")
    work.mkdir(parents=True, exist_ok=True)
    finished = {name: _read_runs(result_file(output, suite.name, name)) for name in chosen}
    for part in suite.sets or ("",):
        one = of_set(suite, part)
        ready: Prepared | None = None
        for name in chosen:
            fingerprint = _fingerprint(one, name, str(file))
            old = finished[name].get(part)
            if old is not None and old.fingerprint == fingerprint and not force:
                continue
            ready = ready or prepared(one, str(file), work)
            path = result_file(output, suite.name, name)
            run, outcomes = _run(ready, part, name, fingerprint, work)
            finished[name][part] = run
            path.parent.mkdir(parents=True, exist_ok=True)
            write_outcomes(outcomes, outcomes_file(path, part))
            write_result(_result(suite, name, finished[name]), path)
            notify(_line(suite, run, name))
    results = [_result(suite, name, finished[name]) for name in chosen]
    for result in results:  # what the suite says in words may have changed
        write_result(result, result_file(output, suite.name, result.system))
    return results


def _read_runs(path: Path) -> dict[str, Run]:
    return {run.set: run for run in read_result(path).runs} if path.exists() else {}


def _result(suite: Suite, system: str, runs: Mapping[str, Run]) -> Result:
    return Result(
        format=FORMAT,
        suite=suite,
        system=system,
        what=SYSTEMS[system].what,
        runs=tuple(runs[part] for part in suite.sets or ("",) if part in runs),
    )


def _run(
    given: Prepared, part: str, system: str, fingerprint: str, work: Path
) -> tuple[Run, Iterator[Named]]:
    """One system on one set, with every mention's outcome."""
    suite, kb = given.suite, given.kb
    documents, sampled_from = sampled(given, SYSTEMS[system])
    queries = queries_of(documents)
    index, built = _index(kb, work) if SYSTEMS[system].indexed else (None, 0.0)
    with tempfile.TemporaryDirectory(dir=work) as folder:
        answers, measured = search(
            kb.path, index.path if index else kb.path, system, queries, suite.k[-1], Path(folder)
        )
    predicted = with_answers(documents, queries, answers, kb)
    outcomes = outcomes_of(documents, predicted, given.vocabulary, training=given.training)
    run = Run(
        fingerprint=fingerprint,
        set=part,
        mentions=len(outcomes),
        known=sum(outcome.known for outcome in outcomes),
        distinct=len(queries),
        sampled_from=sampled_from,
        documents=sum(bool(document.mentions) for document in documents),
        terminology=Searched(
            source=kb.source,
            release=kb.manifest.release,
            fingerprint=kb.fingerprint[:16],
            concepts=len(kb),
            names=kb.manifest.names,
            languages=kb.languages,
        ),
        encoder=index.manifest.encoder_fingerprint if index else "",
        cost=Cost(
            build_seconds=round(built + measured.build_seconds, 1),
            search_seconds=measured.search_seconds,
            search_cpu_seconds=measured.search_cpu_seconds,
            peak_mb=measured.peak_mb,
            index_bytes=sum(f.bytes for f in index.manifest.files.values()) if index else 0,
        ),
        figures=figures_of(outcomes, suite.k, seed=suite.seed),
        curve=curve_of(outcomes, suite.k[-1]),
        machine=machine(),
        versions=versions(),
        inputs=checksums(suite, given.place),
    )
    names = given.vocabulary.name
    return run, (Named(o, names(o.gold[0])) for o in outcomes)


def _index(kb: KnowledgeBase, work: Path) -> tuple[Index, float]:
    """The index that systems share, and the seconds that building it took."""
    from xnorm.index import Index

    path = kb.path.with_name(f"{kb.path.stem}-{_encoder()}.index")
    told = path.with_suffix(".json")
    try:
        measured = msgspec.json.decode(told.read_bytes(), type=Measured)
        return Index.open(path), measured.build_seconds
    except (OSError, msgspec.DecodeError, IndexProblem):  # not there, or by another version
        with tempfile.TemporaryDirectory(dir=work) as folder:
            measured = build_index(kb.path, path, Path(folder))
    told.write_bytes(msgspec.json.encode(measured))
    return Index.open(path), measured.build_seconds


def _fingerprint(suite: Suite, system: str, place: str) -> str:
    """Equal for runs that would give equal figures, as far as files and versions tell."""
    settings = msgspec.to_builtins(suite)
    for key in _PROSE:
        settings.pop(key, None)
    encoder = _encoder() if SYSTEMS[system].indexed else ""
    parts = [VERSION, settings, system, checksums(suite, place), encoder]
    return hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).hexdigest()[:16]


@cache
def _encoder() -> str:
    from xnorm.encoders import load_encoder

    return load_encoder("default").fingerprint


def _line(suite: Suite, run: Run, system: str) -> str:
    shown = [
        f"{name} {run.figures[name].value:.3f}"
        for name in (f"recall@{k}" for k in suite.k)
        if name in run.figures
    ]
    sample = f", a sample of {run.sampled_from:,}" if run.sampled_from else ""
    where = f"{suite.name} {run.set}".strip()
    return (
        f"{where}, {system}: {', '.join(shown)}; {run.mentions:,} mentions "
        f"({run.distinct:,} distinct{sample}), {run.cost.search_seconds:,.1f} s, "
        f"{run.cost.peak_mb:,} MB"
    )
