"""Streaming XML: what comes, what is dropped, and every document that is refused."""

from __future__ import annotations

import io
import tracemalloc

import pytest

from xnorm.errors import DataError
from xnorm.xml_stream import elements, parse

DOCTYPE = b'<!DOCTYPE all SYSTEM "all.dtd">\n'


def _texts(data: bytes, *tags: str) -> list[str | None]:
    return [e.text for e in elements(io.BytesIO(data), frozenset(tags), place="x.xml")]


def test_elements_come_in_the_order_of_the_document() -> None:
    data = b"<all><a>1</a><skip><a>2</a><b>3</b></skip>tail<b>4</b></all>"
    assert _texts(data, "a", "b") == ["1", "2", "3", "4"]


def test_an_element_inside_another_is_a_part_of_it() -> None:
    data = b"<all><a>1<a>2</a></a><a>3</a></all>"
    found = elements(io.BytesIO(data), frozenset({"a"}), place="x.xml")
    assert [[part.text for part in element.iter("a")] for element in found] == [["1", "2"], ["3"]]


def test_the_root_may_be_wanted_and_nothing_may_be() -> None:
    assert _texts(b"<all>1</all>", "all") == ["1"]
    assert _texts(b"<all><b/></all>", "a") == []


def test_a_doctype_without_entities_is_no_obstacle() -> None:
    assert _texts(DOCTYPE + b"<all><a>1</a></all>", "a") == ["1"]


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16"])
def test_the_encoding_is_that_of_the_first_line(encoding: str) -> None:
    data = f'<?xml version="1.0" encoding="{encoding}"?><all>é</all>'.encode(encoding)
    assert parse(data, place="x.xml").text == "é"


def test_memory_does_not_grow_with_the_document() -> None:
    def peak(count: int) -> int:
        body = b"<a><b>text</b><b/></a><other>text</other>" * count
        stream = io.BytesIO(b"<all>" + body + b"</all>")
        tracemalloc.start()
        assert sum(1 for _ in elements(stream, frozenset({"a"}), place="x.xml")) == count
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    # A block of 64 KiB is parsed at a time; both documents have several.
    assert peak(20_000) < 1.5 * peak(5_000)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "x.xml line 1: the document breaks off (no element found)"),
        (b"<all>\n<a>1</a>\n", "x.xml line 3: the document breaks off (no element found)"),
        (b"<all><a", "x.xml line 1: the document breaks off (unclosed token)"),
        (b"<all>\n</b>", "x.xml line 2: cannot be read as XML (mismatched tag, column 3)"),
        (b"<all>\n\xff</all>", "x.xml line 2: cannot be read as XML (not well-formed"),
        (b"<all>\0</all>", "x.xml line 1: cannot be read as XML (not well-formed"),
        (b"<all>&nbsp;</all>", "x.xml line 1: cannot be read as XML (undefined entity"),
        (DOCTYPE + b"<all>&nbsp;</all>", "x.xml line 2: cannot be read as XML (undefined entity"),
        (b"id\tname\n", "x.xml line 1: cannot be read as XML (syntax error, column 1)"),
        (b'<?xml version="1.0" encoding="no-such"?><all/>', "x.xml: unknown encoding: no-such"),
    ],
)
def test_a_broken_document_is_refused_with_its_line(data: bytes, message: str) -> None:
    with pytest.raises(DataError) as refused:
        parse(data, place="x.xml")
    assert str(refused.value).startswith(message)
    with pytest.raises(DataError) as refused:
        _texts(data, "a")
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize(
    "declaration",
    [
        b'<!ENTITY e "text">',
        b'<!ENTITY e SYSTEM "file:///etc/hostname">',
        b'<!ENTITY % e SYSTEM "http://example.org/e.dtd"> %e;',
        b'<!NOTATION n SYSTEM "n"><!ENTITY e SYSTEM "e" NDATA n>',
    ],
)
def test_a_declared_entity_is_refused_before_it_is_used(declaration: bytes) -> None:
    data = b"<!DOCTYPE all [\n" + declaration + b"]><all>&e;</all>"
    with pytest.raises(DataError, match=r"x.xml line 2: the document declares the entity 'e'"):
        parse(data, place="x.xml")


def test_what_came_before_the_break_is_given() -> None:
    found = elements(io.BytesIO(b"<all><a>1</a><a>2"), frozenset({"a"}), place="x.xml")
    assert next(found).text == "1"
    with pytest.raises(DataError, match="breaks off"):
        next(found)
