"""MeSH: descriptors and supplementary records, from NLM's XML or from tables of labels.

Several files are read together: `desc2026.xml` and `supp2026.xml`, or tables with a record a line
(id, label, entry terms, then the tree numbers of a descriptor or the descriptors that a
supplementary record is mapped to; values parted by `|`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from xnorm.errors import SettingError
from xnorm.files import open_binary
from xnorm.kb.model import Concept
from xnorm.kb.sources.mesh_records import Record, table_records, xml_records
from xnorm.kb.sources.options import Options

NAME = "MESH"
USES = frozenset({"types", "suppressed", "default_language"})

_HEAD = 4_096
_YEAR = re.compile(r"(?:desc|supp)(\d{4})")


def read(source: Path, options: Options) -> Iterator[Concept]:
    """The descriptors of all files, then the supplementary records.

    Parents are the descriptors one step up in the tree (A01.111 is below A01); those of a
    supplementary record are the descriptors that it is mapped to. Types are the letters of the
    branches that a record, or what it is mapped to, stands in, such as C; `types` may also name
    places in the tree, such as C04. Permuted terms ("Virus, Measles") are left out where the files
    mark them, unless suppressed names are wanted.

    Raises:
        DataError: naming the line that is broken, or a file without a record.
        SettingError: for a type that no record has.
    """
    paths = (source, *options.more)
    heads = {path: _head(path) for path in paths}
    # Descriptors are held, for their parents may come later; supplementary records are not.
    descriptors = list(_records([p for p in paths if not _supplements(heads[p])], heads, options))
    supplements = _records([p for p in paths if _supplements(heads[p])], heads, options)
    trees = {record.id: record.trees for record in descriptors}
    standing_at = {tree: record.id for record in descriptors for tree in record.trees}
    unseen = set(options.types)
    for record in chain(descriptors, supplements):
        places = [*record.trees, *(tree for id in record.mapped for tree in trees.get(id, ()))]
        fitting = {type for type in options.types if _in_branch(places, type)}
        unseen -= fitting
        if fitting or not options.types:
            yield _concept(record, places, standing_at)
    if unseen:
        raise SettingError(
            f"no record stands in the branch '{min(unseen)}'",
            place="--types",
            todo="Give letters such as C, or tree numbers such as C04.557; "
            "supplementary records need the descriptors beside them",
        )


def release(source: Path) -> str:
    """The year in the file's name, such as 2026; empty if there is none."""
    year = _YEAR.search(source.name)
    return year[1] if year is not None else ""


def _head(path: Path) -> bytes:
    with open_binary(path) as stream:
        return stream.read(_HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()


def _supplements(head: bytes) -> bool:
    return b"<Supplemental" in head if head.startswith(b"<") else head.startswith(b"C")


def _records(
    paths: Sequence[Path], heads: Mapping[Path, bytes], options: Options
) -> Iterator[Record]:
    language = options.default_language or "en"
    for path in paths:
        if heads[path].startswith(b"<"):
            yield from xml_records(path, language, permuted=options.suppressed)
        else:
            yield from table_records(path, language)


def _in_branch(places: Sequence[str], type: str) -> bool:
    below = type if len(type) == 1 else f"{type}."
    return any(place == type or place.startswith(below) for place in places)


def _concept(record: Record, places: Sequence[str], standing_at: Mapping[str, str]) -> Concept:
    above = (tree.rpartition(".")[0] for tree in record.trees)
    parents = [standing_at.get(tree, tree) for tree in above if tree]
    return Concept(
        record.id,
        record.names,
        types=tuple(sorted({place[0] for place in places})),
        definition=record.definition,
        parents=(*parents, *record.mapped),
    )
