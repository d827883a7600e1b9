"""The static encoder: a text's vector is the normalised sum of its subwords' vectors.

No network runs: a lookup and a sum, by numpy, so that a name costs microseconds and the vector of
a text is the (normalised) sum of the vectors of its words. Static vectors trained by contrast are
described in "Model2Vec" (Tulkens and van Dongen, 2024); the training here follows SapBERT's
self-alignment of synonyms (Liu et al., 2021), see `xnorm.training.encoder`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import msgspec

from xnorm.errors import DataError
from xnorm.files import decode, open_binary

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"
FORMAT = "xnorm-static-1"
PROJECTION = "projection"
CHUNK = 8192
"""Texts whose subwords are held at once: memory is bounded however many texts there are."""


class StaticEncoder(msgspec.Struct, frozen=True, dict=True, eq=False):
    """A table of subword vectors and the tokenizer that cuts words into subwords.

    The tokenizer must cut at blanks, so that no subword spans two words.
    """

    tokenizer_json: str
    """What `tokenizers` reads; kept as text, since its numbers change when it writes them anew."""
    rows: npt.NDArray[np.int8]
    """int8 [vocabulary, dimension]."""
    scales: npt.NDArray[np.float16]
    """float16 [vocabulary]: a subword's vector is `scales[i] * rows[i]`."""
    projection: Floats | None = None
    """What the sums of texts are multiplied by that are no names but go with some, as skills go
    with job titles: float32 [dimension, dimension]; most encoders have none."""

    @classmethod
    def load(cls, folder: str | Path) -> StaticEncoder:
        """Opens a folder written by `save`.

        Raises:
            DataError: when a file is missing or damaged, or the two do not belong together.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        folder = Path(folder)
        todo = "The folder must hold a static encoder: train or install it again"
        for name in (WEIGHTS, TOKENIZER):
            if not (folder / name).is_file():
                raise DataError("the file is missing", place=str(folder / name), todo=todo)
        try:
            tensors = load_file(folder / WEIGHTS)
            rows, scales = tensors["rows"], tensors["scales"]
            projection = tensors.get(PROJECTION)
        except (SafetensorError, KeyError, OSError) as error:
            raise DataError(
                f"not the weights of a static encoder ({error})",
                place=str(folder / WEIGHTS),
                todo=todo,
            ) from error
        with open_binary(folder / TOKENIZER) as stream:
            text = decode(stream.read(), place=str(folder / TOKENIZER))
        encoder = cls(text, rows, scales, projection)
        try:
            size = encoder.tokenizer.get_vocab_size()
        except Exception as error:  # tokenizers raises bare Exception
            raise DataError(
                f"not a tokenizer ({error})", place=str(folder / TOKENIZER), todo=todo
            ) from error
        if not len(rows) == len(scales) == size:
            raise DataError(
                f"{len(rows)} vectors for {size} subwords",
                place=str(folder),
                todo="The weights belong to another tokenizer: copy both from one training",
            )
        if projection is not None and projection.shape != (encoder.dimension, encoder.dimension):
            raise DataError(
                f"a projection {list(projection.shape)} of vectors of {encoder.dimension}",
                place=str(folder / WEIGHTS),
                todo=todo,
            )
        return encoder

    @classmethod
    def from_vectors(
        cls, tokenizer: Any, vectors: Floats, projection: Floats | None = None
    ) -> StaticEncoder:
        """Rounds float vectors [vocabulary, dimension] to a byte a value, each row by its largest.

        Vectors of unknown text (the `<unk>` subword) should be zero. A projection is kept as it is.
        """
        import numpy as np

        scales = (np.abs(vectors).max(axis=1, initial=0) / 127).astype(np.float16)
        safe = np.where(scales > 0, scales, 1).astype(np.float32)
        rows = np.clip(np.rint(vectors / safe[:, None]), -127, 127).astype(np.int8)
        rows[scales == 0] = 0
        text = json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False, separators=(",", ":"))
        return cls(text, rows, scales, projection)

    def save(self, folder: str | Path) -> None:
        """Writes `model.safetensors` and `tokenizer.json`; equal encoders write equal bytes."""
        from safetensors.numpy import save

        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        tensors = {"rows": self.rows, "scales": self.scales}
        if self.projection is not None:
            tensors[PROJECTION] = self.projection
        (folder / WEIGHTS).write_bytes(save(tensors, metadata={"format": FORMAT}))
        (folder / TOKENIZER).write_text(self.tokenizer_json, encoding="utf-8")

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self.rows.shape[1])

    @cached_property
    def fingerprint(self) -> str:
        """The first 16 hexadecimal digits of SHA-256 over tokenizer and weights."""
        digest = hashlib.sha256(self.tokenizer_json.encode())
        digest.update(self.rows.tobytes())
        digest.update(self.scales.tobytes())
        if self.projection is not None:
            digest.update(self.projection.tobytes())
        return digest.hexdigest()[:16]

    def encode(self, texts: Sequence[str]) -> Floats:
        """Vectors of unit length, float32 [texts, dimension].

        A text without a known subword (empty, or in a script the tokenizer does not know) gets a
        zero vector, whose similarity to everything is 0. The result does not depend on which
        other texts are in the call.
        """
        return _unit(self.word_sums(texts))

    def encode_projected(self, texts: Sequence[str]) -> Floats:
        """As `encode`, of texts that are no names, by the projection; without one, as of names."""
        if self.projection is None:
            return self.encode(texts)
        # a product a text: one of all would round each by how many they are
        return _unit((self.word_sums(texts)[:, None] @ self.projection)[:, 0])

    def word_sums(self, words: Sequence[str]) -> Floats:
        """Sums of subword vectors, not normalised: float32 [words, dimension].

        `encode(text)` is the normalised sum of `word_sums(text.split())`, up to rounding.
        """
        import numpy as np

        result = np.zeros((len(words), self.dimension), dtype=np.float32)
        for start in range(0, len(words), CHUNK):
            chunk = list(words[start : start + CHUNK])
            found = self.tokenizer.encode_batch_fast(chunk, add_special_tokens=False)
            pieces = [encoding.ids for encoding in found]
            counts = np.fromiter(map(len, pieces), dtype=np.intp, count=len(pieces))
            flat = [piece for ids in pieces for piece in ids]
            if not flat:
                continue
            starts = np.cumsum(counts) - counts
            full = counts > 0
            block = np.add.reduceat(self._table[np.array(flat)], starts[full], axis=0)
            result[start : start + len(chunk)][full] = block
        return result

    @cached_property
    def _table(self) -> Floats:
        import numpy as np

        vectors = self.rows.astype(np.float32) * self.scales.astype(np.float32)[:, None]
        return cast("Floats", vectors)

    @cached_property
    def tokenizer(self) -> Any:
        """A `tokenizers.Tokenizer`."""
        from tokenizers import Tokenizer

        return Tokenizer.from_str(self.tokenizer_json)


def _unit(sums: Floats) -> Floats:
    import numpy as np

    # the length is summed in double precision: the rounded result is the same on any machine
    lengths = np.sqrt(np.einsum("ij,ij->i", sums, sums, dtype=np.float64))
    lengths[lengths == 0] = 1
    return cast("Floats", (sums / lengths[:, None]).astype(np.float32))
