"""Subwords of a static encoder: the vocabulary, how names are cut, and their first vectors."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from xnorm.errors import DataError, require

if TYPE_CHECKING:
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float32]

BLANK = "▁"
UNKNOWN = "<unk>"
WORD_REPEATS = 8
"""How often a teacher's whole word is put into the vocabulary's training text."""


def train_tokenizer(names: Iterable[str], size: int, words: Sequence[str] = ()) -> Any:
    """A unigram tokenizer (Kudo, 2018) of about `size` subwords that never span two words.

    Text is folded first: compatibility forms, lower case, no accents, everything but letters,
    digits, `+` and `%` a blank. So "Raynaud-Phänomen" is cut like "raynaud phanomen".

    Args:
        names: texts; repeats are counted once.
        size: the vocabulary with `<unk>`.
        words: everyday words that the names may lack, which should stay whole.
    """
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKD(),
            normalizers.Lowercase(),
            normalizers.StripAccents(),
            normalizers.Replace("ß", "ss"),
            normalizers.Replace(Regex(r"[^\p{L}\p{N}+%]+"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Metaspace(BLANK, prepend_scheme="always", split=True),
        ]
    )
    trainer = trainers.UnigramTrainer(
        vocab_size=size,
        special_tokens=[UNKNOWN],
        unk_token=UNKNOWN,
        max_piece_length=20,
        show_progress=False,
    )
    corpus = [*dict.fromkeys(names), *(word for word in words for _ in range(WORD_REPEATS))]
    tokenizer.train_from_iterator(corpus, trainer)
    return tokenizer


def open_tokenizer(path: str | Path) -> Any:
    """A tokenizer from its `tokenizer.json`.

    Raises:
        DataError: when there is none.
    """
    from tokenizers import Tokenizer

    if not Path(path).is_file():
        raise DataError(
            "the file is missing", place=str(path), todo="Name a tokenizer.json, or none to train"
        )
    return Tokenizer.from_file(str(path))


class Cut(NamedTuple):
    """Names cut into subwords: name i is `pieces[starts[i]:starts[i + 1]]`."""

    pieces: Integers
    starts: Integers

    def take(self, names: Integers) -> Cut:
        """The chosen names, in that order."""
        first = self.starts[names]
        counts = self.starts[names + 1] - first
        starts = np.append(0, np.cumsum(counts))
        inside = np.arange(starts[-1]) - np.repeat(starts[:-1], counts)
        return Cut(self.pieces[inside + np.repeat(first, counts)], starts)

    def keys(self) -> Integers:
        """int64 [names], equal for names with the same subwords in any order."""
        bags = [
            tuple(sorted(self.pieces[start:end].tolist()))
            for start, end in zip(self.starts[:-1], self.starts[1:], strict=True)
        ]
        known: dict[tuple[int, ...], int] = {}
        return np.array([known.setdefault(bag, len(known)) for bag in bags], dtype=np.int64)


def cut(tokenizer: Any, names: Sequence[str], *, chunk: int = 20_000) -> Cut:
    """Cuts names into subwords, a chunk at a time."""
    pieces: list[npt.NDArray[np.int32]] = []
    counts: list[int] = [0]
    for start in range(0, len(names), chunk):
        batch = list(names[start : start + chunk])
        found = [e.ids for e in tokenizer.encode_batch_fast(batch, add_special_tokens=False)]
        counts.extend(map(len, found))
        pieces.append(np.array([piece for ids in found for piece in ids], dtype=np.int32))
    flat = np.concatenate(pieces) if pieces else np.zeros(0, np.int32)
    return Cut(flat.astype(np.int64), np.cumsum(counts))


def silent(tokenizer: Any) -> list[int]:
    """Subwords whose vector is zero: the unknown one and the bare word start."""
    found = (tokenizer.token_to_id(piece) for piece in (UNKNOWN, BLANK))
    return [number for number in found if number is not None]


def pieces_of(tokenizer: Any) -> list[str]:
    """The subwords without the mark of a word's start, in the order of their numbers."""
    pieces = map(tokenizer.id_to_token, range(tokenizer.get_vocab_size()))
    return [piece.lstrip(BLANK) or " " for piece in pieces]


def words_in(path: Path) -> list[str]:
    """Whole words of at least three letters in the vocabulary of a `tokenizer.json`.

    Raises:
        DataError: when it has none of a kind that is known, SentencePiece or WordPiece.
    """
    tokenizer = json.loads(open_tokenizer(path).to_str())
    vocabulary = tokenizer["model"]["vocab"]
    if tokenizer["model"]["type"] == "WordPiece":
        # pieces inside of a word start with ##, which are no letters
        words = list(vocabulary)
    elif tokenizer["model"]["type"] == "Unigram":
        words = [piece[1:] for piece, _ in vocabulary if piece.startswith(BLANK)]
    else:
        raise DataError(
            f"a vocabulary of the kind {tokenizer['model']['type']}",
            place=str(path),
            todo="Take a teacher with SentencePiece or WordPiece, or name a tokenizer",
        )
    return [word for word in words if len(word) > 2 and word.isalpha()]


def random_vectors(count: int, dimension: int, generator: np.random.Generator) -> Floats:
    """Rows of unit length in random directions, float32 [count, dimension]."""
    return _unit(generator.standard_normal((count, dimension)).astype(np.float32))


def teacher_vectors(tokenizer: Any, folder: Path, dimension: int, prefix: str) -> Floats:
    """What a transformer says of each subword alone, float32 [vocabulary, dimension].

    The mean is taken off and the rest turned onto its `dimension` main directions: so the table
    starts with everyday knowledge of several languages (as in Model2Vec).

    Args:
        tokenizer: of the static encoder.
        folder: a transformer whose vector of a text is the mean over its tokens.
        dimension: at most the transformer's.
        prefix: text put before each subword, as the transformer was trained.

    Raises:
        DataError: when the transformer or its tokenizer cannot be opened.
    """
    torch = require("torch", "neural")
    transformers = require("transformers", "neural")
    from xnorm.training.networks import not_a_transformer

    reader = open_tokenizer(folder / "tokenizer.json")
    try:
        model = transformers.AutoModel.from_pretrained(folder, dtype=torch.float32).eval()
    except (OSError, ValueError) as error:
        raise not_a_transformer(str(folder), error) from error
    reader.enable_padding()
    texts = [prefix + piece for piece in pieces_of(tokenizer)]
    order = sorted(range(len(texts)), key=lambda i: (len(texts[i]), i))
    vectors = np.zeros((len(texts), model.config.hidden_size), np.float32)
    with torch.inference_mode():
        for start in range(0, len(order), 256):
            chosen = order[start : start + 256]
            found = reader.encode_batch([texts[i] for i in chosen])
            mask = torch.tensor([e.attention_mask for e in found])
            ids = torch.tensor([e.ids for e in found])
            hidden = model(input_ids=ids, attention_mask=mask).last_hidden_state
            total = (hidden * mask[..., None]).sum(dim=1)
            vectors[chosen] = _unit((total / mask.sum(dim=1, keepdim=True)).numpy())
    vectors -= vectors.mean(axis=0)
    directions = np.linalg.svd(vectors, full_matrices=False)[2][:dimension]
    # the sign of a direction is free: fix it, so that every machine starts alike
    largest = np.take_along_axis(directions, np.abs(directions).argmax(axis=1)[:, None], axis=1)
    return _unit(vectors @ (directions * np.sign(largest)).T)


def _unit(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    result: Floats = (vectors / np.maximum(lengths, 1e-6)).astype(np.float32)
    return result
