"""What `xnorm train reranker` can be told."""

from __future__ import annotations

from typing import Literal

import msgspec

from xnorm.encoders.transformer import Precision
from xnorm.errors import SettingError
from xnorm.reranking.texts import Texts
from xnorm.training.adapters import Adapters
from xnorm.training.reranker.objective import Objective


class RerankerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The recipe of a re-ranker.

    Attributes:
        base: folder or name of the transformer to start from, or of a cross-encoder.
        index: what `--index` of `xnorm link` takes: where candidates come from.
        train: files of documents with gold concepts, in any format; may be empty where `synonyms`
            are learned from.
        synonyms: this many names are taken out of the terminology and learned from as mentions.
        dev: files to choose the best epoch and to calibrate on; without, a share of `train`.
        dev_share: of the documents of `train` where `dev` is empty; chosen by their ids.
        source: the `db_name` of gold ids; by default the terminology's.
        language: of documents that do not say theirs, a code; empty if unknown.
        abbreviations: expand those that a document defines, before candidates are generated.
        k: candidates a mention.
        nil: append a candidate that means "none of these".
        missing: what a mention teaches whose gold concept is not among its candidates: `nil`, or
            `skip` it. A mention without a gold concept teaches NIL, where `nil` is set.
        repeats: of mentions with equal text and equal gold concepts only so many are learned from;
            0 learns from all.
        texts: what the model reads.
        tokens: that are read of a pair.
        objective: the loss.
        layers: keep only the first so many of the base's; 0 keeps all.
        frozen: the first so many layers, with the embeddings, are not trained; 0 trains all.
        adapters: train these instead of the base's own weights.
        epochs: passes through the training mentions.
        batch: mentions a step.
        accumulate: steps whose gradients are summed.
        rate: learning rate at its highest.
        warmup: share of the steps until then.
        decay: weight decay.
        patience: stop after so many epochs without a better accuracy@1; 0 never stops.
        precision: of the products: `float32`, or `bfloat16` where the device is faster at it.
        tensorboard: a folder for TensorBoard's files; empty writes none.
        seed: of everything random.
    """

    base: str = ""
    index: str = "default"
    train: tuple[str, ...] = ()
    synonyms: int = 0
    dev: tuple[str, ...] = ()
    dev_share: float = 0.1
    source: str = ""
    language: str = ""
    abbreviations: bool = True
    k: int = 16
    nil: bool = True
    missing: Literal["nil", "skip"] = "skip"
    repeats: int = 0
    texts: Texts = Texts()
    tokens: int = 96
    objective: Objective = Objective()
    layers: int = 0
    frozen: int = 0
    adapters: Adapters = Adapters()
    epochs: int = 3
    batch: int = 8
    accumulate: int = 1
    rate: float = 3e-5
    warmup: float = 0.1
    decay: float = 0.01
    patience: int = 2
    precision: Precision = "float32"
    tensorboard: str = ""
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.base:
            raise SettingError(
                "base is empty", place="re-ranker", todo="Name a transformer: base: a-folder/"
            )
        if not self.train and not self.synonyms:
            raise SettingError(
                "nothing to learn from",
                place="re-ranker",
                todo="Name documents, train: [a.json], or let names teach, synonyms: 5000",
            )
        for field in ("k", "tokens", "epochs", "batch", "accumulate"):
            if getattr(self, field) < 1:
                raise SettingError(
                    f"{field} is {getattr(self, field)}", place="re-ranker", todo="Give 1 or more"
                )
        if not 0 <= self.dev_share < 1:
            raise SettingError(
                f"dev_share is {self.dev_share}", place="re-ranker", todo="Give 0 to 1"
            )
