"""Finds mentions with a spaCy pipeline: its entities, by a trained model or by rules."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

import msgspec
from msgspec.structs import replace

from xnorm.document import Document, Mention, mention_at
from xnorm.errors import SettingError, require


class SpacyFinder(msgspec.Struct, frozen=True, dict=True):
    """Gives mentions to documents that have none: the entities of a spaCy pipeline.

    Attributes:
        model: an installed spaCy package or a folder (`en_core_sci_sm`), or "blank:CODE" for an
            empty pipeline of a language, which is of use with `patterns`.
        labels: only entities with one of these labels; all if empty.
        patterns: an entity ruler's, such as `{"label": "DISORDER", "pattern": "anemia"}`; they go
            before the model's own entities.

    Raises:
        MissingExtra: when spaCy is not installed.
        SettingError: when the model is not.
    """

    needs: ClassVar[frozenset[str]] = frozenset()
    gives: ClassVar[frozenset[str]] = frozenset({"mentions"})

    model: str
    labels: tuple[str, ...] = ()
    patterns: tuple[dict[str, Any], ...] = ()

    def __call__(self, documents: Sequence[Document]) -> list[Document]:
        empty = [document for document in documents if not document.mentions]
        parsed = self._pipeline.pipe([document.text for document in empty])
        found = iter([self._mentions(*pair) for pair in zip(empty, parsed, strict=True)])
        return [
            document if document.mentions else replace(document, mentions=next(found))
            for document in documents
        ]

    def _mentions(self, document: Document, parsed: Any) -> tuple[Mention, ...]:
        entities = [e for e in parsed.ents if not self.labels or e.label_ in self.labels]
        return tuple(
            mention_at(
                document.text,
                [(entity.start_char, entity.end_char)],
                id=f"T{number}",
                type=entity.label_,
            )
            for number, entity in enumerate(entities, 1)
        )

    @cached_property
    def _pipeline(self) -> Any:
        spacy = require("spacy", "spacy")
        kind, _, language = self.model.partition(":")
        try:
            pipeline = spacy.blank(language) if kind == "blank" else spacy.load(self.model)
        except (OSError, ImportError) as error:
            raise SettingError(
                f"spaCy has no model '{self.model}'",
                place="find.model",
                todo=f"Run: python -m spacy download {self.model}, or give a folder",
            ) from error
        if self.patterns:
            before = {"before": "ner"} if pipeline.has_pipe("ner") else {}
            pipeline.add_pipe("entity_ruler", **before).add_patterns(list(self.patterns))
        return pipeline
