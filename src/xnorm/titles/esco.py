"""The index of occupations, from what a user has downloaded from ESCO."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from xnorm.corpora.packs import open_files
from xnorm.errors import DataError, IndexProblem
from xnorm.kb import build_from_files
from xnorm.kb.builder import Progress
from xnorm.kb.sources import Options
from xnorm.kb.sources.esco import release

if TYPE_CHECKING:
    from xnorm.kb import KnowledgeBase

WHERE = "https://esco.ec.europa.eu/en/use-esco/download"
TYPES = ("Occupation", "ISCOGroup")

_PATTERNS = ("*occupations_*.csv", "*ISCOGroups_*.csv", "*broaderRelationsOccPillar_*.csv")
_NEEDED = "occupations_"


def build_esco(
    downloads: Sequence[str | Path], path: str | Path, *, progress: Progress | None = None
) -> KnowledgeBase:
    """Writes the knowledge base of ESCO's occupations and ISCO groups, and opens it.

    Args:
        downloads: zip archives, folders or CSV files, one or more languages of one version.
        path: the folder to write, conventionally `esco.kb`.
        progress: told the number of concepts so far, now and then.

    Raises:
        DataError: when there is no file with occupations among them, or one cannot be read.
    """
    with _unpacked(downloads) as files:
        if not any(_NEEDED in file.name for file in files):
            raise DataError(
                "no occupations_LANGUAGE.csv here",
                place=", ".join(map(str, downloads)),
                todo=f"Download ESCO's classification as CSV from {WHERE}",
            )
        return build_from_files(
            "esco",
            files,
            path,
            options=Options(types=TYPES),
            release=next(filter(None, map(release, map(Path, downloads))), ""),
            progress=progress,
        )


def without_index() -> IndexProblem:
    """The error for a user who names no index: none of occupations ships with xnorm."""
    return IndexProblem(
        "no index of occupations",
        place="--index",
        todo=f"Download ESCO as CSV from {WHERE}, then: xnorm titles build DOWNLOAD -o esco.kb",
    )


@contextmanager
def _unpacked(downloads: Sequence[str | Path]) -> Iterator[list[Path]]:
    """The files with occupations and groups, copied from archives and folders."""
    with tempfile.TemporaryDirectory() as folder:
        files: list[Path] = []
        for number, download in enumerate(downloads):
            for name, stream in open_files(Path(download), *_PATTERNS):
                file = Path(folder, str(number), Path(name).name)
                file.parent.mkdir(exist_ok=True)
                with file.open("wb") as copy:
                    shutil.copyfileobj(stream, copy)
                files.append(file)
        yield files
