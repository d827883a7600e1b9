"""Documents for property tests: emoji, combining marks, right-to-left, control characters, gaps."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace

from xnorm.document import (
    Candidate,
    ConceptId,
    Coreference,
    Document,
    Event,
    Evidence,
    Link,
    Mention,
    Passage,
    Relation,
)

_ODD = (
    "\U0001f9d1\u200d\u2695\ufe0f",
    "e\u0301",
    "חולה",
    "مرض",
    "\r\n",
    "\t",
    "\x1b",
    "\u2028",
    "\\",
    '"',
)
_PIECES = st.sampled_from((*_ODD, "a", "Zz", "ß", " ", "1", "\x7f", "\ufeff", "/", ":"))
_JSON: tuple[Any, ...] = (
    None,
    True,
    -1,
    10**30,
    0.25,
    1e-7,
    "",
    "é\u0301",
    [],
    [[0, "x"], {}],
    {"a": [None], "ü": {}},
)
_LANGUAGES = ("", "de", "es", "fr")


def texts(*, min_size: int = 1, max_size: int = 4) -> st.SearchStrategy[str]:
    """Texts of odd characters, without NUL."""
    return st.lists(_PIECES, min_size=min_size, max_size=max_size).map("".join)


def json_values() -> st.SearchStrategy[Any]:
    """Anything that JSON can say."""
    return st.sampled_from(_JSON)


def extras() -> st.SearchStrategy[dict[str, Any]]:
    """Unknown fields."""
    return _some({"note", "année"})


def scores() -> st.SearchStrategy[float]:
    """Scores as files keep them."""
    return st.integers(0, 10_000).map(lambda number: number / 10_000)


def _some(keys: set[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=dict.fromkeys(sorted(keys), json_values()))


def _tuples(items: st.SearchStrategy[Any], max_size: int = 2) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(items, max_size=max_size).map(tuple)


def concept_ids() -> st.SearchStrategy[ConceptId]:
    """Concepts that a file names."""
    return st.builds(ConceptId, st.sampled_from(["HPO", "MESH", ""]), texts(), _some({"score"}))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Undecided documents with everything that the data model holds."""
    passages = draw(_passages())
    whole = Document(
        id=draw(texts()), passages=passages, language=draw(st.sampled_from(_LANGUAGES))
    )
    mentions = draw(_mentions(whole.text))
    ids = st.sampled_from([mention.id for mention in mentions] or ["none"])
    return replace(
        whole,
        mentions=mentions,
        coreferences=draw(_tuples(st.builds(Coreference, texts(), _tuples(ids), extras()))),
        relations=draw(
            _tuples(
                st.builds(Relation, texts(), texts(), ids, ids, _tuples(concept_ids()), extras())
            )
        ),
        events=tuple(
            Event(
                id=f"e{number}",
                type="event",
                trigger_text=mention.text,
                trigger_spans=mention.spans,
                arguments=(("role", mention.id),),
                extra=draw(extras()),
            )
            for number, mention in enumerate(mentions[:1])
        ),
        extra=draw(extras()),
    )


@st.composite
def linked_documents(draw: st.DrawFn) -> Document:
    """Documents whose mentions are undecided, NIL or linked, with and without candidates."""
    document = draw(documents())
    mentions = []
    for mention in document.mentions:
        candidates = draw(_tuples(_candidates(), max_size=3))
        choices: list[st.SearchStrategy[Link | None]] = [
            st.none(),
            st.builds(Link, st.none(), scores(), reason=texts(min_size=0)),
        ]
        choices += [
            st.just(Link(item.concept, item.score, item.source, item.name, "clear"))
            for item in candidates
        ]
        long_form = draw(st.sampled_from(["", "acute kidney injury"]))
        link = draw(st.one_of(choices))
        mentions.append(replace(mention, candidates=candidates, link=link, long_form=long_form))
    return replace(document, mentions=tuple(mentions))


def corpora(
    documents: st.SearchStrategy[Document], *, min_size: int = 1
) -> st.SearchStrategy[list[Document]]:
    """Documents with different ids."""
    return st.lists(documents, min_size=min_size, max_size=2, unique_by=lambda item: item.id)


def _candidates() -> st.SearchStrategy[Candidate]:
    evidence = st.builds(
        Evidence,
        st.sampled_from(["exact", "tfidf", "dense"]),
        texts(),
        scores(),
        st.integers(1, 64),
        language=st.sampled_from(_LANGUAGES),
        kind=st.sampled_from(["preferred", "synonym", "abbreviation"]),
        query=st.sampled_from(["", "long form"]),
    )
    return st.builds(Candidate, texts(), texts(), texts(), scores(), _tuples(evidence))


@st.composite
def _passages(draw: st.DrawFn) -> tuple[Passage, ...]:
    passages, at = [], 0
    for number in range(draw(st.integers(1, 3))):
        parts, spans = [], []
        for part in draw(st.lists(texts(), min_size=1, max_size=2)):
            at += draw(st.integers(0, 2))
            parts.append(part)
            spans.append((at, at + len(part)))
            at += len(part)
        extra = draw(extras())
        passages.append(Passage(f"p{number}", "abstract", tuple(parts), tuple(spans), extra))
    return tuple(passages)


@st.composite
def _mentions(draw: st.DrawFn, text: str) -> tuple[Mention, ...]:
    mentions = []
    borders = st.lists(st.integers(0, len(text)), max_size=4, unique=True).map(sorted)
    for number in range(draw(st.integers(0, 3))):
        edges = draw(borders)
        spans = tuple(zip(edges[::2], edges[1::2], strict=False))
        parts = tuple(text[start:end] for start, end in spans)
        if " ".join(parts).strip():
            gold = draw(_tuples(concept_ids()))
            mentions.append(
                Mention(f"m{number}", "DISEASE", spans, parts, gold, extra=draw(extras()))
            )
    return tuple(mentions)
