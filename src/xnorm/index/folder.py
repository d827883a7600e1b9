"""An index on disk: a knowledge base, the retrievers over its names, and what made them."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from xnorm.errors import IndexProblem, SettingError, did_you_mean
from xnorm.files import atomic_folder
from xnorm.index import vectors
from xnorm.index.columns import Columns
from xnorm.index.dense import Dense
from xnorm.index.encoders import Encoders, OpenedEncoders, opened
from xnorm.index.exact import Exact
from xnorm.index.hits import Retriever
from xnorm.index.manifest import (
    AGAIN,
    FILE,
    FORMAT,
    IndexManifest,
    MadeBy,
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
"""The retrievers that an index can have; `dense` once for each encoder."""

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
        self, path: Path, manifest: IndexManifest, kb: KnowledgeBase, encoders: OpenedEncoders
    ) -> None:
        self.path = path
        self.manifest = manifest
        super().__init__(kb)
        self.retrievers: Mapping[str, Retriever] = {
            name: self._opened(name, encoders) for name in manifest.retrievers
        }

    def _opened(self, name: str, encoders: OpenedEncoders) -> Retriever:
        folder = self.path / name
        if name == "exact":
            return Exact.open(folder, self.texts)
        if name == "tfidf":
            return Tfidf.open(folder)
        return Dense.open(folder, partial(encoders.of, name), name=name)

    @classmethod
    def build(
        cls,
        kb: KnowledgeBase,
        path: str | Path,
        *,
        encoder: str | Encoder | Encoders = "default",
        retrievers: Sequence[str] = RETRIEVERS,
        tfidf: str = "auto",
        dense: str = "auto",
        progress: Progress | None = None,
    ) -> Index:
        """Writes an index of a knowledge base to a folder, which appears at once, and opens it.

        Args:
            kb: copied into the folder.
            path: the folder, conventionally `NAME.index`; an index there is replaced.
            encoder: what `load_encoder` understands, or an encoder, which `open` then needs too;
                or several, each of which gives a dense retriever: `dense`, `dense2`, and so on.
            retrievers: some of `RETRIEVERS`.
            tfidf: how TF-IDF is searched: `exact`, `rarest`, `faiss`, or `auto` by size.
            dense: how vectors are searched, one of `xnorm.index.vectors.SEARCHES`.
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
        _known(dense, vectors.SEARCHES, "search of dense")
        if target.exists() and not _is_replaceable(target):
            raise SettingError(
                "something that is not an index lies here",
                place=str(target),
                todo="Give another path",
            )
        encoders = opened(encoder) if "dense" in retrievers else {}
        tell = progress or _silent
        names = kb.names["text"].to_pylist()
        every = [each for name in retrievers for each in (encoders if name == "dense" else (name,))]
        with atomic_folder(target) as folder:
            shutil.copytree(kb.path, folder / "kb")
            for number, name in enumerate(every):
                (folder / name).mkdir()
                tell(name, number, len(every))
                if name == "exact":
                    Exact.build(names, folder / name)
                elif name == "tfidf":
                    Tfidf.build(names, folder / name, search=tfidf)
                else:
                    Dense.build(
                        names,
                        folder / name,
                        encoders[name][1],
                        search=dense,
                        progress=lambda done: tell("names encoded", done, len(names)),
                    )
            more = {name: MadeBy(spec, one.fingerprint) for name, (spec, one) in encoders.items()}
            first = more.pop("dense", MadeBy("", ""))
            manifest = IndexManifest(
                format=FORMAT,
                **versions(),
                retrievers=tuple(every),
                names=len(names),
                kb=kb.fingerprint,
                encoder=first.spec,
                encoder_fingerprint=first.fingerprint,
                more=more,
                dense=vectors.search_for(len(names), dense) if encoders else "",
                files=describe_files(folder, tuple(every)),
            )
            write_manifest(manifest, folder)
        return cls.open(target, encoder=[one for _, one in encoders.values()])

    @classmethod
    def open(cls, path: str | Path, *, encoder: Encoder | Sequence[Encoder] | None = None) -> Index:
        """Opens a folder by memory map, after a quick check of every file.

        Args:
            path: the folder.
            encoder: needed for an index that was built with an encoder object, or several.

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
        given: Sequence[Encoder] = ()
        if encoder is not None:
            given = encoder if isinstance(encoder, Sequence) else [encoder]
        by_name = dict(zip(manifest.encoders, given, strict=False))
        encoders = OpenedEncoders(folder, manifest.encoders, by_name)
        encoders.check()
        return cls(folder, manifest, kb, encoders)

    @cached_property
    def fingerprint(self) -> str:
        """Equal for indexes that give equal answers."""
        manifest = self.manifest
        parts = [str(FORMAT), manifest.kb, manifest.encoder_fingerprint]
        parts += [made.fingerprint for made in manifest.more.values()]
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


def _is_replaceable(path: Path) -> bool:
    """Whether a folder is an index, whatever its state, or empty."""
    if not path.is_dir():
        return False
    return not any(path.iterdir()) or (
        (path / FILE).is_file() and b'"index"' in (path / FILE).read_bytes()
    )


def _silent(what: str, done: int, total: int) -> None:
    """Says nothing."""
