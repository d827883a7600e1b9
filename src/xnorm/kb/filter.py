"""A part of a knowledge base, chosen by what its concepts and names are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from xnorm.errors import DataError, SettingError, did_you_mean
from xnorm.kb.builder import Progress
from xnorm.kb.hierarchy import descendants
from xnorm.kb.knowledge_base import KnowledgeBase
from xnorm.kb.model import KINDS, Concept
from xnorm.kb.semantic_types import types_called, types_in_groups

Mask = NDArray[np.bool_]


class Keep(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept; what is left empty is not asked for.

    Attributes:
        languages, kinds, sources: of names. A concept without a name left goes too.
        types: concepts with one of these types, as the knowledge base or UMLS calls them.
        groups: concepts with a type in one of these semantic groups of UMLS.
        ids: concepts with one of these ids, or with one that a retired id of these became.
        below: this concept and its descendants.
        depth: the least and the greatest depth (shortest distance to a root).
    """

    languages: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    below: str = ""
    depth: tuple[int, int] | None = None


class Filtered(NamedTuple):
    """A filtered knowledge base, and what was left out."""

    kb: KnowledgeBase
    concepts: int
    names: int
    unknown_ids: list[str]
    """Ids asked for that are not in the knowledge base."""


def filter_kb(
    kb: KnowledgeBase, path: str | Path, keep: Keep, *, progress: Progress | None = None
) -> Filtered:
    """Writes the knowledge base `path` with a part of another.

    Retired ids follow their concepts. A parent that is left out is no parent any more.

    Raises:
        SettingError: for a value that does not occur, or when nothing is asked for.
        DataError: when no concept is left.
    """
    if keep == Keep():
        raise SettingError("nothing to filter by", todo="Say what to keep, as in --languages en")
    if kb.path.resolve() == Path(path).resolve():
        raise SettingError("is read and written at once", place=str(path), todo="Choose another")
    names = _names(kb, keep)
    unknown: list[str] = []
    concepts = _concepts(kb, keep, unknown) & _have_names(kb, names)
    if not concepts.any():
        raise DataError("no concept is left", place=str(kb.path), todo="Ask for less at once")
    manifest = kb.manifest
    new = KnowledgeBase.build(
        _kept(kb, names, concepts),
        path,
        source=kb.source,
        release=manifest.release,
        built_from=manifest.built_from,
        name_rules=manifest.name_rules,
        progress=progress,
    )
    kept = new.manifest
    return Filtered(
        kb=new,
        concepts=manifest.concepts - kept.concepts,
        names=manifest.names - kept.names,
        unknown_ids=sorted(unknown),
    )


def _names(kb: KnowledgeBase, keep: Keep) -> Mask:
    mask = np.ones(kb.manifest.names, dtype=bool)
    known = {"language": kb.manifest.languages, "kind": KINDS}
    for column, wanted in (
        ("language", keep.languages),
        ("kind", keep.kinds),
        ("source", keep.sources),
    ):
        if wanted:
            values = kb.names[column]
            occurring = known.get(column) or pc.unique(values).to_pylist()
            _refuse_unknown(wanted, occurring, column)
            mask &= _is_in(values, wanted)
    return mask


def _concepts(kb: KnowledgeBase, keep: Keep, unknown: list[str]) -> Mask:
    mask = np.ones(len(kb), dtype=bool)
    for called, words in ((types_called, keep.types), (types_in_groups, keep.groups)):
        if words:
            mask &= _of_types(kb, words, called)
    if keep.ids:
        rows = {id: kb.concept_row(id) for id in keep.ids}
        unknown.extend(id for id, row in rows.items() if row is None)
        mask &= _marked(len(kb), np.array([row for row in rows.values() if row is not None], int))
    if keep.below:
        # Its own row is asked for first: an unknown id is answered with the nearest ones.
        root = kb.concept_row(kb.concept(keep.below).id)
        assert root is not None, "a concept that was found has a row"
        child, parent = (kb.relations[side].to_numpy() for side in ("child", "parent"))
        mask &= _marked(len(kb), descendants(len(kb), child, parent, root))
    if keep.depth is not None:
        low, high = keep.depth
        depth = kb.concepts["depth"].to_numpy()
        mask &= (low <= depth) & (depth <= high)
    return mask


def _of_types(
    kb: KnowledgeBase, words: Sequence[str], called: Callable[[Sequence[str]], frozenset[str]]
) -> Mask:
    types = kb.concepts["types"].combine_chunks()
    flat = pc.list_flatten(types)
    occurring = set(pc.unique(flat).to_pylist())
    wanted = occurring & {*words, *called([word for word in words if word not in occurring])}
    if not wanted:
        raise SettingError(
            f"no concept is of: {', '.join(words)}",
            place=str(kb.path),
            todo="Its types are listed by: xnorm kb info",
        )
    owners = pc.list_parent_indices(types).to_numpy()
    return _marked(len(kb), owners[_is_in(flat, sorted(wanted))])


def _have_names(kb: KnowledgeBase, names: Mask) -> Mask:
    if names.all():
        return np.ones(len(kb), dtype=bool)
    return _marked(len(kb), kb.names["concept"].to_numpy()[names])


def _kept(kb: KnowledgeBase, names: Mask, concepts: Mask) -> Iterator[Concept]:
    all_names = bool(names.all())
    rows = np.flatnonzero(concepts)
    for row, concept in zip(rows.tolist(), kb.some(rows), strict=True):
        if not all_names:
            owned = kb.name_rows(row)
            chosen = names[owned.start : owned.stop].tolist()
            left = tuple(name for name, kept in zip(concept.names, chosen, strict=True) if kept)
            concept = msgspec.structs.replace(concept, names=left)
        yield concept


def _is_in(values: pa.Array | pa.ChunkedArray, wanted: Collection[str]) -> Mask:
    found: Mask = pc.is_in(values, value_set=pa.array(wanted)).to_numpy(zero_copy_only=False)
    return found


def _marked(size: int, rows: NDArray[np.integer]) -> Mask:
    mask = np.zeros(size, dtype=bool)
    mask[rows] = True
    return mask


def _refuse_unknown(wanted: Collection[str], known: Collection[str], what: str) -> None:
    for value in wanted:
        if value not in known:
            hint = did_you_mean(value, known) if len(known) <= 50 else f"It has {len(known):,}"
            raise SettingError(f"no {what} '{value}' here", todo=hint)
