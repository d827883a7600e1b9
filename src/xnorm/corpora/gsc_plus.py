"""GSC+: English abstracts with HPO terms, in the original edition and in PhenoTagger's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from xnorm.corpora.building import document, mention, whole_number
from xnorm.corpora.model import Wanted
from xnorm.corpora.packs import rows, stem, texts
from xnorm.document import ConceptId, Document, Mention, Span
from xnorm.errors import DataError, SettingError

_ORIGINAL_LINE = re.compile(r"\[(\d+)::(\d+)\]\s+(HP_\d+) \| (.*)")


def read(path: Path, wanted: Wanted) -> Iterator[Document]:
    """The abstracts of an edition; they are the same, the mentions are not.

    Raises:
        SettingError: when a split of the original edition is asked for, which has none.
    """
    if wanted.edition != "original":
        found = False
        for document in _phenotagger(path, wanted):
            found = True
            yield document
        if found or wanted.edition:
            return
    if wanted.split:
        raise SettingError(
            f"the original edition has no split '{wanted.split}'",
            place=str(path),
            todo="Only PhenoTagger's edition has dev and test",
        )
    yield from _original(path)


def _phenotagger(path: Path, wanted: Wanted) -> Iterator[Document]:
    for split in filter(wanted.has_split, ("dev", "test")):
        for name, text in texts(path, f"*GSCplus_{split}*.tsv").items():
            for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip("\n")):
                id, _, rest = block.partition("\n")
                body, _, lines = rest.partition("\n")
                found: list[Mention] = []
                for place, row in rows(lines, place=f"{path}, {name}, document {id},", cells=4):
                    start, end = (whole_number(cell, place=place) for cell in row[:2])
                    found.append(_mention(body, (start, end), row[2], row[3], len(found), place))
                yield document(id, body, "en", found, {"split": split})


def _original(path: Path) -> Iterator[Document]:
    files = texts(path, "Text/*", "Annotations/*")
    for name, text in files.items():
        if "Text/" not in f"/{name}":
            continue
        id = stem(name)
        stated = files.get(name.replace("Text/", "Annotations/"), "")
        found: list[Mention] = []
        for place, row in rows(stated, place=f"{path}, Annotations/{id}"):
            match = _ORIGINAL_LINE.fullmatch("\t".join(row))
            if match is None:
                raise DataError(
                    f"cannot be read: '{' '.join(row)[:60]}'",
                    place=place,
                    todo="Expected [start::end], a tab, HP_0000001 | text",
                )
            start, end, code, surface = match.groups()
            span, code = (int(start), int(end)), code.replace("_", ":")
            found.append(_mention(text, span, surface, code, len(found), place))
        yield document(id, text, "en", found)


def _mention(text: str, span: Span, stated: str, code: str, before: int, place: str) -> Mention:
    return mention(
        text,
        [span],
        stated,
        id=f"T{before + 1}",
        type="Phenotype",
        place=place,
        gold=[ConceptId("HPO", code)],
    )
