"""Columns of a knowledge base as arrays, for work on many rows at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from xnorm.index.hits import Rows

if TYPE_CHECKING:
    from xnorm.kb import KnowledgeBase


class Coded(NamedTuple):
    """A text column with few values: `values[codes[row]]`."""

    codes: NDArray[np.int32]
    values: list[str]


class Columns:
    """What is asked of a knowledge base's tables when candidates are made; read when first asked.

    Attributes:
        kb: the knowledge base.
    """

    def __init__(self, kb: KnowledgeBase) -> None:
        self.kb = kb

    def texts(self, rows: Rows) -> list[str]:
        """The names of some rows of `kb.names`."""
        found: list[str] = self.kb.names["text"].take(rows).to_pylist()
        return found

    @cached_property
    def concept_of(self) -> NDArray[np.int32]:
        """For each name row its concept's row, int32[names]."""
        return np.asarray(self.kb.names["concept"].to_numpy())

    @cached_property
    def languages(self) -> Coded:
        """The language of each name."""
        return _coded(self.kb.names["language"])

    @cached_property
    def kinds(self) -> Coded:
        """The kind of each name."""
        return _coded(self.kb.names["kind"])

    def has_type(self, types: Sequence[str]) -> NDArray[np.bool_]:
        """Which concepts have one of some types, bool[concepts]."""
        known = self._types.values
        wanted = np.isin(self._types.codes, [known.index(t) for t in types if t in known])
        marked = np.zeros(len(self.kb), bool)
        marked[self._typed[wanted]] = True
        return marked

    @cached_property
    def order_of_ids(self) -> NDArray[np.int32]:
        """For each concept the place of its id among all ids, int32[concepts]."""
        import pyarrow.compute as compute

        order = compute.sort_indices(self.kb.concepts["id"]).to_numpy()
        places = np.empty(len(order), np.int32)
        places[order] = np.arange(len(order), dtype=np.int32)
        return places

    @cached_property
    def _types(self) -> Coded:
        import pyarrow.compute as compute

        return _coded(compute.list_flatten(self.kb.concepts["types"]))

    @cached_property
    def _typed(self) -> NDArray[np.int64]:
        """The concept of each item of `_types`."""
        import pyarrow.compute as compute

        counts = compute.list_value_length(self.kb.concepts["types"]).to_numpy()
        return np.repeat(np.arange(len(counts)), counts)


def _coded(column: Any) -> Coded:
    import pyarrow as pa

    array = pa.chunked_array(column.chunks, column.type).combine_chunks().dictionary_encode()
    return Coded(array.indices.to_numpy(), array.dictionary.to_pylist())
