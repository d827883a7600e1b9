"""BRONCO150: German oncology sentences with codes of ICD-10-GM, OPS and ATC."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from xnorm.corpora.model import Wanted
from xnorm.corpora.packs import open_files
from xnorm.document import ConceptId, Document
from xnorm.errors import DataError
from xnorm.formats import bioc_xml
from xnorm.formats.reading import Reading

_NAMES = {"ICD10": "ICD10GM", "ICD10GM": "ICD10GM", "OPS": "OPS", "ATC": "ATC"}
# Slips of the annotators that no code has: "C22,0", "C22.0+".
_SLIPS = str.maketrans({",": ".", "+": ""})


def read(path: Path, wanted: Wanted) -> Iterator[Document]:
    """The five sets, a document each; `BRONCO150.xml` (BioC) has all that the other forms have.

    A code with a slip is corrected, and the published one waits as `published` in its `extra`.

    Source: Kittner et al., JAMIA Open 2021 (doi 10.1093/jamiaopen/ooab025).
    """
    for name, stream in open_files(path, "BRONCO150.xml"):
        place = f"{path}, {name}"
        for document in bioc_xml.read(stream, Reading(place)):
            codes = dict(_codes(document, place))
            mentions = tuple(
                replace(mention, gold=(codes[mention.id],)) if mention.id in codes else mention
                for mention in document.mentions
            )
            passages = tuple(replace(passage, extra={}) for passage in document.passages)
            yield replace(document, language="de", passages=passages, mentions=mentions, extra={})


def _codes(document: Document, place: str) -> Iterator[tuple[str, ConceptId]]:
    """Mentions and their codes: relations of one node that has the mention as its role."""
    for passage in document.passages:
        for relation in passage.extra.get("relations", ()):
            if relation.get("infons", {}).get("type") == "Normalization":
                for node in relation.get("nodes", ()):
                    mention, stated = node.get("role"), node.get("refid")
                    if not mention or not stated:
                        raise DataError(
                            "a normalization names no mention or no code",
                            place=f"{place}, document '{document.id}'",
                            todo="Take the file as published",
                        )
                    yield mention, _code(stated)


def _code(stated: str) -> ConceptId:
    vocabulary, _, published = stated.partition(":")
    code = published.translate(_SLIPS)
    extra = {} if code == published else {"published": published}
    return ConceptId(_NAMES.get(vocabulary, vocabulary), code, extra)
