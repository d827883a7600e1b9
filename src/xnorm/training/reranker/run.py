"""Trains a re-ranker: candidates once, then sentence-transformers' trainer, then calibration."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from xnorm.document import Document
from xnorm.errors import SettingError, require
from xnorm.files import atomic_folder, sha256
from xnorm.index import Index
from xnorm.reranking.model import Reading, write_reading
from xnorm.reranking.stage import Rerank
from xnorm.stores import open_index
from xnorm.training.fitting import Progress
from xnorm.training.record import RUN, refuse_other, run_key, write_record
from xnorm.training.reranker.calibration import accuracy, calibrated
from xnorm.training.reranker.data import Listed, lists, teaching, thinned
from xnorm.training.reranker.material import Say, documents_with_candidates
from xnorm.training.reranker.recipe import RerankerSettings
from xnorm.version import VERSION

LIBRARIES = ("torch", "transformers", "sentence-transformers")


class RerankerReport(msgspec.Struct, frozen=True, kw_only=True):
    """What came out beside the weights; shares are of mentions with a gold concept.

    Attributes:
        mentions: that were learned from.
        dev_mentions: that the best epoch was chosen on.
        before: accuracy@1 of the candidates on them.
        after: accuracy@1 of the trained re-ranker.
        found: the share whose gold concept is among the candidates that are re-ranked.
        epochs: accuracy@1 after each, calibrated.
    """

    mentions: int
    dev_mentions: int
    before: float
    after: float
    found: float
    epochs: tuple[float, ...]


def train_reranker(
    settings: RerankerSettings,
    output: str | Path,
    *,
    say: Say | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> RerankerReport:
    """Trains a re-ranker and writes its folder, an ordinary one of a `CrossEncoder`.

    A run that was killed goes on where its last epoch ended when it is started again with the same
    settings: candidates and checkpoints lie in `OUTPUT.work` until the end.

    Args:
        settings: the recipe.
        output: the folder; it appears when training is done.
        say: told what is being done.
        progress: told of steps.

    Raises:
        MissingExtra: without the extra `neural`.
        SettingError: when `output` holds something else, or no mention can be learned from.
        DataError: when documents or the base cannot be read.
    """
    for library in ("torch", "sentence_transformers", "datasets"):
        require(library, "neural")
    from xnorm.training.reranker.fitting import answers, fit
    from xnorm.training.reranker.network import start

    target = Path(output)
    refuse_other(target, "a re-ranker")
    tell = say or (lambda _: None)
    index = open_index(settings.index, notify=say)
    work = target.with_name(f"{target.name}.work")
    source = settings.source or index.kb.source
    train, dev = documents_with_candidates(settings, index, work, tell)

    if settings.repeats:
        train = thinned(train, settings.repeats)
    network, adapted = start(settings)
    stage = Rerank(network, _reading(settings), index.kb)
    taught = teaching(lists(train, stage, source), missing=settings.missing)
    asked = [one for one in lists(dev, stage, source) if one.gold]
    known = sum(one.gold for one in taught)
    if not known or not asked:
        raise SettingError(
            f"{known} mentions to learn from and {len(asked)} to choose by",
            place=", ".join(settings.train) or "synonyms",
            todo=f"Give documents with gold ids of {source}; these have {_vocabularies(train)}",
        )
    tell(f"{len(taught):,} mentions to learn from, {len(asked):,} to choose by")
    checkpoints = work / f"checkpoints-{run_key(settings, {'index': index.fingerprint})}"
    epochs = fit(network, taught, asked, settings, checkpoints, tell, progress)
    got = answers(network, asked, settings.precision)
    reading, report = _judged(stage.reading, asked, got, len(taught), epochs)
    with atomic_folder(target) as folder:
        adapted.settle(folder)
        network.save_pretrained(str(folder), create_model_card=False)
        write_reading(reading, folder)
        write_record(
            folder,
            settings,
            report,
            inputs={name: sha256(name) for name in (*settings.train, *settings.dev)},
            libraries=LIBRARIES,
            index=index.fingerprint,
        )
        (folder / "README.md").write_text(_card(settings, index, report), encoding="utf-8")
    shutil.rmtree(work, ignore_errors=True)
    return report


def _reading(settings: RerankerSettings) -> Reading:
    return Reading(texts=settings.texts, k=settings.k, nil=settings.nil)


def _judged(
    reading: Reading,
    asked: Sequence[Listed],
    got: Sequence[NDArray[np.float32]],
    mentions: int,
    epochs: Sequence[float],
) -> tuple[Reading, RerankerReport]:
    """The calibrated reading, and the report."""
    found = calibrated(reading, asked, got)
    before = [one.labels[: len(one.labels) - reading.nil][0] for one in asked]
    return found, RerankerReport(
        mentions=mentions,
        dev_mentions=len(asked),
        before=round(float(np.mean(before)), 4),
        after=round(accuracy(asked, got, found), 4),
        found=round(float(np.mean([one.found for one in asked])), 4),
        epochs=tuple(round(one, 4) for one in epochs),
    )


def _vocabularies(documents: Sequence[Document]) -> str:
    names = {gold.db_name for one in documents for mention in one.mentions for gold in mention.gold}
    return ", ".join(sorted(names)) or "none"


def _material(settings: RerankerSettings) -> str:
    files = [f"`{Path(name).name}`" for name in settings.train]
    return ", ".join([*files, *["the terminology's names"] * bool(settings.synonyms)])


def _card(settings: RerankerSettings, index: Index, report: RerankerReport) -> str:
    """The README of the folder: what made the weights, and how good they are."""
    return f"""# Re-ranker for {index.kb.source} {index.kb.manifest.release}

Trained by xnorm {VERSION} from `{settings.base}` on {report.mentions:,} mentions of
{_material(settings)}; `{RUN}` has every setting.

| on {report.dev_mentions:,} mentions that were not learned from | accuracy@1 |
|---|---|
| candidates | {report.before:.3f} |
| re-ranked | {report.after:.3f} |
| gold concept among the {settings.k} candidates | {report.found:.3f} |

The best epoch and the calibration were chosen on the same mentions. What licences the base, the
documents and the terminology have decides what may be done with the weights.
"""
