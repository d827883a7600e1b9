"""A knowledge base: the concepts and names of a terminology, memory-mapped from a folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from xnorm.errors import SettingError
from xnorm.kb.builder import Progress, build_folder
from xnorm.kb.manifest import BuiltFrom, Dropped, Manifest, read_manifest
from xnorm.kb.model import Concept, Name
from xnorm.kb.suggest import suggest
from xnorm.kb.tables import SCHEMAS, open_table, verify_tables

_BLOCK = 4_096
"""Concepts that are made at a time when going through all."""

_GAP = 8
"""Concepts between two rows that are made for nothing rather than asking twice."""


class KnowledgeBase:
    """A terminology on disk; make one with `open` or `build`.

    Its tables are mapped, not read: opening costs the same for any size, and processes share the
    memory. Rows of `names` are grouped by concept, preferred names first.

    Attributes:
        path: the folder.
        manifest: what is in it and what made it.
        names: concept (row in `concepts`), text, language, kind, scope, source.
        concepts: id, preferred (the first name), types, definition, depth (shortest distance to
            a root of the hierarchy, -1 unknown).
        relations: child, parent (rows in `concepts`).
        xrefs: concept (row in `concepts`), xref.
        retired: old id, new id.
    """

    def __init__(self, path: Path, manifest: Manifest, tables: Mapping[str, pa.Table]) -> None:
        self.path = path
        self.manifest = manifest
        self.names = tables["names"]
        self.concepts = tables["concepts"]
        self.relations = tables["relations"]
        self.xrefs = tables["xrefs"]
        self.retired = tables["retired"]

    @classmethod
    def open(cls, path: str | Path) -> KnowledgeBase:
        """Opens a folder by memory map, after a quick check of every file.

        Raises:
            IndexProblem: when a file is missing, truncated, foreign or of another format version.
        """
        folder = Path(path)
        manifest = read_manifest(folder)
        tables = {name: open_table(folder, name, manifest) for name in SCHEMAS}
        return cls(folder, manifest, tables)

    @classmethod
    def build(
        cls,
        concepts: Iterable[Concept],
        path: str | Path,
        *,
        source: str,
        release: str = "",
        built_from: Sequence[BuiltFrom] = (),
        name_rules: Sequence[str] = (),
        dropped: Dropped | None = None,
        progress: Progress | None = None,
    ) -> KnowledgeBase:
        """Writes concepts to a folder, which then appears at once, and opens it.

        Names are cleaned (`cleaning.clean`), retired ids followed to the concept in use, and what
        is left out is counted in the manifest. Same concepts, same bytes.

        Args:
            concepts: in the order of the rows to be.
            path: the folder, conventionally `NAME.kb`; a knowledge base there is replaced.
            source: the terminology the ids belong to (BigBIO's `db_name`), such as `HPO`.
            release: the terminology's own version.
            built_from: the files that were read.
            name_rules: the rules that made variants of names, for the manifest.
            dropped: what was left out before, for the manifest.
            progress: told the number of concepts so far, now and then.

        Raises:
            DataError: for two concepts of one id, or when there is not a single name.
            SettingError: when `path` exists and is not a knowledge base.
        """
        build_folder(
            concepts,
            Path(path),
            source=source,
            release=release,
            built_from=built_from,
            name_rules=name_rules,
            dropped=dropped,
            progress=progress,
        )
        return cls.open(path)

    @property
    def source(self) -> str:
        """The terminology that the ids belong to, such as `HPO`."""
        return self.manifest.source

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the content; equal for equal concepts, whatever they were built from."""
        return self.manifest.fingerprint

    @property
    def languages(self) -> dict[str, int]:
        """Numbers of names by language code, empty if unknown."""
        return dict(self.manifest.languages)

    def verify(self) -> None:
        """Compares the checksum of every table with the manifest; reads them in full.

        Raises:
            IndexProblem: naming the first file that differs.
        """
        verify_tables(self.path, self.manifest)

    def __len__(self) -> int:
        """The number of concepts."""
        return self.manifest.concepts

    def __repr__(self) -> str:
        counts = f"{self.manifest.concepts:,} concepts, {self.manifest.names:,} names"
        return f"KnowledgeBase({self.source} {self.manifest.release}: {counts})"

    def resolve(self, id: str) -> str:
        """The id in use for a retired one; any other id, known or not, comes back as it is."""
        return self._current.get(id, id)

    def concept_row(self, id: str) -> int | None:
        """The row of a concept by its id or a retired one; None when there is none."""
        return self._rows.get(self.resolve(id))

    def concept(self, row_or_id: int | str) -> Concept:
        """A concept with everything that is known of it.

        Raises:
            SettingError: for an id that is not here, with the nearest ones.
            IndexError: for a row that is not here.
        """
        row = self.concept_row(row_or_id) if isinstance(row_or_id, str) else row_or_id
        if row is None:
            raise self._unknown(str(row_or_id))
        if not 0 <= row < len(self):
            raise IndexError(row)
        return next(self._between(row, row + 1))

    def __iter__(self) -> Iterator[Concept]:
        """All concepts in the order of their rows."""
        for start in range(0, len(self), _BLOCK):
            yield from self._between(start, min(start + _BLOCK, len(self)))

    def some(self, rows: NDArray[np.int64]) -> Iterator[Concept]:
        """The concepts of some rows, in ascending order; rows near each other come fast."""
        for start in range(0, len(rows), _BLOCK):
            block = rows[start : start + _BLOCK]
            for near in np.split(block, np.flatnonzero(np.diff(block) > _GAP) + 1):
                first = int(near[0])
                concepts = list(self._between(first, int(near[-1]) + 1))
                yield from (concepts[row - first] for row in near.tolist())

    def name_rows(self, row: int) -> range:
        """The rows in `names` of one concept, preferred first."""
        return range(int(self.name_offsets[row]), int(self.name_offsets[row + 1]))

    @cached_property
    def name_offsets(self) -> NDArray[np.int64]:
        """Concept `i` owns the rows `name_offsets[i]:name_offsets[i + 1]` of `names`."""
        return self._offsets(self.names["concept"])

    def _unknown(self, id: str) -> SettingError:
        near = suggest(self.names, self.concepts, id)
        found = " or ".join(f"{found.id} ({found.preferred})" for found in near)
        example = self.concepts["id"][0].as_py()
        todo = f"Did you mean {found}" if near else f"Ids look like {example}"
        return SettingError(f"no concept '{id}'", place=str(self.path), todo=todo)

    def _between(self, start: int, stop: int) -> Iterator[Concept]:
        """The concepts of some rows; whole columns are converted at once, which is fast."""
        rows = self.concepts.slice(start, stop - start).to_pylist()
        first_name = int(self.name_offsets[start])
        name_rows = self.names.slice(first_name, int(self.name_offsets[stop]) - first_name)
        names = [
            Name(n["text"], n["language"], n["kind"], n["scope"], n["source"])
            for n in name_rows.to_pylist()
        ]
        parents = _grouped(self.relations["parent"], self._parent_offsets, start, stop)
        ids = self.concepts["id"]
        xrefs = _grouped(self.xrefs["xref"], self._xref_offsets, start, stop)
        for place, row in enumerate(rows):
            owned = self.name_rows(start + place)
            yield Concept(
                id=row["id"],
                names=tuple(names[owned.start - first_name : owned.stop - first_name]),
                types=tuple(row["types"]),
                definition=row["definition"],
                parents=tuple(ids[parent].as_py() for parent in parents[place]),
                xrefs=tuple(xrefs[place]),
                retired=self._old.get(row["id"], ()),
            )

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {id: row for row, id in enumerate(self.concepts["id"].to_pylist())}

    @cached_property
    def _current(self) -> dict[str, str]:
        new = self.retired["new"].to_pylist()
        return dict(zip(self.retired["old"].to_pylist(), new, strict=True))

    @cached_property
    def _old(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for old, new in self._current.items():
            found[new] = (*found.get(new, ()), old)
        return found

    @cached_property
    def _parent_offsets(self) -> NDArray[np.int64]:
        return self._offsets(self.relations["child"])

    @cached_property
    def _xref_offsets(self) -> NDArray[np.int64]:
        return self._offsets(self.xrefs["concept"])

    def _offsets(self, owners: pa.ChunkedArray) -> NDArray[np.int64]:
        counts = np.bincount(owners.to_numpy(), minlength=len(self))
        return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _grouped(
    column: pa.ChunkedArray, offsets: NDArray[np.int64], start: int, stop: int
) -> list[list[Any]]:
    """The values that each row from start to stop owns."""
    first = int(offsets[start])
    values = column.slice(first, int(offsets[stop]) - first).to_pylist()
    edges = (offsets[start : stop + 1] - first).tolist()
    return [values[a:b] for a, b in pairwise(edges)]
