"""The run of a static encoder's training: epochs, averages, early stop, going on after a kill."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from xnorm.encoders.static import StaticEncoder
from xnorm.errors import SettingError
from xnorm.training import subwords
from xnorm.training.checkpoint import Facts
from xnorm.training.contrast import false_negatives
from xnorm.training.guide import Guide, joined
from xnorm.training.held_out import Found, mean_accuracy, measure, queries
from xnorm.training.material import Material, first_vectors
from xnorm.training.near import near
from xnorm.training.pairs import SYNONYMS, Pairing, Pairs, batches
from xnorm.training.table import Batch, SubwordTable

if TYPE_CHECKING:
    from xnorm.training.encoder import EncoderSettings
    from xnorm.training.pairs import Integers

TOLD_EVERY = 100
"""Steps between two reports."""

CHOOSING = 1_000
"""Held-out queries a language that decide whether an epoch was better."""

State = tuple[Facts, dict[str, Any]]
"""Where a run stands, and its tensors."""


class Progress(msgspec.Struct, frozen=True):
    """What the trainer tells while it works; `loss` is the mean since it last told."""

    step: int
    steps: int
    loss: float


class Fit:
    """A run over material, from the start or from a kept state.

    Args:
        material: names made ready.
        settings: the recipe.
        first: vectors to start from; what the recipe says without.
        state: of a run with the same material and settings that goes on.
        pairing: how pairs are made of the names.

    Raises:
        SettingError: when no concept has two different names, or patience nothing to choose by.
    """

    def __init__(
        self,
        material: Material,
        settings: EncoderSettings,
        *,
        first: subwords.Floats | None = None,
        state: State | None = None,
        pairing: Pairing = SYNONYMS,
    ) -> None:
        self._material, self._settings = material, settings
        self._generator = np.random.default_rng(settings.seed)
        self._sampler = pairing.sampling(
            material.rows, material.keys, self._generator, weights=settings.weights
        )
        if not self._sampler.draws.any():
            raise SettingError(
                "no concept has two different names",
                place="names to train on",
                todo="Give knowledge bases with synonyms or translations",
            )
        if settings.patience and not queries(material.unseen):
            raise SettingError(
                "patience has nothing to choose by",
                place="held-out names",
                todo="Give concepts with names in English and another language, or patience: 0",
            )
        self._pairing, apart = pairing, pairing.apart
        self._guide = Guide(pairing.guide, material.rows, apart) if pairing.guide else None
        self._apart = np.array([row.language == apart for row in material.rows])
        self.concepts = self._sampler.concepts
        self.steps = max(1, int(settings.epochs * self._sampler.draws.sum() / settings.batch))
        self.facts = Facts(tokenizer=material.tokenizer.to_str())
        self._kept: dict[str, Any] = {}
        tokenizer = material.tokenizer
        if state is not None:
            first = np.zeros((tokenizer.get_vocab_size(), settings.dimension), np.float32)
        elif first is None:
            first = first_vectors(tokenizer, settings, self._generator)
        counts = np.bincount(material.cut.pieces, minlength=len(first)) + 1.0
        self._table = SubwordTable(
            first, counts, subwords.silent(tokenizer), settings, projection=pairing.projection
        )
        if state is not None:
            self.facts, tensors = state
            self._table.restore(tensors, self.facts.step)
            self._kept = {name: tensors[name] for name in ("soup", "best") if name in tensors}
            self._generator.bit_generator.state = self.facts.generator

    def run(
        self,
        *,
        tell: Callable[[Progress], None] | None = None,
        keep: Callable[[Facts, dict[str, Any]], None] | None = None,
    ) -> subwords.Floats:
        """Trains to the end; returns what `SubwordTable.vectors` does, for `encoder`.

        Args:
            tell: called every hundred steps and after the last.
            keep: called with the state before the first epoch and after each.
        """
        facts, patience = self.facts, self._settings.patience
        losses: list[float] = []
        if keep and not facts.epoch:
            keep(*self._state())
        while facts.step < self.steps and not (patience and facts.waited >= patience):
            begun = time.process_time()
            for batch in self._epoch():
                losses.append(self._table.step(batch, self._scale(), self._generator))
                facts.step += 1
                self._average()
                if tell and len(losses) == TOLD_EVERY:
                    tell(Progress(facts.step, self.steps, float(np.mean(losses))))
                    losses.clear()
            facts.epoch += 1
            if patience:
                self._choose()
            facts.cpu_seconds += time.process_time() - begun
            if keep:
                keep(*self._state())
        if tell and losses:
            tell(Progress(facts.step, facts.step, float(np.mean(losses))))
        if "best" in self._kept:
            return self._array("best")
        if "soup" in self._kept:
            return self._array("soup") / np.float32(facts.averaged)
        return self._table.vectors()

    def encoder(self, vectors: subwords.Floats) -> StaticEncoder:
        """The encoder of vectors that `run` gave, or of the mean of several runs'."""
        table, projection = vectors, None
        if self._pairing.projection:
            table, projection = np.split(vectors, [-self._settings.dimension])
        return StaticEncoder.from_vectors(self._material.tokenizer, table, projection)

    def found(self, encoder: StaticEncoder, *, most: int = 0) -> dict[str, Found]:
        """What it finds of held-out names (`held_out.measure`)."""
        return measure(encoder, self._material.unseen, most=most, apart=self._pairing.apart)

    def _scale(self) -> float:
        """Of the learning rate: up to one, then down to zero along a line."""
        warm = min(1.0, (self.facts.step + 1) / max(50, self.steps // 50))
        return warm * (1 - self.facts.step / self.steps) + 1e-3

    def _epoch(self) -> Iterator[Batch]:
        """The batches of one epoch, as far as there are steps; near concepts lie side by side."""
        cut, keys = self._material.cut, self._material.keys

        def cluster(rows: Integers) -> Integers:
            return near(self._table.encode(cut.take(rows)), self._generator)

        pairs = self._sampler.epoch()
        # before the first epoch nearness says little
        hard = self._settings.hard if self.facts.epoch else 0.0
        cutting = batches(pairs, self._settings.batch, self._generator, hard=hard, cluster=cluster)
        for chosen in cutting[: self.steps - self.facts.step]:
            left, right, concept = Pairs(*(column[chosen] for column in pairs))
            masked = false_negatives(concept, keys[left], keys[right])
            if self._guide:
                masked = joined(masked, self._guide.false_negatives(left, right))
            names = np.concatenate([left, right])
            yield Batch(cut.take(names), masked, np.flatnonzero(self._apart[names]))

    def _average(self) -> None:
        """Adds the table to the soup at the ends of the last epochs, counted from the end."""
        ends = {
            round(self.steps * (1 - back / self._settings.epochs))
            for back in range(self._settings.soup)
        }
        if self.facts.step in ends:
            vectors = self._table.vectors()
            self._kept["soup"] = self._array("soup") + vectors if "soup" in self._kept else vectors
            self.facts.averaged += 1

    def _choose(self) -> None:
        """Keeps the table if it finds held-out names better than any before."""
        vectors = self._table.vectors()
        score = mean_accuracy(self.found(self.encoder(vectors), most=CHOOSING))
        if score > self.facts.best:
            self.facts.best, self.facts.waited = score, 0
            self._kept["best"] = vectors
        else:
            self.facts.waited += 1

    def _state(self) -> State:
        import torch

        self.facts.generator = dict(self._generator.bit_generator.state)
        kept = {name: torch.as_tensor(one) for name, one in self._kept.items()}
        return self.facts, {**self._table.state(), **kept}

    def _array(self, name: str) -> subwords.Floats:
        result: subwords.Floats = np.asarray(self._kept[name])
        return result
