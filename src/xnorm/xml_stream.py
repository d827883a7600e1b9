"""Reading XML of others: element by element with bounded memory, and nothing fetched or expanded.

A DOCTYPE may stand there, as in the files of MeSH and BioC, but declare no entity; what it names is
never opened.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError, XMLPullParser
from xml.parsers import expat

from xnorm.errors import DataError

__all__ = ["Element", "elements", "parse", "refuse_entities"]

_BLOCK = 65_536

_BREAKS_OFF = frozenset(
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)
"""What the parser finds at the end of a document that is only a part."""


def elements(stream: BinaryIO, tags: frozenset[str], *, place: str) -> Iterator[Element]:
    """The elements with one of `tags`, each as soon as it is complete, in document order.

    One inside another comes as a part of it only. An element is emptied when the next one is asked
    for, and everything outside of them is dropped, so that memory is bounded by the largest.

    Args:
        stream: the document, in any encoding that its first line names.
        tags: with namespaces written as `{http://...}tag`.
        place: the document's name, for errors.

    Raises:
        DataError: naming the line that is malformed, where the document breaks off, or that
            declares an entity.

    >>> import io
    >>> stream = io.BytesIO(b"<all><one>1</one><other/><one>2</one></all>")
    >>> [element.text for element in elements(stream, frozenset({"one"}), place="x.xml")]
    ['1', '2']
    """
    above: list[Element] = []
    wanted: Element | None = None
    for event, element in _events(stream, place):
        if event == "start":
            above.append(element)
            if wanted is None and element.tag in tags:
                wanted = element
            continue
        above.pop()
        if element is wanted:
            yield element
            wanted = None
        if wanted is None:
            element.clear()
            if above:
                above[-1].remove(element)


def parse(data: bytes, *, place: str) -> Element:
    """The root element of a whole document.

    Raises:
        DataError: as `elements` does.

    >>> parse(b"<a><b/></a>", place="x.xml").tag
    'a'
    """
    events = _events(io.BytesIO(data), place)
    _, root = next(events)
    for _ in events:
        pass
    return root


def refuse_entities(stream: BinaryIO, *, place: str) -> None:
    """Reads as far as the root element, for a document that another parser is going to read.

    Raises:
        DataError: naming the line that declares an entity.
    """
    prolog = _Prolog(place)
    while not prolog.inside and (block := stream.read(_BLOCK)):
        prolog.check(block)


def _events(stream: BinaryIO, place: str) -> Iterator[tuple[str, Element]]:
    """The starts and ends of all elements."""
    prolog = _Prolog(place)
    parser: Any = XMLPullParser(events=("start", "end"))
    try:
        while block := stream.read(_BLOCK):
            prolog.check(block)
            parser.feed(block)
            yield from parser.read_events()
        parser.close()
        yield from parser.read_events()
    except DataError:
        raise
    except (ParseError, LookupError, ValueError) as error:
        raise _broken(error, place) from error


class _Prolog:
    """Refuses a document whose head declares an entity, before anything expands it."""

    def __init__(self, place: str) -> None:
        self._place = place
        self.inside = False
        self._parser = expat.ParserCreate()
        self._parser.EntityDeclHandler = self._refuse
        self._parser.StartElementHandler = self._begin

    def check(self, block: bytes) -> None:
        """Looks at a block, if the root element has not begun before it."""
        if not self.inside:
            try:
                self._parser.Parse(block, False)
            except expat.ExpatError:
                self.inside = True  # the parser proper says what is wrong

    def _begin(self, *_: object) -> None:
        self.inside = True

    def _refuse(self, name: str, *_: object) -> None:
        raise DataError(
            f"the document declares the entity '{name}', which is not followed",
            place=f"{self._place} line {self._parser.CurrentLineNumber:,}",
            todo="Write its text where it is used and remove the declaration",
        )


def _broken(error: Exception, place: str) -> DataError:
    if not isinstance(error, ParseError):  # an encoding that Python does not have, or not for this
        return DataError(str(error), place=place, todo="Convert the file to UTF-8 first")
    line, column = error.position
    reason = str(error).partition(": line")[0]
    if error.code in _BREAKS_OFF:
        what = f"the document breaks off ({reason})"
        todo = "The file looks truncated; compare its size with the publisher's, or fetch it again"
    else:
        what = f"cannot be read as XML ({reason}, column {column + 1})"
        todo = "Mend the line, or fetch the file again"
    return DataError(what, place=f"{place} line {line:,}", todo=todo)
