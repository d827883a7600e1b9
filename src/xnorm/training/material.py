"""Names made ready for training a static encoder: chosen, split and cut into subwords."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import numpy as np

from xnorm.encoders import load_encoder
from xnorm.encoders.static import TOKENIZER, WEIGHTS
from xnorm.errors import SettingError
from xnorm.resources import resource_path
from xnorm.training import subwords
from xnorm.training.held_out import split
from xnorm.training.pairs import NameRow, thinned

if TYPE_CHECKING:
    from xnorm.training.encoder import EncoderSettings
    from xnorm.training.pairs import Integers


class Material(NamedTuple):
    """What a run learns from, and what it is measured on."""

    tokenizer: Any
    rows: list[NameRow]
    """Names with at least one subword."""
    cut: subwords.Cut
    """Their subwords."""
    keys: Integers
    """Equal for names that the encoder cannot tell apart, int64 [names]."""
    unseen: list[NameRow]
    """Names of held-out concepts."""


class Source(msgspec.Struct, frozen=True):
    """What one source brought; the languages with most names come first."""

    names: int
    concepts: int
    languages: tuple[str, ...]


def sources(rows: Sequence[NameRow]) -> dict[str, Source]:
    """The sources of names, by what their rows say."""
    by_source: dict[str, list[NameRow]] = defaultdict(list)
    for row in rows:
        by_source[row.source].append(row)
    return {
        name: Source(
            len(found),
            len({row.concept for row in found}),
            tuple(code for code, _ in Counter(row.language for row in found).most_common()),
        )
        for name, found in sorted(by_source.items())
    }


def prepared(
    names: Sequence[NameRow], settings: EncoderSettings, tokenizer_json: str = ""
) -> Material:
    """Makes names ready.

    Args:
        names: rows of all sources.
        settings: the recipe.
        tokenizer_json: of a run that goes on; else the recipe says where subwords come from.
    """
    from tokenizers import Tokenizer

    rows, unseen = split(thinned(names, settings.shares), settings.hold_out)
    texts = [row.name for row in rows]
    if tokenizer_json:
        tokenizer = Tokenizer.from_str(tokenizer_json)
    elif settings.tokenizer:
        tokenizer = subwords.open_tokenizer(settings.tokenizer)
    else:
        words = subwords.words_in(_vocabulary(settings.teacher)) if settings.teacher else []
        tokenizer = subwords.train_tokenizer(texts, settings.vocabulary, words)
    cut = subwords.cut(tokenizer, texts)
    full = np.flatnonzero(np.diff(cut.starts) > 0)
    cut = cut.take(full)
    return Material(tokenizer, [rows[i] for i in full], cut, cut.keys(), unseen)


def first_vectors(
    tokenizer: Any, settings: EncoderSettings, generator: np.random.Generator
) -> subwords.Floats:
    """What subwords start from, float32 [vocabulary, dimension]: a teacher's view or chance."""
    size, dimension = tokenizer.get_vocab_size(), settings.dimension
    if not settings.teacher:
        return subwords.random_vectors(size, dimension, generator)
    if not _is_static(settings.teacher):
        teacher = Path(settings.teacher)
        return subwords.teacher_vectors(tokenizer, teacher, dimension, settings.teacher_prefix)
    encoder = load_encoder(settings.teacher)
    if encoder.dimension != dimension:
        raise SettingError(
            f"dimension is {dimension}, and the teacher's {encoder.dimension}",
            place="encoder",
            todo="Give the same, or a transformer as teacher",
        )
    vectors = encoder.encode(subwords.pieces_of(tokenizer))
    unknown = ~vectors.any(axis=1)
    vectors[unknown] = subwords.random_vectors(int(unknown.sum()), dimension, generator)
    return vectors


def _is_static(teacher: str) -> bool:
    return teacher == "default" or (
        (Path(teacher) / WEIGHTS).is_file() and not (Path(teacher) / "config.json").is_file()
    )


def _vocabulary(teacher: str) -> Path:
    folder = resource_path("encoder") if teacher == "default" else Path(teacher)
    return folder / TOKENIZER
