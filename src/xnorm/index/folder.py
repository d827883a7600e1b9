"""An index on disk: a knowledge base, the retrievers over its names, and what made them."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xnorm.errors import DataError, IndexProblem, SettingError, did_you_mean
from xnorm.files import atomic_folder
from xnorm.index.columns import Columns
from xnorm.index.dense import Dense
from xnorm.index.exact import Exact
from xnorm.index.hits import Retriever
from xnorm.index.manifest import (
    AGAIN,
    FILE,
    FORMAT,
    IndexManifest,
    check_contents,
    check_sizes,
    describe_files,
    read_manifest,
    versions,
    write_manifest,
)
from xnorm.index.tfidf import SEARCHES, Tfidf

if TYPE_CHECKING:
    from xnorm.encoders import Encoder
    from xnorm.kb import KnowledgeBase

RETRIEVERS = ("exact", "tfidf", "dense")
"""The retrievers that an index can have."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


class Index(Columns):
    """Retrievers over the names of one knowledge base; make one with `open` or `build`.

    Attributes:
        path: the folder; it holds everything but the encoder's weights.
        kb: the knowledge base.
        retrievers: by name, in the order they are asked.
        manifest: what is in the folder and what made it.
    """

    def __init__(
        self, path: Path, manifest: IndexManifest, kb: KnowledgeBase, encoder: Encoder | None
    ) -> None:
        self.path = path
        self.manifest = manifest
        super().__init__(kb)
        self._encoder = encoder
        opened: dict[str, Callable[[Path], Retriever]] = {
            "exact": lambda folder: Exact.open(folder, self.texts),
            "tfidf": Tfidf.open,
            "dense": lambda folder: Dense.open(folder, lambda: self.encoder),
        }
        self.retrievers: Mapping[str, Retriever] = {
            name: opened[name](path / name) for name in manifest.retrievers
        }

    @classmethod
    def build(
        cls,
        kb: KnowledgeBase,
        path: str | Path,
        *,
        encoder: str | Encoder = "default",
        retrievers: Sequence[str] = RETRIEVERS,
        tfidf: str = "auto",
        progress: Progress | None = None,
    ) -> Index:
        """Writes an index of a knowledge base to a folder, which appears at once, and opens it.

        Args:
            kb: copied into the folder.
            path: the folder, conventionally `NAME.index`; an index there is replaced.
            encoder: what `load_encoder` understands, or an encoder, which `open` then needs too.
            retrievers: some of `RETRIEVERS`.
            tfidf: how TF-IDF is searched: `exact`, `rarest`, `faiss`, or `auto` by size.
            progress: told what is being done.

        Raises:
            SettingError: for an unknown retriever or search, or when something else lies at `path`.
            DataError: when the folder cannot be written.
        """
        target = Path(path)
        if not retrievers:
            raise SettingError("no retriever is named", todo=f"Known: {', '.join(RETRIEVERS)}")
        for name in retrievers:
            _known(name, RETRIEVERS, "retriever")
        _known(tfidf, SEARCHES, "search of tfidf")
        if target.exists() and not _is_replaceable(target):
            raise SettingError(
                "something that is not an index lies here",
                place=str(target),
                todo="Give another path",
            )
        spec, loaded = _resolve(encoder) if "dense" in retrievers else ("", None)
        tell = progress or _silent
        names = kb.names["text"].to_pylist()
        with atomic_folder(target) as folder:
            shutil.copytree(kb.path, folder / "kb")
            for number, name in enumerate(retrievers):
                (folder / name).mkdir()
                tell(name, number, len(retrievers))
                if name == "exact":
                    Exact.build(names, folder / name)
                elif name == "tfidf":
                    Tfidf.build(names, folder / name, search=tfidf)
                elif loaded is not None:
                    Dense.build(
                        names,
                        folder / name,
                        loaded,
                        progress=lambda done: tell("names encoded", done, len(names)),
                    )
            manifest = IndexManifest(
                format=FORMAT,
                **versions(),
                retrievers=tuple(retrievers),
                names=len(names),
                kb=kb.fingerprint,
                encoder=spec,
                encoder_fingerprint=loaded.fingerprint if loaded else "",
                files=describe_files(folder, tuple(retrievers)),
            )
            write_manifest(manifest, folder)
        return cls.open(target, encoder=loaded)

    @classmethod
    def open(cls, path: str | Path, *, encoder: Encoder | None = None) -> Index:
        """Opens a folder by memory map, after a quick check of every file.

        Args:
            path: the folder.
            encoder: needed for an index that was built with an encoder object.

        Raises:
            IndexProblem: when a file is missing, truncated or foreign, when the knowledge base in
                the folder is another one, or when the encoder has changed.
        """
        from xnorm.kb import KnowledgeBase

        folder = Path(path)
        manifest = read_manifest(folder)
        check_sizes(manifest, folder)
        kb = KnowledgeBase.open(folder / "kb")
        if kb.fingerprint != manifest.kb:
            raise IndexProblem(
                "stale: the knowledge base in it is not the one it was built from",
                place=str(folder),
                todo=AGAIN,
            )
        opened = cls(folder, manifest, kb, encoder)
        if "dense" in manifest.retrievers and not manifest.encoder.startswith("transformer:"):
            opened.encoder  # noqa: B018  a changed encoder is refused now, not at the first query
        return opened

    @cached_property
    def encoder(self) -> Encoder:
        """The encoder of queries; a transformer is loaded at the first query only.

        Raises:
            IndexProblem: when it is not the one that made the vectors.
        """
        from xnorm.encoders import load_encoder

        if self._encoder is None and not self.manifest.encoder:
            raise IndexProblem(
                "built with an encoder that has to be given",
                place=str(self.path),
                todo="Open it with Index.open(path, encoder=...)",
            )
        try:
            encoder = self._encoder or load_encoder(self.manifest.encoder)
        except (DataError, SettingError) as error:
            raise IndexProblem(
                f"its encoder cannot be opened: {error.what}",
                place=str(self.path),
                todo=f"Put the encoder back where it was. Or: {AGAIN}",
            ) from error
        if encoder.fingerprint != self.manifest.encoder_fingerprint:
            raise IndexProblem(
                f"stale: the encoder '{self.manifest.encoder or type(encoder).__name__}' has "
                f"changed (fingerprint {encoder.fingerprint}, the index was built with "
                f"{self.manifest.encoder_fingerprint})",
                place=str(self.path),
                todo=AGAIN,
            )
        return encoder

    @cached_property
    def fingerprint(self) -> str:
        """Equal for indexes that give equal answers."""
        manifest = self.manifest
        parts = [str(FORMAT), manifest.kb, manifest.encoder_fingerprint]
        parts += [f"{name} {file.sha256}" for name, file in sorted(manifest.files.items())]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    def verify(self) -> None:
        """Compares the checksum of every file, reading all in full.

        Raises:
            IndexProblem: naming the first file that differs.
        """
        check_contents(self.manifest, self.path)
        self.kb.verify()

    def __repr__(self) -> str:
        return f"Index({self.kb!r}, {', '.join(self.retrievers)})"


def _known(name: str, known: Sequence[str], what: str) -> None:
    if name not in known:
        raise SettingError(f"unknown {what} '{name}'", todo=did_you_mean(name, known))


def _resolve(encoder: str | Encoder) -> tuple[str, Any]:
    from xnorm.encoders import load_encoder

    if not isinstance(encoder, str):
        return "", encoder
    folder = Path(encoder)
    spec = str(folder.resolve()) if folder.is_dir() and encoder != "default" else encoder
    return spec, load_encoder(spec)


def _is_replaceable(path: Path) -> bool:
    """Whether a folder is an index, whatever its state, or empty."""
    if not path.is_dir():
        return False
    return not any(path.iterdir()) or (
        (path / FILE).is_file() and b'"index"' in (path / FILE).read_bytes()
    )


def _silent(what: str, done: int, total: int) -> None:
    """Says nothing."""
