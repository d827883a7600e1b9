"""Trains a static encoder on the names of any set of knowledge bases (extra `neural`).

Self-alignment in the manner of SapBERT (Liu et al., 2021): names of one concept are drawn
together, in any language, and away from the other names of a batch, half of which come from near
concepts. What is trained is one vector and one weight a subword.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
from msgspec.structs import replace

from xnorm.encoders.static import StaticEncoder
from xnorm.errors import SettingError, require
from xnorm.training.checkpoint import load_checkpoint, save_checkpoint
from xnorm.training.fitting import Fit, Progress
from xnorm.training.held_out import Found
from xnorm.training.material import Source, first_vectors, prepared, sources
from xnorm.training.pairs import SYNONYMS, NameRow, Pairing


class EncoderSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The recipe; the defaults are the shipped encoder's."""

    kind: Literal["static"] = "static"
    names: tuple[str, ...] = ()
    """Tables of names (`training.pairs.read_names`) or knowledge base folders, by path."""
    teacher: str = ""
    """What gives subwords their first vectors: the folder of a transformer, or a static encoder,
    `default` or its folder; random without."""
    teacher_prefix: str = "query: "
    tokenizer: str = ""
    """A `tokenizer.json` to take instead of training one, which no seed makes reproducible."""
    vocabulary: int = 52_000
    dimension: int = 256
    epochs: float = 10.0
    batch: int = 4096
    temperature: float = 0.1
    rate: float = 0.007
    hard: float = 0.5
    """Share of a batch that is drawn from near concepts."""
    focal: float = 0.0
    """Exponent of the weight (1 - p) of a pair; 0 weighs all alike."""
    mixed: int = 0
    """Negatives that are mixed for each name from its hardest ones in the batch."""
    soup: int = 0
    """The result is the mean of the tables at the ends of so many last epochs; 0 takes the last."""
    optimizer: Literal["adam", "adamp"] = "adam"
    smoothing: float = 0.001
    """A subword of relative frequency p starts with weight a / (a + p) (Arora et al., 2017)."""
    weights: dict[str, float] = msgspec.field(default_factory=dict)
    """How often a source's concepts are drawn, where not once."""
    shares: dict[str, float] = msgspec.field(default_factory=dict)
    """The share of a source's concepts that is used at all, where not all."""
    licences: dict[str, str] = msgspec.field(default_factory=dict)
    """The terms of sources, for the card."""
    hold_out: int = 0
    """Keeps one concept in so many for the report and trains without its names; 0 keeps none."""
    patience: int = 0
    """Stops after so many epochs without a better accuracy on held-out concepts and takes the best
    one's table; 0 goes to the end."""
    seed: int = 0
    seeds: int = 1
    """So many runs, with this seed and the next ones, whose tables are averaged."""

    def __post_init__(self) -> None:
        for name in ("vocabulary", "dimension", "epochs", "batch", "temperature", "rate", "seeds"):
            if getattr(self, name) <= 0:
                raise SettingError(
                    f"{name} is {getattr(self, name)}", place="encoder", todo="Give more than 0"
                )
        if not 0 <= self.hard <= 1:
            raise SettingError(f"hard is {self.hard}", place="encoder", todo="Give 0 to 1")
        for name in ("focal", "mixed", "soup", "patience"):
            if getattr(self, name) < 0:
                raise SettingError(
                    f"{name} is {getattr(self, name)}", place="encoder", todo="Give 0 or more"
                )
        if self.patience and not self.hold_out:
            raise SettingError(
                "patience needs held-out concepts", place="encoder", todo="Set hold_out, say to 20"
            )
        if self.soup > self.epochs:
            raise SettingError(
                f"soup is {self.soup} and there are {self.epochs:g} epochs",
                place="encoder",
                todo="Give at most that",
            )
        if self.patience and self.soup:
            raise SettingError(
                "patience takes the best epoch and soup the mean of the last",
                place="encoder",
                todo="Set one of the two to 0",
            )


class TrainingReport(msgspec.Struct, frozen=True, kw_only=True):
    """What came out beside the weights."""

    names: int
    concepts: int
    sources: dict[str, Source]
    """Whose names were learned from."""
    steps: int
    cpu_minutes: float
    """Of the epochs, without what comes before."""
    held_out: dict[str, Found]
    """By language, how a name in it finds an English name of its own held-out concept."""


def train_static(
    names: Sequence[NameRow],
    settings: EncoderSettings,
    *,
    pairing: Pairing = SYNONYMS,
    checkpoints: Path | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> tuple[StaticEncoder, TrainingReport]:
    """Trains on names.

    The same names, settings and machine give the same encoder, provided that `settings` name a
    tokenizer: the vocabulary that `tokenizers` trains differs a little from run to run.

    Args:
        names: rows of all sources.
        settings: the recipe.
        pairing: how pairs are made of the names.
        checkpoints: a folder for the state after each epoch. Where it holds some, a run of the same
            names and settings goes on from there and ends as if it had never stopped.
        progress: called every hundred steps and after the last.

    Raises:
        MissingExtra: when torch is not installed.
        SettingError: when no concept has two different names.
        DataError: when a file in `checkpoints` is something else.
    """
    require("torch", "neural")
    seeds = range(settings.seed, settings.seed + settings.seeds)
    places = [checkpoints and checkpoints / f"seed-{seed}.safetensors" for seed in seeds]
    states = [load_checkpoint(place) if place else None for place in places]
    material = prepared(names, settings, states[0][0].tokenizer if states[0] else "")
    first = None
    if None in states:
        # averaging asks for tables that began alike
        generator = np.random.default_rng(settings.seed)
        first = first_vectors(material.tokenizer, settings, generator)
    tables, steps, seconds = [], 0, 0.0
    for seed, place, state in zip(seeds, places, states, strict=True):
        fit = Fit(material, replace(settings, seed=seed), first=first, state=state, pairing=pairing)
        tables.append(
            fit.run(
                tell=_counted(progress, steps, (seeds[-1] - seed) * fit.steps),
                keep=partial(save_checkpoint, place) if place else None,
            )
        )
        steps, seconds = steps + fit.facts.step, seconds + fit.facts.cpu_seconds
    vectors = np.stack(tables).mean(axis=0)
    encoder = fit.encoder(vectors)
    report = TrainingReport(
        names=len(material.rows),
        concepts=fit.concepts,
        sources=sources(material.rows),
        steps=steps,
        cpu_minutes=round(seconds / 60, 1),
        held_out=fit.found(encoder),
    )
    return encoder, report


def _counted(
    tell: Callable[[Progress], None] | None, before: int, after: int
) -> Callable[[Progress], None] | None:
    """Tells of one run as a part of all, with the steps before and after it."""
    if tell is None:
        return None
    return lambda one: tell(Progress(before + one.step, before + one.steps + after, one.loss))
