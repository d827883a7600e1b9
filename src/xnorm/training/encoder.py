"""Trains a static encoder on the names of any set of knowledge bases (extra `neural`).

Self-alignment in the manner of SapBERT (Liu et al., 2021): names of one concept are drawn
together, in any language, and away from the other names of a batch, half of which come from near
concepts. What is trained is one vector and one weight a subword.
"""

from __future__ import annotations

import itertools
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from xnorm.encoders.static import StaticEncoder
from xnorm.errors import SettingError, require
from xnorm.training import subwords
from xnorm.training.contrast import LazyAdam, false_negatives, info_nce
from xnorm.training.pairs import NameRow, Pairs, PairSampler, batches, thinned

if TYPE_CHECKING:
    from xnorm.training.pairs import Integers

CLUSTER_SIZE = 150
"""Names in a cluster of near concepts, about."""


class EncoderSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The recipe; the defaults are the shipped encoder's."""

    names: tuple[str, ...] = ()
    """Tables of names (`training.pairs.read_names`) or knowledge base folders, by path."""
    teacher: str = ""
    """Folder of a transformer that gives subwords their first vectors; random without."""
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
    smoothing: float = 0.001
    """A subword of relative frequency p starts with weight a / (a + p) (Arora et al., 2017)."""
    weights: dict[str, float] = msgspec.field(default_factory=dict)
    """How often a source's concepts are drawn, where not once."""
    shares: dict[str, float] = msgspec.field(default_factory=dict)
    """The share of a source's concepts that is used at all, where not all."""
    hold_out: int = 0
    """Keeps one concept in so many for the report and trains without its names; 0 keeps none."""
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("vocabulary", "dimension", "epochs", "batch", "temperature", "rate"):
            if getattr(self, name) <= 0:
                raise SettingError(
                    f"{name} is {getattr(self, name)}", place="encoder", todo="Give more than 0"
                )
        if not 0 <= self.hard <= 1:
            raise SettingError(f"hard is {self.hard}", place="encoder", todo="Give 0 to 1")


class Progress(msgspec.Struct, frozen=True):
    """What the trainer tells while it works; `loss` is the mean since it last told."""

    step: int
    steps: int
    loss: float


class TrainingReport(msgspec.Struct, frozen=True, kw_only=True):
    """What came out beside the weights."""

    names: int
    concepts: int
    steps: int
    cpu_minutes: float
    held_out: dict[str, float]
    """Accuracy@1 by language: a name in it finds an English name of its own held-out concept."""


def train_static(
    names: Sequence[NameRow],
    settings: EncoderSettings,
    *,
    progress: Callable[[Progress], None] | None = None,
) -> tuple[StaticEncoder, TrainingReport]:
    """Trains on names.

    The same names, settings and machine give the same encoder, provided that `settings` name a
    tokenizer: the vocabulary that `tokenizers` trains differs a little from run to run.

    Args:
        names: rows of all sources.
        settings: the recipe.
        progress: called every hundred steps and after the last.

    Raises:
        MissingExtra: when torch is not installed.
        SettingError: when no concept has two different names.
    """
    require("torch", "neural")
    begun = time.process_time()
    teacher = Path(settings.teacher) if settings.teacher else None
    rows, unseen = split(thinned(names, settings.shares), settings.hold_out)
    texts = [row.name for row in rows]
    if settings.tokenizer:
        tokenizer = subwords.open_tokenizer(settings.tokenizer)
    else:
        words = subwords.teacher_words(teacher) if teacher else []
        tokenizer = subwords.train_tokenizer(texts, settings.vocabulary, words)
    cut = subwords.cut(tokenizer, texts)
    full = np.flatnonzero(np.diff(cut.starts) > 0)
    rows, cut = [rows[i] for i in full], cut.take(full)

    generator = np.random.default_rng(settings.seed)
    keys = cut.keys()
    sampler = PairSampler(rows, keys, generator, weights=settings.weights)
    steps = max(1, int(settings.epochs * sampler.draws.sum() / settings.batch))
    if not sampler.draws.any():
        raise SettingError(
            "no concept has two different names",
            place="names to train on",
            todo="Give knowledge bases with synonyms or translations",
        )
    table = _Table(tokenizer, cut, settings, teacher, generator)
    losses: list[float] = []
    schedule = _schedule(sampler, table, cut, settings, generator)
    for step, (left, right, concept) in enumerate(itertools.islice(schedule, steps)):
        masked = false_negatives(concept, keys[left], keys[right])
        scale = min(1.0, (step + 1) / max(50, steps // 50)) * (1 - step / steps) + 1e-3
        both = cut.take(np.concatenate([left, right]))
        losses.append(table.step(both, masked, settings.temperature, scale))
        if progress and (len(losses) == 100 or step + 1 == steps):
            progress(Progress(step + 1, steps, float(np.mean(losses))))
            losses.clear()
    encoder = StaticEncoder.from_vectors(tokenizer, table.vectors())
    report = TrainingReport(
        names=len(rows),
        concepts=sampler.concepts,
        steps=steps,
        cpu_minutes=round((time.process_time() - begun) / 60, 1),
        held_out=accuracy(encoder, unseen),
    )
    return encoder, report


def split(names: Sequence[NameRow], one_in: int) -> tuple[list[NameRow], list[NameRow]]:
    """Rows to train on, and rows of held-out concepts (one in so many, chosen by their id).

    A name that equals a held-out one after folding is left out everywhere.
    """
    from xnorm.text.normal import fold

    if one_in <= 0:
        return list(names), []
    unseen = [row for row in names if zlib.crc32(row.concept.encode()) % one_in == 0]
    held, forbidden = {row.concept for row in unseen}, {fold(row.name) for row in unseen}
    seen = [row for row in names if row.concept not in held and fold(row.name) not in forbidden]
    return seen, unseen


def accuracy(encoder: StaticEncoder, rows: Sequence[NameRow], pool: str = "en") -> dict[str, float]:
    """Accuracy@1 by language of finding, among the names in `pool`, one of the same concept."""
    targets = [row for row in rows if row.language == pool]
    known = {row.concept for row in targets}
    queries: dict[str, list[NameRow]] = defaultdict(list)
    for row in rows:
        if row.language != pool and row.concept in known:
            queries[row.language].append(row)
    vectors = encoder.encode([row.name for row in targets])
    found = {}
    for language, asked in sorted(queries.items()):
        right = 0
        for start in range(0, len(asked), 1024):
            block = asked[start : start + 1024]
            nearest = (encoder.encode([row.name for row in block]) @ vectors.T).argmax(axis=1)
            pairs = zip(nearest, block, strict=True)
            right += sum(targets[best].concept == row.concept for best, row in pairs)
        found[language] = round(right / len(asked), 4)
    return found


def _schedule(
    sampler: PairSampler,
    table: _Table,
    cut: subwords.Cut,
    settings: EncoderSettings,
    generator: np.random.Generator,
) -> Iterator[Pairs]:
    """Batches without end; from the second epoch on with near concepts side by side."""

    def cluster(rows: Integers) -> Integers:
        vectors = table.encode(cut.take(rows))
        centres = vectors[generator.permutation(len(rows))[: max(1, len(rows) // CLUSTER_SIZE)]]
        blocks = np.array_split(vectors, len(vectors) // 4096 + 1)
        return np.concatenate([(block @ centres.T).argmax(axis=1) for block in blocks])

    hard = 0.0
    while True:
        pairs = sampler.epoch()
        for chosen in batches(pairs, settings.batch, generator, hard=hard, cluster=cluster):
            yield Pairs(*(column[chosen] for column in pairs))
        hard = settings.hard


class _Table:
    """The vectors and log weights of all subwords while they are trained."""

    def __init__(
        self,
        tokenizer: Any,
        cut: subwords.Cut,
        settings: EncoderSettings,
        teacher: Path | None,
        generator: np.random.Generator,
    ) -> None:
        import torch

        size, dimension = tokenizer.get_vocab_size(), settings.dimension
        if teacher is None:
            vectors = subwords.random_vectors(size, dimension, generator)
        else:
            vectors = subwords.teacher_vectors(
                tokenizer, teacher, dimension, settings.teacher_prefix
            )
        self._silent = subwords.silent(tokenizer)
        vectors[self._silent] = 0
        counts = np.bincount(cut.pieces, minlength=size) + 1.0
        weights = settings.smoothing / (settings.smoothing + counts / counts.sum())
        self._vectors = LazyAdam(torch.from_numpy(vectors), settings.rate)
        self._weights = LazyAdam(torch.from_numpy(np.log(weights)).float(), settings.rate)

    def step(
        self,
        both: subwords.Cut,
        masked: tuple[Integers, Integers],
        temperature: float,
        scale: float,
    ) -> float:
        """One step on a batch whose left names come first, then their right names; the loss."""
        import torch
        from torch.nn import functional

        used, place = np.unique(both.pieces, return_inverse=True)
        rows, inverse = torch.from_numpy(used), torch.from_numpy(place)
        vectors = self._vectors.table[rows].requires_grad_()
        weights = self._weights.table[rows].requires_grad_()
        sums = functional.embedding_bag(
            inverse,
            vectors,
            torch.from_numpy(both.starts[:-1]),
            mode="sum",
            per_sample_weights=torch.exp(weights)[inverse],
        )
        lengths = sums.detach().norm(dim=1, keepdim=True).clamp_min(1e-6)
        unit = sums.detach() / lengths
        half = len(unit) // 2
        contrast = info_nce(unit[:half], unit[half:], temperature, masked)
        gradient = torch.cat([contrast.left, contrast.right])
        along = (gradient * unit).sum(dim=1, keepdim=True) * unit
        sums.backward((gradient - along) / lengths)
        self._vectors.step(rows, vectors.grad, scale)
        self._weights.step(rows, weights.grad, scale)
        return contrast.loss

    def vectors(self) -> subwords.Floats:
        """The table with the weights folded in, float32 [vocabulary, dimension]."""
        result: subwords.Floats = (self._vectors.table * self._weights.table.exp()[:, None]).numpy()
        result[self._silent] = 0
        return result

    def encode(self, cut: subwords.Cut) -> subwords.Floats:
        """Unit vectors of cut names, as the table stands."""
        vectors = self.vectors()
        blocks = [np.zeros((0, vectors.shape[1]), np.float32)]
        for start in range(0, len(cut.starts) - 1, 20_000):
            part = cut.take(np.arange(start, min(start + 20_000, len(cut.starts) - 1)))
            sums = np.add.reduceat(vectors[part.pieces], part.starts[:-1], axis=0)
            blocks.append(sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-6))
        return np.concatenate(blocks)
