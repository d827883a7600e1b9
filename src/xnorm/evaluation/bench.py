"""Measuring systems on suites: one result a system and suite, none of them twice."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from xnorm.errors import IndexProblem, SettingError
from xnorm.evaluation.asking import (
    places_of,
    queries_of,
    sampled,
    with_answers,
    without_gold,
)
from xnorm.evaluation.figures import curve_of, figures_of
from xnorm.evaluation.machine import machine, versions
from xnorm.evaluation.outcomes import outcomes_of
from xnorm.evaluation.prepared import Prepared, checksum, checksums, prepared
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
from xnorm.evaluation.systems import RERANKED, system_named
from xnorm.evaluation.worker import Measured, build_index, search
from xnorm.files import sha256
from xnorm.kb import KnowledgeBase
from xnorm.version import VERSION

if TYPE_CHECKING:
    from xnorm.index import Index

Notify = Callable[[str], None]


class Trial(msgspec.Struct, frozen=True):
    """Another encoder than the default one, in all systems of a suite that use one; a re-ranker.

    Attributes:
        name: what results are called by: `SYSTEM@NAME`.
        encoder: as an index names it.
        fusion: parameters for the calibrated fusions, a file; their own if empty.
        reranker: a folder that `xnorm train reranker` wrote; what is measured is then `re-ranked`.
    """

    name: str
    encoder: str
    fusion: str = ""
    reranker: str = ""


DEFAULT = Trial("", "default")

_PROSE = ("title", "hits", "note", "licence", "get", "cite", "sets", "systems")


def bench(
    file: str | Path,
    output: Path,
    *,
    work: Path,
    systems: Sequence[str] = (),
    trial: Trial = DEFAULT,
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
        trial: the encoder; with another than the default one, systems without any are left out.
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
    rows = (RERANKED,) if trial.reranker else suite.systems
    for name in systems:
        known_system(name, dict.fromkeys(rows), place=str(file))
    if trial.reranker and not Path(trial.reranker).is_dir():
        raise SettingError(
            f"the folder {trial.reranker} does not exist",
            place="re-ranker",
            todo="Train it first with: xnorm train reranker",
        )
    chosen = []
    for name in rows:
        system = system_named(name)
        if (systems and name not in systems) or (trial.name and not system.encoded):
            continue
        if system.installed:
            chosen.append(name)
        else:
            notify(f"{suite.name}, {name}: '{system.needs}' is not installed")
    work.mkdir(parents=True, exist_ok=True)
    files = {name: result_file(output, suite.name, called(name, trial)) for name in chosen}
    finished = {name: _read_runs(file) for name, file in files.items()}
    for part in suite.sets or ("",):
        one = of_set(suite, part)
        ready: Prepared | None = None
        for name in chosen:
            fingerprint = _fingerprint(one, name, str(file), trial)
            old = finished[name].get(part)
            if old is not None and old.fingerprint == fingerprint and not force:
                continue
            ready = ready or prepared(one, str(file), work)
            path = files[name]
            run, outcomes = _run(ready, part, name, fingerprint, work, trial)
            finished[name][part] = run
            path.parent.mkdir(parents=True, exist_ok=True)
            write_outcomes(outcomes, outcomes_file(path, part))
            write_result(_result(suite, name, finished[name], trial), path)
            notify(_line(suite, run, called(name, trial)))
    results = [_result(suite, name, finished[name], trial) for name in chosen]
    for result in results:  # what the suite says in words may have changed
        write_result(result, result_file(output, suite.name, result.system))
    return results


def called(system: str, trial: Trial) -> str:
    """What the results of a system are called.

    >>> called("dense", Trial("jobs", "jobs/")), called("dense", DEFAULT)
    ('dense@jobs', 'dense')
    """
    return f"{system}@{trial.name}" if trial.name else system


def _read_runs(path: Path) -> dict[str, Run]:
    return {run.set: run for run in read_result(path).runs} if path.exists() else {}


def _result(suite: Suite, system: str, runs: Mapping[str, Run], trial: Trial) -> Result:
    what = system_named(system).what
    part = "re-ranker" if trial.reranker else "encoder"
    return Result(
        format=FORMAT,
        suite=suite,
        system=called(system, trial),
        what=f"{what}; {part}: {trial.name}" if trial.name else what,
        runs=tuple(runs[set] for set in suite.sets or ("",) if set in runs),
    )


def _run(
    given: Prepared, part: str, system: str, fingerprint: str, work: Path, trial: Trial
) -> tuple[Run, Iterator[Named]]:
    """One system on one set, with every mention's outcome."""
    suite, kb = given.suite, given.kb
    row = system_named(system)
    documents, sampled_from = sampled(given, row)
    queries = queries_of(documents)
    index, built = _index(kb, work, trial.encoder) if row.indexed else (None, 0.0)
    with tempfile.TemporaryDirectory(dir=work) as folder:
        answers, measured = search(
            kb.path,
            index.path if index else kb.path,
            system,
            without_gold(documents) if trial.reranker else queries,
            suite.k[-1],
            Path(folder),
            fusion=trial.fusion,
            reranker=trial.reranker,
        )
    mentions = sum(len(document.mentions) for document in documents)
    places = range(mentions) if trial.reranker else places_of(documents, queries)
    predicted = with_answers(documents, places, answers, kb)
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


def _index(kb: KnowledgeBase, work: Path, encoder: str) -> tuple[Index, float]:
    """The index that systems share, and the seconds that building it took."""
    from xnorm.index import Index

    path = kb.path.with_name(f"{kb.path.stem}-{_encoder(encoder)}.index")
    told = path.with_suffix(".json")
    try:
        measured = msgspec.json.decode(told.read_bytes(), type=Measured)
        return Index.open(path), measured.build_seconds
    except (OSError, msgspec.DecodeError, IndexProblem):  # not there, or by another version
        with tempfile.TemporaryDirectory(dir=work) as folder:
            measured = build_index(kb.path, path, encoder, Path(folder))
    told.write_bytes(msgspec.json.encode(measured))
    return Index.open(path), measured.build_seconds


def _fingerprint(suite: Suite, system: str, place: str, trial: Trial) -> str:
    """Equal for runs that would give equal figures, as far as files and versions tell."""
    settings = msgspec.to_builtins(suite)
    for key in _PROSE:
        settings.pop(key, None)
    encoder = _encoder(trial.encoder) if system_named(system).indexed else ""
    parts = [VERSION, settings, system, checksums(suite, place), encoder]
    if trial.fusion:
        parts.append(sha256(Path(trial.fusion)))
    if trial.reranker:
        parts.append(checksum(Path(trial.reranker)))
    return hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).hexdigest()[:16]


@cache
def _encoder(spec: str) -> str:
    from xnorm.encoders import load_encoder

    return load_encoder(spec).fingerprint


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
