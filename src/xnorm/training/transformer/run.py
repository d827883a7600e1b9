"""Trains a transformer encoder: pairs, sentence-transformers' trainer, and an ordinary folder."""

from __future__ import annotations

import shutil
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from xnorm.errors import require
from xnorm.files import atomic_folder
from xnorm.training.fitting import Progress
from xnorm.training.held_out import Found, split
from xnorm.training.material import Source, sources
from xnorm.training.pairs import SYNONYMS, NameRow, Pairing, thinned
from xnorm.training.record import Recipe, refuse_other, run_key, write_record
from xnorm.training.transformer.card import card
from xnorm.training.transformer.recipe import TransformerSettings

LIBRARIES = ("torch", "transformers", "sentence-transformers")

_PROMPT = "name"
"""What the model's own prefix is called in its folder."""


class TransformerReport(msgspec.Struct, frozen=True, kw_only=True):
    """What came out beside the weights.

    Attributes:
        names: that were learned from.
        concepts: that they belong to.
        sources: what each source brought.
        steps: of the optimizer.
        cpu_minutes: since the last start.
        measured: steps with the mean accuracy@1 on held-out concepts that was found then.
        before: by language, what the base finds of held-out concepts.
        held_out: what the trained encoder finds.
    """

    names: int
    concepts: int
    sources: dict[str, Source]
    steps: int
    cpu_minutes: float
    measured: tuple[tuple[int, float], ...]
    before: dict[str, Found]
    held_out: dict[str, Found]


def train_transformer(
    names: Sequence[NameRow],
    settings: TransformerSettings,
    output: str | Path,
    *,
    inputs: Mapping[str, str],
    recipe: Recipe | None = None,
    pairing: Pairing = SYNONYMS,
    progress: Callable[[Progress], None] | None = None,
) -> TransformerReport:
    """Trains on names and writes a folder of sentence-transformers.

    A run that was killed goes on from its last checkpoint when it is started again with the same
    settings and names: checkpoints lie in `OUTPUT.work` until the end.

    Args:
        names: rows of all sources.
        settings: the recipe.
        output: the folder; it appears when training is done.
        inputs: checksums of what the names were read from, for the record.
        recipe: what the user gave, for the record; the settings if not given.
        pairing: how pairs are made of the names.
        progress: told now and then.

    Raises:
        MissingExtra: without the extra `neural`.
        SettingError: when `output` holds something else, or no concept has two different names.
        DataError: when the base cannot be read.
    """
    for library in ("torch", "sentence_transformers", "datasets"):
        require(library, "neural")
    from xnorm.training.transformer.data import batches_of
    from xnorm.training.transformer.fitting import Judge, fit
    from xnorm.training.transformer.network import start

    recipe = recipe or Recipe("encoder", settings)
    target = Path(output)
    refuse_other(target, "an encoder")
    begun = time.process_time()
    seen, unseen = split(thinned(names, settings.shares), settings.hold_out)
    unseen = sampled(unseen, settings.measured)
    model, adapted = start(settings)
    batches = batches_of(seen, settings, pairing)
    judge = Judge(unseen, settings)
    before = judge.found(model)
    work = target.with_name(f"{target.name}.work")
    same = run_key(recipe.settings, inputs)
    course = fit(model, batches, judge, settings, work / same, progress)
    report = TransformerReport(
        names=len(seen),
        concepts=batches.concepts,
        sources=sources(seen),
        steps=course.steps,
        cpu_minutes=round((time.process_time() - begun) / 60, 1),
        measured=course.measured,
        before=before,
        held_out=judge.found(model),
    )
    with atomic_folder(target) as folder:
        adapted.settle(folder)
        if settings.prefix:
            model.prompts, model.default_prompt_name = {_PROMPT: settings.prefix}, _PROMPT
        model.save_pretrained(str(folder), create_model_card=False)
        write_record(folder, recipe.settings, report, inputs=inputs, libraries=LIBRARIES)
        text = card(settings, report, command=recipe.command)
        (folder / "README.md").write_text(text, encoding="utf-8")
        if (work / same / "runs").is_dir():  # of TensorBoard
            shutil.copytree(work / same / "runs", folder / "runs")
    shutil.rmtree(work, ignore_errors=True)
    return report


def sampled(rows: Sequence[NameRow], most: int) -> list[NameRow]:
    """The rows of at most so many concepts with names in English and another language.

    Which ones is a function of their ids.
    """
    languages: dict[str, set[str]] = {}
    for row in rows:
        languages.setdefault(row.concept, set()).add(row.language)
    fit = (concept for concept, spoken in languages.items() if "en" in spoken and len(spoken) > 1)
    kept = set(sorted(fit, key=lambda concept: (zlib.crc32(concept.encode()), concept))[:most])
    return [row for row in rows if row.concept in kept]
