"""Writing a knowledge base folder from a stream of concepts, with bounded memory."""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from xnorm.errors import DataError, SettingError
from xnorm.files import atomic_folder, sha256
from xnorm.kb.cleaning import clean
from xnorm.kb.hierarchy import depths
from xnorm.kb.manifest import (
    FILE,
    FORMAT,
    BuiltFrom,
    Dropped,
    Manifest,
    TableFile,
    write_manifest,
)
from xnorm.kb.model import Concept
from xnorm.kb.retirement import Retirements, settle
from xnorm.kb.tables import SCHEMAS, table_path
from xnorm.kb.writer import TableWriter
from xnorm.version import VERSION

Progress = Callable[[int], None]
"""Told the number of concepts so far, now and then."""

_TELL_EVERY = 2_000

_CONFLICTS = 10
"""Conflicting retirements that the manifest names."""


def build_folder(
    concepts: Iterable[Concept],
    path: Path,
    *,
    source: str,
    release: str = "",
    built_from: Sequence[BuiltFrom] = (),
    name_rules: Sequence[str] = (),
    dropped: Dropped | None = None,
    progress: Progress | None = None,
) -> Manifest:
    """Writes the folder `path`; nothing is left behind when it fails.

    Raises:
        DataError: for two concepts of one id, or when there is not a single name.
        SettingError: when `path` exists and is not a knowledge base.
    """
    _refuse_other_folder(path)
    with atomic_folder(path) as folder:
        building = _Building(folder, source)
        for concept in concepts:
            building.add(concept)
            if progress is not None and building.seen % _TELL_EVERY == 0:
                progress(building.seen)
        if progress is not None:
            progress(building.seen)
        manifest = building.finish(release, tuple(built_from), tuple(name_rules), dropped)
        write_manifest(manifest, folder)
    return manifest


def _refuse_other_folder(path: Path) -> None:
    """Replacing a folder deletes it, so it must be one of ours (or empty)."""
    ours = (path / FILE).is_file() or (path.is_dir() and not any(path.iterdir()))
    if path.exists() and not ours:
        raise SettingError(
            "exists and is not a knowledge base, so it is not replaced",
            place=str(path),
            todo="Choose another output, such as terminology.kb",
        )


class _Building:
    """The state of one build: open table writers, and the few numbers kept of every concept."""

    def __init__(self, folder: Path, source: str) -> None:
        self.folder = folder
        self.source = source
        self.seen = 0
        self.rows: dict[str, int] = {}
        self.symbols: dict[str, int] = {}
        self.child, self.parent = array("i"), array("i")
        self.replacements: list[tuple[str, str]] = []
        self.languages: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.nameless = self.empty = self.repeated = 0
        self.digest = hashlib.sha256(source.encode())
        self.encoder = msgspec.msgpack.Encoder()
        self.names = TableWriter(table_path(folder, "names"), SCHEMAS["names"])
        self.xrefs = TableWriter(table_path(folder, "xrefs"), SCHEMAS["xrefs"])
        # Depths are known at the end only: concepts go to a first file without them.
        self.shallow = folder / "concepts.shallow"
        without_depth = pa.schema([f for f in SCHEMAS["concepts"] if f.name != "depth"])
        self.concepts = TableWriter(self.shallow, without_depth)

    def add(self, concept: Concept) -> None:
        self.seen += 1
        self.replacements.extend((old, concept.id) for old in concept.retired)
        if concept.replaced_by:
            self.replacements.append((concept.id, concept.replaced_by))
            return
        cleaned = clean(concept, self.source)
        concept = cleaned.concept
        self.empty += cleaned.empty
        self.repeated += cleaned.repeated
        if not concept.names:
            self.nameless += 1
            return
        if concept.id in self.rows:
            raise DataError(
                f"two concepts have the id '{concept.id}'",
                place=self.source,
                todo="Merge them or remove one",
            )
        row = self.rows[concept.id] = len(self.rows)
        xrefs = tuple(dict.fromkeys(concept.xrefs))
        # What is not known before the end (parents, retired ids) joins the fingerprint there.
        known = msgspec.structs.replace(concept, xrefs=xrefs, parents=(), retired=())
        self.digest.update(self.encoder.encode(known))
        for name in concept.names:
            self.names.add((row, name.text, name.language, name.kind, name.scope, name.source))
            self.languages[name.language] += 1
            self.kinds[name.kind] += 1
        self.concepts.add(
            (concept.id, concept.names[0].text, list(concept.types), concept.definition)
        )
        for parent in dict.fromkeys(concept.parents):
            self.child.append(row)
            self.parent.append(self.symbols.setdefault(parent, len(self.symbols)))
        for xref in xrefs:
            self.xrefs.add((row, xref))

    def finish(
        self,
        release: str,
        built_from: tuple[BuiltFrom, ...],
        name_rules: tuple[str, ...],
        dropped: Dropped | None,
    ) -> Manifest:
        for writer in (self.names, self.xrefs, self.concepts):
            writer.close()
        if not self.rows:
            raise DataError(
                f"not a single name in {self.seen:,} concepts",
                place=self.source,
                todo="Check the source, its columns and the languages asked for",
            )
        child, parent = self._relations()
        self._write_concepts(depths(len(self.rows), child, parent))
        retired = self._write_retired()
        rows = {
            "names": self.names.rows,
            "concepts": len(self.rows),
            "relations": len(child),
            "xrefs": self.xrefs.rows,
            "retired": len(retired.pairs),
        }
        tables = {name: self._table_file(name, count) for name, count in rows.items()}
        return Manifest(
            format=FORMAT,
            xnorm=VERSION,
            source=self.source,
            release=release,
            built_from=built_from,
            **rows,
            languages=dict(sorted(self.languages.items())),
            kinds=dict(sorted(self.kinds.items())),
            dropped=msgspec.structs.replace(
                dropped or Dropped(),
                concepts_without_name=self.nameless,
                empty_names=self.empty,
                repeated_names=self.repeated,
                unknown_parents=len(self.child) - len(child),
                retired_without_concept=retired.without_concept,
                retired_in_use=retired.in_use,
                retired_twice=len(retired.conflicts),
            ),
            tables=tables,
            fingerprint=self.digest.hexdigest(),
            conflicts=tuple(retired.conflicts[:_CONFLICTS]),
            name_rules=name_rules,
        )

    def _relations(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Rows of children and parents; parents that are no concepts here are gone."""
        known = [self.rows.get(parent, -1) for parent in self.symbols]
        row_of_symbol = np.array(known, dtype=np.int32)
        child = np.frombuffer(self.child, dtype=np.int32) if self.child else np.empty(0, np.int32)
        symbol = np.frombuffer(self.parent, dtype=np.int32) if self.parent else child
        parent = row_of_symbol[symbol]
        child, parent = child[parent >= 0], parent[parent >= 0]
        with TableWriter(table_path(self.folder, "relations"), SCHEMAS["relations"]) as writer:
            writer.add_columns([pa.array(child), pa.array(parent)])
        self.digest.update(child.astype("<i4").tobytes() + parent.astype("<i4").tobytes())
        return child, parent

    def _write_concepts(self, depth: NDArray[np.int32]) -> None:
        with (
            pa.memory_map(str(self.shallow)) as stream,
            TableWriter(table_path(self.folder, "concepts"), SCHEMAS["concepts"]) as writer,
        ):
            start = 0
            reader = pa.ipc.open_file(stream)
            for number in range(reader.num_record_batches):
                batch = reader.get_batch(number)
                column = pa.array(depth[start : start + batch.num_rows])
                writer.add_columns([*batch.columns, column])
                start += batch.num_rows
        self.shallow.unlink()

    def _write_retired(self) -> Retirements:
        retired = settle(self.replacements, self.rows)
        with TableWriter(table_path(self.folder, "retired"), SCHEMAS["retired"]) as writer:
            for pair in retired.pairs:
                writer.add(pair)
                self.digest.update(self.encoder.encode(pair))
        return retired

    def _table_file(self, name: str, rows: int) -> TableFile:
        path = table_path(self.folder, name)
        return TableFile(rows=rows, bytes=path.stat().st_size, sha256=sha256(path))
