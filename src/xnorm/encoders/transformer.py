"""Encoders of the sentence-transformers family, on CPU; they need the extra `neural`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import msgspec

from xnorm.errors import DataError, SettingError, require

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Pooling = Literal["mean", "cls"]

Precision = Literal["float32", "bfloat16"]
"""Of matrix products; processors with bfloat16 units compute such in a third of the time."""

Case = Literal["kept", "lower"]
"""Of letters: as they are written, or all small, for models that tell capitals from small letters
where texts write them at will."""


class TransformerEncoder(msgspec.Struct, frozen=True, eq=False):
    """A transformer whose token vectors are pooled to one vector a text."""

    model: Any
    """A `sentence_transformers.SentenceTransformer`."""
    prefix: str
    """Put before every text, as the model was trained ("query: " for the E5 family)."""
    batch_size: int
    fingerprint: str
    precision: Precision = "float32"

    @classmethod
    def load(
        cls,
        name: str,
        *,
        pooling: Pooling | None = None,
        prefix: str = "",
        batch_size: int = 64,
        max_tokens: int = 64,
        precision: Precision = "float32",
        case: Case = "kept",
    ) -> TransformerEncoder:
        """Opens a model folder, or a name that sentence-transformers resolves.

        Args:
            name: folder or name of the model.
            pooling: how token vectors become one: "mean", "cls" (SapBERT), or as the model says.
            prefix: text put before every input, instead of the one that the model's folder names.
            batch_size: texts a forward pass.
            max_tokens: tokens of a text that are read.
            precision: of the products; "bfloat16" moves cosines by about a thousandth.
            case: of letters: "lower" reads all as small ones.

        Raises:
            MissingExtra: when sentence-transformers is not installed.
            DataError: when the model cannot be opened.
            SettingError: when pooling, precision or case is something else.
        """
        _check("pooling", pooling or "mean", get_args(Pooling))
        _check("precision", precision, get_args(Precision))
        _check("case", case, get_args(Case))
        library = require("sentence_transformers", "neural")
        try:
            # weights are often kept in half precision, which CPUs are slow at
            model = library.SentenceTransformer(
                name, device="cpu", model_kwargs={"dtype": "float32"}
            )
        except (OSError, ValueError) as error:
            raise DataError(
                f"cannot be opened as a transformer ({str(error).splitlines()[0][:120]})",
                place=f"encoder '{name}'",
                todo="Give the folder of a sentence-transformers model",
            ) from error
        from xnorm.encoders.connected import restore

        restore(model[0].auto_model, Path(name))
        if prefix:
            model.default_prompt_name = None  # or it would be put before the given one
        if pooling is not None:
            from sentence_transformers.sentence_transformer.modules import Pooling as Pooled

            word = model[0]
            pooled = Pooled(word.get_embedding_dimension(), pooling_mode=pooling)
            model = library.SentenceTransformer(modules=[word, pooled], device="cpu")
        if case == "lower":
            read_small_letters(model)
        model.max_seq_length = max_tokens
        parts = [name, str(pooling), prefix, str(max_tokens), *_checksums(Path(name))]
        if precision != "float32":
            parts.append(precision)
        if case != "kept":
            parts.append(case)
        fingerprint = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
        return cls(model, prefix, batch_size, fingerprint, precision)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self.model.get_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Vectors of unit length, float32 [texts, dimension]; an empty text gets a zero vector."""
        import numpy as np
        import torch

        result = np.zeros((len(texts), self.dimension), dtype=np.float32)
        full = [i for i, text in enumerate(texts) if text.strip()]
        half = self.precision == "bfloat16"
        with torch.autocast(self.model.device.type, torch.bfloat16, enabled=half):
            if full:
                result[full] = self.model.encode(
                    [self.prefix + texts[i] for i in full],
                    batch_size=self.batch_size,
                    normalize_embeddings=True,
                    show_progress_bar=False,
                    convert_to_numpy=True,
                )
        return result


def read_small_letters(model: Any) -> None:
    """Makes a sentence-transformers model read all letters as small ones.

    Its tokenizer does it, so that a folder it is saved to does, too.
    """
    from tokenizers.normalizers import Lowercase, Sequence

    tokenizer = model.tokenizer.backend_tokenizer
    before = [tokenizer.normalizer] if tokenizer.normalizer else []
    tokenizer.normalizer = Sequence([Lowercase(), *before])


def _check(setting: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise SettingError(
            f"unknown {setting} '{value}'",
            place="encoder",
            todo=f"Use {' or '.join(map(repr, known))}",
        )


def _checksums(folder: Path) -> list[str]:
    """SHA-256 of the weight files of a local model; nothing for a model known by name."""
    if not folder.is_dir():
        return []
    files = sorted(folder.glob("*.safetensors")) or sorted(folder.glob("*.bin"))
    sums = []
    for path in files:
        with path.open("rb") as stream:
            sums.append(hashlib.file_digest(stream, "sha256").hexdigest())
    return sums
