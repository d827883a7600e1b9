"""The page shows every mention, escapes everything, and fetches nothing."""

import io
import re
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from xnorm.document import Candidate, Document, Link, Mention
from xnorm.formats import html


def _page(*documents: Document) -> str:
    stream = io.BytesIO()
    html.write(documents, stream)
    return stream.getvalue().decode()


class _Text(HTMLParser):
    """Collects the text of the document paragraphs."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = False
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = self.inside or (tag == "p" and ("class", "text") in attrs)

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "p"

    def handle_data(self, data: str) -> None:
        self.text += data if self.inside else ""


_texts = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), min_size=1, max_size=60)


@settings(max_examples=60, deadline=None)
@given(_texts, st.data())
def test_the_text_stands_whole_whatever_overlaps(text: str, draw: st.DataObject) -> None:
    borders = st.integers(0, len(text))
    pairs = draw.draw(st.lists(st.tuples(borders, borders), max_size=5))
    mentions = tuple(
        Mention(f"T{n}", "", ((min(p), max(p)),), (text[min(p) : max(p)],))
        for n, p in enumerate(pairs)
        if p[0] != p[1]
    )
    parser = _Text()
    parser.feed(_page(replace(Document.from_text(text), mentions=mentions)))
    assert parser.text == text


def test_markup_in_a_text_or_name_is_shown_and_not_run() -> None:
    evil = "<script>alert(1)</script>"
    candidate = Candidate("X:1", "X", evil, 0.5)
    mention = Mention("T1", "", ((0, 8),), (evil[:8],), candidates=(candidate,))
    mention = replace(mention, link=Link("X:1", 0.5, "X", evil, evil))
    document = replace(Document.from_text(evil, id=evil), mentions=(mention,))
    assert "<script" not in _page(document)
    assert "<script" not in html.fragment(document)


def test_the_page_fetches_nothing() -> None:
    page = _page(Document.from_text("fever"))
    assert not re.search(r"https?:|src=|@import|url\(", page)


def test_linked_and_nil_mentions_are_told_apart() -> None:
    document = Document.from_text("fever cough", id="d")
    linked = Mention("T1", "", ((0, 5),), ("fever",), link=Link("X:1", 0.9, "X", "Fever", "why"))
    nil = Mention("T2", "", ((6, 11),), ("cough",), link=Link(None, 0.0, reason="nothing near"))
    page = _page(replace(document, mentions=(linked, nil)))
    assert '<mark class="linked" title="Fever (X:1)">' in page
    assert '<mark class="nil" title="NIL">' in page
    assert "nothing near" in page
