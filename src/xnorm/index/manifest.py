"""The manifest of an index folder: what is in it, what made it, and the checksum of every file."""

from __future__ import annotations

from pathlib import Path

import msgspec

from xnorm.errors import IndexProblem
from xnorm.files import sha256

FORMAT = 2
"""The version of the folder's layout; another one is refused."""

FILE = "manifest.json"

AGAIN = "Build it again with: xnorm index build"


class IndexFile(msgspec.Struct, frozen=True):
    """One file, by size and checksum."""

    bytes: int
    sha256: str


class MadeBy(msgspec.Struct, frozen=True):
    """The encoder of a dense retriever.

    Attributes:
        spec: what to open for queries; empty for an object that has to be given.
        fingerprint: of the encoder that made the vectors.
    """

    spec: str
    fingerprint: str


class IndexManifest(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", tag="index"
):
    """What is in an index and what made it; holds no time, so that bytes repeat.

    Attributes:
        format: version of the folder's layout.
        xnorm, numpy, faiss: versions that built it.
        retrievers: their names, in the order they are asked.
        names: number of indexed names.
        kb: fingerprint of the knowledge base, a copy of which lies in the folder `kb`.
        encoder, encoder_fingerprint: of the retriever `dense`, as in `MadeBy`; empty without it.
        more: the encoders of further dense retrievers, by retriever.
        dense: how the vectors are searched, one of `xnorm.index.vectors.SEARCHES`.
        files: every file below the folder, `kb` apart, by its path.
    """

    format: int
    xnorm: str
    numpy: str
    faiss: str
    retrievers: tuple[str, ...]
    names: int
    kb: str
    encoder: str
    encoder_fingerprint: str
    more: dict[str, MadeBy] = {}
    dense: str = ""
    files: dict[str, IndexFile]

    @property
    def encoders(self) -> dict[str, MadeBy]:
        """The encoder of every dense retriever."""
        if "dense" not in self.retrievers:
            return {}
        return {"dense": MadeBy(self.encoder, self.encoder_fingerprint), **self.more}


class _Version(msgspec.Struct, tag_field="kind", tag="index"):
    format: int


def versions() -> dict[str, str]:
    """The versions that a manifest records."""
    import faiss
    import numpy as np

    from xnorm.version import VERSION

    return {"xnorm": VERSION, "numpy": np.__version__, "faiss": faiss.__version__}


def describe_files(folder: Path, names: tuple[str, ...]) -> dict[str, IndexFile]:
    """Sizes and checksums of the files in some sub-folders."""
    paths = sorted(path for name in names for path in (folder / name).rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): IndexFile(path.stat().st_size, sha256(path))
        for path in paths
    }


def write_manifest(manifest: IndexManifest, folder: Path) -> None:
    """Writes `manifest.json` for people and programs."""
    data = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
    (folder / FILE).write_bytes(data + b"\n")


def read_manifest(folder: Path) -> IndexManifest:
    """The manifest of an index folder.

    Raises:
        IndexProblem: when it is missing, damaged, of something else or of another format version.
    """
    place = str(folder / FILE)
    if not folder.exists():
        raise IndexProblem(
            "there is no such index", place=str(folder), todo="Build it with: xnorm index build"
        )
    try:
        data = (folder / FILE).read_bytes()
    except OSError as error:
        raise IndexProblem(
            "not an index: manifest.json cannot be read",
            place=str(folder),
            todo="Name a folder made by xnorm index build",
        ) from error
    try:
        kind = msgspec.json.decode(data)
        if not isinstance(kind, dict) or kind.get("kind") != "index":
            raise IndexProblem(
                "this folder is not an index",
                place=str(folder),
                todo="Name a folder made by xnorm index build",
            )
        found = msgspec.json.decode(data, type=_Version).format
        if found != FORMAT:
            raise IndexProblem(
                f"format version {found}, this xnorm reads {FORMAT}", place=place, todo=AGAIN
            )
        return msgspec.json.decode(data, type=IndexManifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise IndexProblem(f"damaged manifest ({error})", place=place, todo=AGAIN) from error


def check_sizes(manifest: IndexManifest, folder: Path) -> None:
    """Looks at every file's size, which costs nothing.

    Raises:
        IndexProblem: naming the first file that is missing or of another size.
    """
    for name, expected in manifest.files.items():
        path = folder / name
        try:
            size = path.stat().st_size
        except OSError as error:
            raise IndexProblem("the file is missing", place=str(path), todo=AGAIN) from error
        if size != expected.bytes:
            raise IndexProblem(
                f"truncated or foreign: {size:,} bytes, the manifest says {expected.bytes:,}",
                place=str(path),
                todo=AGAIN,
            )


def check_contents(manifest: IndexManifest, folder: Path) -> None:
    """Reads every file in full and compares its checksum.

    Raises:
        IndexProblem: naming the first file that differs.
    """
    check_sizes(manifest, folder)
    for name, expected in manifest.files.items():
        if sha256(folder / name) != expected.sha256:
            raise IndexProblem(
                "damaged: its SHA-256 is not that of the manifest",
                place=str(folder / name),
                todo=AGAIN,
            )
