"""`nlp.add_pipe("xnorm")`: linking as a component of a spaCy pipeline (extra `spacy`).

spaCy finds the component by the entry point `spacy_factories` of this package; nothing needs to be
imported.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from spacy.language import Language
from spacy.tokens import Span
from spacy.util import filter_spans, minibatch

from xnorm.document import Document, mention_at
from xnorm.formats.linked import candidate_fields, link_fields

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from xnorm.pipeline import Linker

GROUP = "xnorm"
"""The group of spans that has all mentions, those too that overlap others and are no entities."""

_FILE = "xnorm.json"


@Language.factory(  # type: ignore[untyped-decorator]  # spaCy is read without its types
    "xnorm",
    default_config={"index": "default", "language": None, "config": None, "overrides": []},
    assigns=["doc.ents", "doc.spans", "span._.candidates", "span._.link"],
)
def make(
    nlp: Language,
    name: str,
    index: str,
    language: str | None,
    config: str | None,
    overrides: list[str],
) -> XnormPipe:
    """The component, for spaCy.

    Args:
        nlp: the pipeline.
        name: of the component in it.
        index: as `--index` of `xnorm link` takes it.
        language: of the texts, a code; by default the pipeline's.
        config: as `--config`.
        overrides: as `--set`, `key=value`.
    """
    code = language if language is not None else ("" if nlp.lang == "xx" else nlp.lang)
    return XnormPipe({"index": index, "language": code, "config": config, "overrides": overrides})


class XnormPipe:
    """Links the entities of documents, or finds mentions where there are none.

    Every entity gets its concept as `kb_id_` (empty for NIL); `span._.candidates` and `span._.link`
    are dictionaries as in BigBIO output, so that documents can be stored. Tokens and sentences are
    not touched: a mention that ends inside a token is widened to it.
    """

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        for attribute, default in (("candidates", []), ("link", None)):
            if not Span.has_extension(attribute):
                Span.set_extension(attribute, default=default)

    def __call__(self, doc: Doc) -> Doc:
        """The document with its entities linked."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 64) -> Iterator[Doc]:
        """Documents with their entities linked, a batch at a time."""
        for batch in minibatch(stream, batch_size):
            linked = self._linker([self._document(doc) for doc in batch])
            for doc, document in zip(batch, linked, strict=True):
                yield _annotated(doc, document)

    def to_bytes(self, **_: Any) -> bytes:
        """The settings; the index stays where it is."""
        return json.dumps(self.settings).encode()

    def from_bytes(self, data: bytes, **_: Any) -> XnormPipe:
        """Takes over settings."""
        self.settings = json.loads(data)
        self.__dict__.pop("_linker", None)
        return self

    def to_disk(self, path: str | Path, **_: Any) -> None:
        """Writes the settings to a folder."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _FILE).write_bytes(self.to_bytes())

    def from_disk(self, path: str | Path, **_: Any) -> XnormPipe:
        """Reads the settings from a folder."""
        return self.from_bytes((Path(path) / _FILE).read_bytes())

    @cached_property
    def _linker(self) -> Linker:
        from xnorm.pipeline import load

        return load(
            self.settings["index"],
            config=self.settings["config"],
            overrides=self.settings["overrides"],
        )

    def _document(self, doc: Doc) -> Document:
        mentions = tuple(
            mention_at(doc.text, [(ent.start_char, ent.end_char)], id=f"T{at}", type=ent.label_)
            for at, ent in enumerate(doc.ents, 1)
        )
        document = Document.from_text(doc.text, language=self.settings["language"])
        return replace(document, mentions=mentions)


def _annotated(doc: Doc, document: Document) -> Doc:
    spans = []
    for mention in document.mentions:
        link = mention.link
        span = doc.char_span(
            mention.start,
            mention.end,
            label=mention.type or "CONCEPT",
            kb_id=(link.concept if link else None) or "",
            alignment_mode="expand",
        )
        span._.candidates = [candidate_fields(one) for one in mention.candidates]
        span._.link = link_fields(link) if link else None
        spans.append(span)
    doc.spans[GROUP] = spans
    doc.set_ents(filter_spans(spans))
    return doc
