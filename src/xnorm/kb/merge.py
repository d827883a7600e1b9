"""Several knowledge bases made into one, by id or by cross-references."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from xnorm.errors import SettingError
from xnorm.kb.builder import Progress
from xnorm.kb.knowledge_base import KnowledgeBase
from xnorm.kb.manifest import BuiltFrom
from xnorm.kb.model import Concept
from xnorm.kb.name_rules import RULES
from xnorm.kb.rekey import as_xref, code_start, vocabulary
from xnorm.kb.union import unite

_BLOCK = 4_096
"""Concepts of the merged knowledge base that are made at a time."""


class Merged(NamedTuple):
    """A merged knowledge base, and what its parts disagree about.

    Attributes:
        kb: the merged knowledge base; its manifest has the ids with two replacements.
        joined: concepts of later parts that joined one of an earlier part.
        live: ids that are retired in one part and in use in another; they stay in use.
    """

    kb: KnowledgeBase
    joined: int
    live: list[str]


def merge(
    kbs: Sequence[KnowledgeBase],
    path: str | Path,
    *,
    by: str = "",
    source: str = "",
    release: str = "",
    progress: Progress | None = None,
) -> Merged:
    """Writes the knowledge base `path` with the concepts of several.

    Concepts with one id become one: names, types, parents and cross-references are united, and
    the earlier part's preferred names stay preferred. Names keep the terminology they are from.
    Only ids are held in memory.

    Args:
        kbs: at least two; concepts come in this order.
        path: the folder to write.
        by: a vocabulary, such as `UMLS`. Then a concept also joins those of earlier parts that it
            has a cross-reference to, and its own id becomes a cross-reference.
        source: the terminology the ids belong to; by default that of the first part.
        release: by default that of the parts, where it is the same.
        progress: told the number of concepts so far, now and then.

    Raises:
        SettingError: for fewer than two knowledge bases, or one that is the output too.
    """
    if len(kbs) < 2:
        raise SettingError("a merge needs two knowledge bases", todo="Name a second one")
    for kb in kbs:
        if kb.path.resolve() == Path(path).resolve():
            raise SettingError(
                "is read and written at once", place=str(path), todo="Choose another output"
            )
    plan = _Plan(f"{vocabulary(by)}:" if by else "")
    for kb in kbs:
        plan.add(kb)
    releases = {kb.manifest.release for kb in kbs}
    rules = {rule for kb in kbs for rule in kb.manifest.name_rules}
    built_from = dict.fromkeys(file for kb in kbs for file in kb.manifest.built_from)
    merged = KnowledgeBase.build(
        plan.concepts(),
        path,
        source=source or kbs[0].source,
        release=release or (releases.pop() if len(releases) == 1 else ""),
        built_from=list[BuiltFrom](built_from),
        name_rules=[rule for rule in RULES if rule in rules],
        progress=progress,
    )
    live = {old for kb in kbs for old in kb.retired["old"].to_pylist() if old in plan.places}
    return Merged(merged, plan.joined, sorted(live))


class _Part(NamedTuple):
    """A knowledge base, and which of its rows goes to which place, in the order of places."""

    kb: KnowledgeBase
    rows: NDArray[np.int64]
    places: NDArray[np.int64]
    renamed: dict[str, list[str]]
    """New ids of the concepts that joined one of another id."""


class _Plan:
    """Which concept goes where: ids of the merged knowledge base, and the parts so far."""

    def __init__(self, start: str) -> None:
        self.start = start
        self.places: dict[str, int] = {}
        self.parts: list[_Part] = []
        self.joined = 0

    def add(self, kb: KnowledgeBase) -> None:
        """Plans one more part; all of its concepts that join nothing get a new place."""
        targets = self._targets(kb) if self.start and self.parts else {}
        before = len(self.places)
        rows: list[int] = []
        places: list[int] = []
        renamed: dict[str, list[str]] = {}
        for row, id in enumerate(_ids(kb)):
            joins = [id] if self.places.get(id, before) < before else targets.get(row, [id])
            self.joined += self.places.get(joins[0], before) < before
            if joins != [id]:
                renamed[id] = joins
            for target in joins:
                rows.append(row)
                places.append(self.places.setdefault(target, len(self.places)))
        order = np.argsort(places, kind="stable")
        part = _Part(kb, np.array(rows)[order], np.array(places)[order], renamed)
        self.parts.append(part)

    def _targets(self, kb: KnowledgeBase) -> dict[int, list[str]]:
        """Rows with the ids of earlier concepts that they refer to, retired ids followed."""
        found: dict[int, list[str]] = {}
        prefix = code_start(self.start)
        for batch in kb.xrefs.to_batches():
            chosen = batch.filter(pc.starts_with(batch["xref"], self.start))
            for row, xref in zip(
                chosen["concept"].to_pylist(), chosen["xref"].to_pylist(), strict=True
            ):
                id = self._current(prefix + xref[len(self.start) :])
                if id in self.places and id not in found.get(row, ()):
                    found.setdefault(row, []).append(id)
        return found

    def _current(self, id: str) -> str:
        if id in self.places:
            return id
        return next((new for part in self.parts if (new := part.kb.resolve(id)) != id), id)

    def concepts(self) -> Iterator[Concept]:
        """The merged concepts, a block of places at a time."""
        ids = list(self.places)
        for start in range(0, len(ids), _BLOCK):
            block: dict[int, Concept] = {}
            for part in self.parts:
                low, high = np.searchsorted(part.places, (start, start + _BLOCK))
                rows = part.rows[low:high]
                chosen = np.unique(rows)
                made = dict(zip(chosen.tolist(), part.kb.some(chosen), strict=True))
                for row, place in zip(rows.tolist(), part.places[low:high].tolist(), strict=True):
                    concept = _moved(made[row], ids[place], part, self.start)
                    before = block.get(place)
                    block[place] = concept if before is None else unite(before, concept)
            yield from (block[place] for place in sorted(block))


def _ids(kb: KnowledgeBase) -> Iterator[str]:
    for batch in kb.concepts.select(["id"]).to_batches():
        yield from batch["id"].to_pylist()


def _moved(concept: Concept, id: str, part: _Part, start: str) -> Concept:
    """The concept under its new id, with the new ids of its parents."""
    if not part.renamed:
        return concept
    parents = (new for old in concept.parents for new in part.renamed.get(old, (old,)))
    xrefs = concept.xrefs
    if id != concept.id:
        same = start + id.removeprefix(start)
        others = (xref for xref in xrefs if xref != same)
        xrefs = (as_xref(concept.id, part.kb.source), *others)
    return msgspec.structs.replace(
        concept,
        id=id,
        parents=tuple(dict.fromkeys(parent for parent in parents if parent != id)),
        xrefs=xrefs,
    )
