"""Release Format 2 of SNOMED CT: finding the snapshot's files, and the newest state of components.

Source: SNOMED CT Release File Specifications, https://confluence.ihtsdotools.org/display/DOCRELFMT.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from xnorm.errors import DataError
from xnorm.kb.sources.lines import at, text_lines

_COMPONENT = "id effectiveTime active moduleId"
_COLUMNS = {
    "Concept": f"{_COMPONENT} definitionStatusId",
    "Description": f"{_COMPONENT} conceptId languageCode typeId term caseSignificanceId",
    "TextDefinition": f"{_COMPONENT} conceptId languageCode typeId term caseSignificanceId",
    "Relationship": f"{_COMPONENT} sourceId destinationId relationshipGroup typeId "
    "characteristicTypeId modifierId",
    "Language": f"{_COMPONENT} refsetId referencedComponentId acceptabilityId",
    "Association": f"{_COMPONENT} refsetId referencedComponentId targetComponentId",
}
COLUMNS = {kind: columns.split() for kind, columns in _COLUMNS.items()}
"""Kind of file to its columns."""

_FILE = re.compile(
    r"""
    x? (?: sct2_ (?P<core> Concept | Description | TextDefinition | Relationship ) _
         | der2_cRefset_ (?P<refset> Language | Association ) (?: Reference )? )
    \w*? Snapshot [-_] .* _ (?P<date> \d{8} ) \.txt (?: \.gz | \.xz )?
    """,
    re.VERBOSE,
)

_Picked = TypeVar("_Picked")


def snapshot_files(folders: Sequence[Path]) -> dict[str, list[Path]]:
    """The snapshot's files by kind, of one or several releases; Full and Delta are passed over.

    A folder is a release, its Snapshot, or the Terminology folder in that.

    Raises:
        DataError: for a folder without concepts or descriptions.
    """
    found: dict[str, list[Path]] = {kind: [] for kind in COLUMNS}
    for folder in folders:
        root = folder.parent if folder.name == "Terminology" else folder
        here = [(path, match) for path in sorted(root.rglob("*.txt*")) if (match := _match(path))]
        for path, match in here:
            found[match["core"] or match["refset"]].append(path)
        if not any(match["core"] in ("Concept", "Description") for _, match in here):
            raise DataError(
                "no snapshot of concepts or descriptions",
                place=str(folder),
                todo="Give the folder Snapshot of an RF2 release, "
                "with files like sct2_Concept_Snapshot_INT_20250101.txt",
            )
    return found


def newest_date(paths: Sequence[Path]) -> str:
    """The newest date in the names of files, such as 20250101."""
    return max((match["date"] for path in paths if (match := _match(path))), default="")


def newest(
    paths: Sequence[Path],
    kind: str,
    pick: Callable[[list[str]], _Picked],
    *,
    wanted: Callable[[list[str]], bool] = lambda row: True,
) -> dict[str, _Picked]:
    """Of each active component its id and what `pick` makes of its newest row.

    Editions repeat each other's components, in states of their own dates.

    Args:
        paths: files of one kind.
        kind: a key of `COLUMNS`.
        pick: called for a row that may be the newest.
        wanted: by columns that do not change while a component lives.

    Raises:
        DataError: naming the line that is broken.
    """
    found: dict[str, tuple[str, _Picked | None]] = {}
    for path in paths:
        for row in component_rows(path, kind):
            if not wanted(row):
                continue
            id, time, active = row[:3]
            before = found.get(id)
            if before is None or time > before[0]:
                found[id] = sys.intern(time), pick(row) if active == "1" else None
    return {id: picked for id, (_, picked) in found.items() if picked is not None}


def component_rows(path: Path, kind: str) -> Iterator[list[str]]:
    """The rows of one file, in the order of its columns.

    Raises:
        DataError: naming the line that is broken.
    """
    columns = COLUMNS[kind]
    for number, line in text_lines(path):
        row = line.rstrip("\r\n").split("\t")
        if number == 1:
            if row != columns:
                raise DataError(
                    f"the columns are '{' '.join(row)}', expected '{' '.join(columns)}'",
                    place=at(path, number),
                    todo="Give files of RF2 as published, with their first line",
                )
        elif len(row) != len(columns):
            raise DataError(
                f"{len(row)} fields, expected {len(columns)}",
                place=at(path, number),
                todo="The file looks truncated; unpack it again",
            )
        else:
            yield row


def _match(path: Path) -> re.Match[str] | None:
    return _FILE.fullmatch(path.name)
