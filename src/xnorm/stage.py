"""What a stage is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol

from xnorm.document import Document


class Stage(Protocol):
    """Documents in, the same documents in the same order out, richer by what it `gives`.

    A stage is a frozen object whose fields are its settings; `needs` names what stages before it
    have to give, mentions of the input apart.
    """

    needs: ClassVar[frozenset[str]]
    gives: ClassVar[frozenset[str]]

    def __call__(self, documents: Sequence[Document]) -> list[Document]: ...
