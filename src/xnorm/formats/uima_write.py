"""Documents as XMI: the file that was read with the decisions added, or a new one.

A decision goes where the element keeps its concept. Where that is taken, and for NIL, it stands
beside it as `xnormID` (`-` for NIL); `xnormScore` goes with it. Mentions that the file does not
have become elements of the namespace `custom`, and members of the view.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from xnorm.document import Document, Mention
from xnorm.errors import DataError
from xnorm.formats.folders import write_file
from xnorm.formats.identifiers import NO_ID, link_text, read_ids, stated_ids
from xnorm.formats.reading import Reading
from xnorm.formats.uima_xmi import ATTRIBUTES, CAS, CUSTOM, XMI, XML, id_attribute, read
from xnorm.formats.utf16 import Utf16

# What a parser that read the file without complaint takes for a start tag, and nothing else.
_MARKUP = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>"
    r"""|<(?P<name>[^\s/>!?]+)(?P<attributes>(?:\s+[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*/?>""",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""(\s+)([^\s=]+)(\s*=\s*)("[^"]*"|'[^']*')""")
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NO_NAME = re.compile(r"^[^A-Za-z_]|[^\w.-]", re.ASCII)
_NEW = """<?xml version="1.0" encoding="UTF-8"?>
<xmi:XMI xmlns:xmi="{xmi}" xmlns:cas="{cas}" xmlns:tcas="http:///uima/tcas.ecore" \
xmlns:custom="{custom}" xmi:version="2.0">
<cas:NULL xmi:id="0"/>
<tcas:DocumentAnnotation xmi:id="2" sofa="1" begin="0" end="{end}" language={language}/>
<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString={text}/>
<cas:View sofa="1" members="2"/>
</xmi:XMI>
"""


def write_folder(documents: Iterable[Document], folder: Path) -> None:
    """A file NAME.xmi for each document, as its id says."""
    for document in documents:
        write_file(folder, document.id, ".xmi", document_xmi(document).encode())


def document_xmi(document: Document) -> str:
    """The document as the text of an XMI file."""
    kept, known = _kept(document)
    text = kept or _new(document)
    tags = [match for match in _MARKUP.finditer(text) if match["name"]]
    prefix = _prefix(text, XMI)
    ids = {_attributes(tag).get(f"{prefix}:id"): tag for tag in tags}
    changes: dict[int, Mapping[str, str]] = {}
    new: list[Mention] = []
    for mention in document.mentions:
        if mention.id in known:
            changes[ids[mention.id].start()] = _decision(mention)
        else:
            new.append(mention)
    added = ""
    if new:
        sofa, view = _first_view(tags, prefix)
        free = 1 + max((int(id) for id in ids if id and id.isdecimal()), default=0)
        units = Utf16(document.text)
        numbered = list(enumerate(new, free))
        added = "".join(_element(text, item, id, sofa, units, prefix) for id, item in numbered)
        if view is not None:
            members = _attributes(view).get("members", "").split()
            members += [str(id) for id, _ in numbered]
            changes[view.start()] = {"members": " ".join(members)}
    return _changed(text, tags, changes, added)


def _kept(document: Document) -> tuple[str, set[str]]:
    """The file that was read and the ids of its mentions; nothing if its text is another one."""
    text = document.extra.get(XML)
    if isinstance(text, str):
        try:
            (known,) = read(io.BytesIO(text.encode()), Reading(document.id))
        except DataError:
            return "", set()
        if known.text == document.text:
            return text, {mention.id for mention in known.mentions}
    return "", set()


def _new(document: Document) -> str:
    return _NEW.format(
        xmi=XMI,
        cas=CAS,
        custom=CUSTOM,
        end=Utf16(document.text).unit(len(document.text)),
        language=_quoted(document.language or "x-unspecified"),
        text=_quoted(document.text),
    )


def _changed(
    text: str, tags: list[re.Match[str]], changes: Mapping[int, Mapping[str, str]], added: str
) -> str:
    pieces = []
    at = 0
    for tag in tags:
        if new := changes.get(tag.start()):
            begin, end = tag.span("attributes")
            pieces += [text[at:begin], _with(tag["attributes"], new)]
            at = end
    close = text.rindex("</")
    return "".join([*pieces, text[at:close], added, text[close:]])


def _with(attributes: str, new: Mapping[str, str]) -> str:
    """The attributes of a tag with new values, at their old places or at the end."""
    left = dict(new)

    def put(match: re.Match[str]) -> str:
        value = left.pop(match[2], None)
        return match[0] if value is None else f"{match[1]}{match[2]}{match[3]}{_quoted(value)}"

    kept = _ATTRIBUTE.sub(put, attributes)
    return kept + "".join(f" {name}={_quoted(value)}" for name, value in left.items())


def _decision(mention: Mention) -> dict[str, str]:
    """What is new in the attributes of a mention's element."""
    read: dict[str, Any] = mention.extra.get(ATTRIBUTES, {})
    own = id_attribute(read, mention.type)
    kept = read.get(own)
    changes = {}
    stated = stated_ids(mention, kept, read_ids(kept or "", mention.type))
    if stated not in (NO_ID, kept):
        changes[own] = stated
    link = mention.link
    if link is not None:
        if mention.gold or link.concept is None:
            changes["xnormID"] = link_text(link)
        changes["xnormScore"] = f"{link.score:.4f}"
    return changes


def _element(text: str, mention: Mention, id: int, sofa: str, units: Utf16, prefix: str) -> str:
    custom = _prefix(text, CUSTOM)
    name = _NO_NAME.sub("_", mention.type) or "Mention"
    attributes = {} if custom else {"xmlns:custom": CUSTOM}
    attributes |= {
        f"{prefix}:id": str(id),
        "sofa": sofa,
        "begin": str(units.unit(mention.start)),
        "end": str(units.unit(mention.end)),
    }
    if len(mention.spans) > 1:
        attributes["discontinuous"] = " ".join(
            f"{units.unit(start)}-{units.unit(end)}" for start, end in mention.spans
        )
    attributes |= _decision(mention)
    return f"<{custom or 'custom'}:{name}{_with('', attributes)}/>\n"


def _quoted(value: str) -> str:
    """An attribute's value between quotation marks; what XML cannot say becomes U+FFFD."""
    return quoteattr(_NO_XML.sub("\ufffd", value))


def _prefix(text: str, namespace: str) -> str:
    match = re.search(rf"""xmlns:([\w.-]+)\s*=\s*["']{re.escape(namespace)}["']""", text)
    return match[1] if match else ""


def _first_view(tags: list[re.Match[str]], prefix: str) -> tuple[str, re.Match[str] | None]:
    """The id of the text that was read, and the tag of its view if there is one."""
    named = [(tag["name"].rpartition(":")[2], _attributes(tag), tag) for tag in tags]
    sofas = [item for name, item, _ in named if name == "Sofa" and "sofaString" in item]
    first = [item for item in sofas if item.get("sofaID") == "_InitialView"]
    sofa = (first or sofas)[0][f"{prefix}:id"]
    views = [tag for name, item, tag in named if name == "View" and item.get("sofa") == sofa]
    return sofa, views[0] if views else None


def _attributes(tag: re.Match[str]) -> dict[str, str]:
    """Names and values as written; ids and names have no escapes."""
    return {match[2]: match[4][1:-1] for match in _ATTRIBUTE.finditer(tag["attributes"])}
