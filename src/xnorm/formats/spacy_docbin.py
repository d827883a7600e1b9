"""spaCy's DocBin: texts with tokens, entities and groups of spans; needs the extra `spacy`.

Entities and the spans of all groups are mentions, `kb_id` their concept; id and language stand in
the user data or in extension attributes of those names. Everything else that a document carries
waits in `extra`, so that it comes back.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from xnorm.document import ConceptId, Document, Mention, mention_at
from xnorm.errors import DataError, SettingError, require
from xnorm.formats.identifiers import NO_ID, read_ids, stated_ids
from xnorm.formats.linked import link_fields
from xnorm.formats.reading import Reading
from xnorm.languages import language_code

if TYPE_CHECKING:
    from spacy.tokens import Doc

HOLDS = frozenset({"language", "text", "mentions", "types", "overlapping", "gold", "links"})
OWN = "xnorm"
"""The group of spans for mentions that overlap an entity, and the key of decisions in user data."""

_DOC = "docbin"
"""The key in a document's `extra` under which it waits as a DocBin in base 64."""

_GROUP = "group"
"""The key in a mention's `extra` for the group of spans that it is in."""

_NIL = "NIL"
"""What spaCy's linker writes for no concept."""

_MAGIC = b"\x78"
_BEGIN = b"\xa7version"


def sniff(head: bytes, name: str) -> bool:
    """Whether it unpacks to what begins as a DocBin does."""
    if not head.startswith(_MAGIC):
        return False
    try:
        return _BEGIN in zlib.decompressobj().decompress(head, 64)
    except zlib.error:
        return False


def read(stream: BinaryIO, reading: Reading) -> Iterator[Document]:
    """The documents of a DocBin, which is held in memory whole.

    Raises:
        MissingExtra: without spaCy.
    """
    require("spacy", "spacy")
    for number, doc in enumerate(_docs(stream.read(), reading.name), 1):
        place = f"{reading.name}, document {number}"
        try:
            document = _document(doc, number, place)
        except (DataError, SettingError) as error:
            reading.bad(error)
        else:
            yield document


def write(documents: Iterable[Document], stream: BinaryIO) -> None:
    """One DocBin; documents that were not read from one get the tokens of a blank pipeline.

    Raises:
        MissingExtra: without spaCy.
    """
    require("spacy", "spacy")
    from spacy.tokens import DocBin

    whole = DocBin(store_user_data=True)
    for number, document in enumerate(documents, 1):
        whole.add(_doc(document, number))
    stream.write(whole.to_bytes())


def _docs(data: bytes, name: str) -> Iterator[Doc]:
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    try:
        yield from DocBin().from_bytes(data).get_docs(Vocab())
    except (zlib.error, ValueError, KeyError, TypeError, IndexError) as error:
        raise DataError(
            f"no DocBin ({error})", place=name, todo="Write it with `DocBin.to_disk` again"
        ) from error


def _document(doc: Doc, number: int, place: str) -> Document:
    text, language = doc.text, _said(doc, "language")
    if not text:
        raise DataError("a document without text", place=place, todo="Leave it out")
    spans = [(span, "") for span in doc.ents]
    spans += [(span, name) for name, group in sorted(doc.spans.items()) for span in group]
    mentions = []
    for at, (span, group) in enumerate(spans, 1):
        ends = [(span.start_char, span.end_char)]
        mention = mention_at(text, ends, id=f"T{at}", type=span.label_, place=place)
        gold = _gold(span.kb_id_, span.label_)
        extra = {"kb_id": span.kb_id_} if span.kb_id_ else {}
        extra |= {_GROUP: group} if group else {}
        mentions.append(msgspec.structs.replace(mention, gold=gold, extra=extra))
    return msgspec.structs.replace(
        Document.from_text(
            text,
            id=_said(doc, "id") or str(number),
            language=language_code(language, place=place) if language else "",
        ),
        mentions=tuple(mentions),
        extra={_DOC: base64.b64encode(_packed(doc)).decode()},
    )


def _gold(kb_id: str, type: str) -> tuple[ConceptId, ...]:
    return () if kb_id == _NIL else read_ids(kb_id, type)


def _said(doc: Doc, name: str) -> str:
    """What the user data say under a name, or an extension attribute."""
    value = doc.user_data.get(name, doc.user_data.get(("._.", name, None, None)))
    return str(value) if isinstance(value, str | int) else ""


def _packed(doc: Doc) -> bytes:
    from spacy.tokens import DocBin

    packed: bytes = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    return packed


def _doc(document: Document, number: int) -> Doc:
    from spacy.tokens import SpanGroup
    from spacy.util import filter_spans

    doc = _kept(document) or _tokens(document)
    entities: list[Any] = []
    groups: dict[str, list[Any]] = {OWN: []}
    for mention in document.mentions:
        group = mention.extra.get(_GROUP)
        span = _span(doc, mention)
        if isinstance(group, str):
            groups.setdefault(group, []).append(span)
        elif mention.type:
            entities.append(span)
        else:
            # An entity without a type would count as a place where none may be.
            groups[OWN].append(span)
    apart = filter_spans(entities)
    if apart or doc.ents:
        # Where entities are not known, setting none would say that there are none.
        doc.set_ents(apart)
    groups[OWN] += [span for span in entities if not any(span is item for item in apart)]
    for name, spans in groups.items():
        if spans or name in doc.spans:
            attributes = doc.spans[name].attrs if name in doc.spans else {}
            doc.spans[name] = SpanGroup(doc, name=name, spans=spans, attrs=attributes)
    for name, value in (("id", document.id), ("language", document.language)):
        # A number is what a reader gives a document without an id.
        if value not in ("", str(number), _said(doc, name)):
            doc.user_data[name] = value
    links = {item.id: link_fields(item.link) for item in document.mentions if item.link}
    if links:
        doc.user_data[OWN] = links
    return doc


def _span(doc: Doc, mention: Mention) -> Any:
    kept = mention.extra.get("kb_id")
    kept = kept if isinstance(kept, str) else ""
    stated = stated_ids(mention, kept, _gold(kept, mention.type))
    return doc.char_span(
        mention.start,
        mention.end,
        label=mention.type,
        kb_id="" if stated == NO_ID else stated,
        alignment_mode="expand",
    )


def _kept(document: Document) -> Doc | None:
    """The document that was read, if its text is still the same."""
    packed = document.extra.get(_DOC)
    if not isinstance(packed, str):
        return None
    try:
        (doc,) = _docs(base64.b64decode(packed), document.id)
    except ValueError:
        return None
    return doc if doc.text == document.text else None


def _tokens(document: Document) -> Doc:
    """The text's tokens, cut where mentions begin and end, so that their offsets stay."""
    from spacy.tokens import Doc

    pipeline = _blank(document.language)
    starts = {mention.start for mention in document.mentions}
    ends = {mention.end for mention in document.mentions}
    words: list[str] = []
    spaces: list[bool] = []
    for token in pipeline.make_doc(document.text):
        start, end = token.idx, token.idx + len(token.text)
        cuts = [start, *sorted(at for at in starts | ends if start < at < end), end]
        words += [document.text[a:b] for a, b in pairwise(cuts)]
        spaces += [False] * (len(cuts) - 1)
        if token.whitespace_ and (end in starts or end + 1 in ends):
            words.append(" ")
            spaces.append(False)
        elif token.whitespace_:
            spaces[-1] = True
    return Doc(pipeline.vocab, words=words, spaces=spaces)


@cache
def _blank(language: str) -> Any:
    import spacy

    try:
        return spacy.blank(language or "xx")
    except ImportError:
        # Some languages need packages of their own for tokens.
        return spacy.blank("xx")
