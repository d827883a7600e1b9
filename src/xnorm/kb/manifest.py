"""The manifest of a knowledge base folder: what is in it and what made it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from xnorm.errors import IndexProblem
from xnorm.kb.retirement import Conflict

FORMAT = 1
"""The version of the folder's layout; another one is refused."""

FILE = "manifest.json"


class BuiltFrom(msgspec.Struct, frozen=True):
    """A file that was read, by its bytes as they lay on disk."""

    file: str
    sha256: str


class TableFile(msgspec.Struct, frozen=True):
    """One Arrow file of the folder."""

    rows: int
    bytes: int
    sha256: str


class Dropped(msgspec.Struct, frozen=True):
    """What the terminology had and the knowledge base has not, by reason."""

    concepts_without_name: int = 0
    concepts_without_id: int = 0  # of the vocabulary asked for
    empty_names: int = 0
    repeated_names: int = 0
    unknown_parents: int = 0
    retired_without_concept: int = 0
    retired_in_use: int = 0
    retired_twice: int = 0


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What is in a knowledge base and what made it; holds no time, so that bytes repeat.

    Attributes:
        format: version of the folder's layout.
        xnorm: version of xnorm that built it.
        source: the terminology its ids belong to (BigBIO's `db_name`), such as `HPO`.
        release: the terminology's own version, empty if unknown.
        built_from: the files that were read.
        concepts, names, relations, xrefs, retired: numbers of rows.
        languages, kinds: names by language and by kind.
        dropped: what was left out, by reason.
        conflicts: the first retired ids with two replacements; `dropped.retired_twice` counts all.
        name_rules: the rules of `name_rules.RULES` that were applied to the names.
        tables: the Arrow files.
        fingerprint: SHA-256 of the content, whatever files and versions it came from.
    """

    format: int
    xnorm: str
    source: str
    release: str
    built_from: tuple[BuiltFrom, ...]
    concepts: int
    names: int
    relations: int
    xrefs: int
    retired: int
    languages: dict[str, int]
    kinds: dict[str, int]
    dropped: Dropped
    tables: dict[str, TableFile]
    fingerprint: str
    conflicts: tuple[Conflict, ...] = ()
    name_rules: tuple[str, ...] = ()


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Writes `manifest.json` for people and programs."""
    data = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
    (folder / FILE).write_bytes(data + b"\n")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a knowledge base folder.

    Raises:
        IndexProblem: when it is missing, damaged, or of another format version.
    """
    place = str(folder / FILE)
    build_again = "Build it again with: xnorm kb build"
    if not folder.exists():
        raise IndexProblem(
            "there is no such knowledge base",
            place=str(folder),
            todo="Build it with xnorm kb build",
        )
    try:
        data = (folder / FILE).read_bytes()
    except OSError as error:
        raise IndexProblem(
            "not a knowledge base: manifest.json cannot be read",
            place=str(folder),
            todo="Name a folder made by xnorm kb build",
        ) from error
    try:
        version = msgspec.json.decode(data, type=_Version).format
        if version != FORMAT:
            raise IndexProblem(
                f"format version {version}, this xnorm reads {FORMAT}",
                place=place,
                todo=build_again,
            )
        return msgspec.json.decode(data, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise IndexProblem(f"damaged manifest ({error})", place=place, todo=build_again) from error


class _Version(msgspec.Struct):
    format: int
