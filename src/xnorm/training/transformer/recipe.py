"""What `xnorm train encoder` can be told where `kind` is `transformer`."""

from __future__ import annotations

from typing import Literal

import msgspec

from xnorm.encoders.transformer import Case, Precision
from xnorm.errors import SettingError
from xnorm.training.adapters import Adapters


class TransformerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The recipe of a transformer encoder.

    Attributes:
        kind: of encoder.
        names: tables of names (`training.pairs.read_names`) or knowledge base folders, by path.
        base: folder or name of the transformer to start from, such as a SapBERT.
        pooling: how token vectors become one: `mean`, `cls`, or by default as the base says.
        prefix: put before every name, in training and ever after; "query: " for the E5 family.
        case: of letters: `kept`, or `lower`, which reads all as small ones, then and ever after.
        tokens: of a name that are read.
        loss: `info-nce`, or SapBERT's `multi-similarity` on mined triplets.
        temperature: of InfoNCE.
        focal: of InfoNCE: a pair of probability p counts (1 - p) to this power; 0: all alike.
        mixed: of InfoNCE: so many negatives a name are mixed from the hardest of the batch.
        layers: keep only the first so many of the base's; 0 keeps all.
        frozen: the first so many layers, with the embeddings, are not trained; 0 trains all.
        adapters: train these instead of the base's own weights.
        epochs: passes through the pairs, also a part of one.
        batch: pairs a step.
        accumulate: steps whose gradients are summed.
        hard: share of a batch that is drawn from near concepts.
        rate: learning rate at its highest.
        warmup: share of the steps until then.
        decay: weight decay.
        optimizer: `adamw`, or `adamp` (Heo et al., 2021).
        weights: how often a source's concepts are drawn, where not once.
        shares: the share of a source's concepts that is used at all, where not all.
        licences: the terms of sources, for the card.
        hold_out: keeps one concept in so many for the report, and trains without its names; 0
            keeps none.
        measured: so many of them are measured, at most.
        every: steps between checkpoints, each with a measurement where concepts are held out; the
            best of them is taken.
        patience: stop after so many measurements without a better one; 0 never stops.
        soup: average the weights of so many checkpoints; 0 takes one.
        soup_of: the `best` or the `last`.
        precision: of training: `float32`, or `bfloat16` where the device has it.
        tensorboard: a folder for TensorBoard's files; empty writes none.
        seed: of everything random.
    """

    kind: Literal["transformer"] = "transformer"
    names: tuple[str, ...] = ()
    base: str = ""
    pooling: Literal["", "mean", "cls"] = ""
    prefix: str = ""
    case: Case = "kept"
    tokens: int = 32
    loss: Literal["info-nce", "multi-similarity"] = "info-nce"
    temperature: float = 0.05
    focal: float = 0.0
    mixed: int = 0
    layers: int = 0
    frozen: int = 0
    adapters: Adapters = Adapters()
    epochs: float = 1.0
    batch: int = 128
    accumulate: int = 1
    hard: float = 0.5
    rate: float = 2e-5
    warmup: float = 0.1
    decay: float = 0.01
    optimizer: Literal["adamw", "adamp"] = "adamw"
    weights: dict[str, float] = msgspec.field(default_factory=dict)
    shares: dict[str, float] = msgspec.field(default_factory=dict)
    licences: dict[str, str] = msgspec.field(default_factory=dict)
    hold_out: int = 0
    measured: int = 1000
    every: int = 500
    patience: int = 0
    soup: int = 0
    soup_of: Literal["best", "last"] = "best"
    precision: Precision = "float32"
    tensorboard: str = ""
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.base:
            raise SettingError(
                "base is empty", place="encoder", todo="Name a transformer: base: a-folder/"
            )
        for field in ("epochs", "batch", "accumulate", "temperature", "rate", "tokens", "every"):
            if getattr(self, field) <= 0:
                raise SettingError(
                    f"{field} is {getattr(self, field)}", place="encoder", todo="Give more than 0"
                )
        for field in ("hard", "warmup"):
            if not 0 <= getattr(self, field) <= 1:
                raise SettingError(
                    f"{field} is {getattr(self, field)}", place="encoder", todo="Give 0 to 1"
                )
        if self.loss != "info-nce" and (self.focal or self.mixed):
            raise SettingError(
                f"focal and mixed do not go with loss {self.loss}",
                place="encoder",
                todo="Take loss: info-nce, or leave them at 0",
            )
        wants = self.patience or (self.soup > 1 and self.soup_of == "best")
        if wants and not self.hold_out:
            raise SettingError(
                "patience and the best checkpoints need held-out concepts",
                place="encoder",
                todo="Give hold_out, for instance 50, or take soup_of: last",
            )
