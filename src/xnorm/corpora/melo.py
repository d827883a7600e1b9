"""MELO: titles of national occupation lists, a document and mention each, with ESCO's URIs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from xnorm.corpora.model import Wanted
from xnorm.corpora.packs import rows, texts
from xnorm.document import ConceptId, Document, mention_at
from xnorm.errors import DataError

_SET = re.compile("[a-z]{3}_q_[a-z]{2}_c_[a-z_]+")
_FILES = ("queries", "annotations", "concept_mapping")


def read(path: Path, wanted: Wanted) -> Iterator[Document]:
    """The queries of the sets asked for, in their order.

    The concept numbers in a set's annotations are those of all sets of its country, so that one
    set may go without its own list of URIs.
    """
    # Unpacking what is not wanted would take seconds.
    one = len(wanted.parts) == 1 and path.name not in wanted.parts
    within = f"{wanted.parts[0][:3]}*/" if one else ""
    files = texts(path, *(f"{within}{name}.tsv" for name in _FILES))
    uris: dict[tuple[str, str], str] = {}
    for name, text in files.items():
        if name.endswith("concept_mapping.tsv"):
            for _, (form, uri, *_) in rows(text, place=f"{path}, {name}", cells=2):
                uris[_set(path, name)[:3], _concept(form)] = uri
    for name, text in files.items():
        part = _set(path, name)
        if name.endswith("queries.tsv") and wanted.has_part(part):
            beside = name.replace("queries", "annotations")
            stated = rows(files.get(beside, ""), place=f"{path}, {beside}", cells=3)
            gold = {query: _concept(form) for _, (query, _, form, *_) in stated}
            for place, (query, title, *_) in rows(text, place=f"{path}, {name}", cells=2):
                uri = uris.get((part[:3], gold.get(query, "")), "")
                if not uri:
                    raise DataError(
                        f"no concept for the query '{query}'",
                        place=place,
                        todo="annotations.tsv and concept_mapping.tsv stand beside queries.tsv",
                    )
                yield _document(part, query, title, uri, place)


def _set(path: Path, name: str) -> str:
    """The set that a file belongs to, which may be the folder that was given.

    Raises:
        DataError: when the folder is not named like a set.
    """
    folder = PurePosixPath(path.name, name).parts[-2]
    if _SET.fullmatch(folder) is None:
        raise DataError(
            f"'{folder}' is no name of a set",
            place=f"{path}, {name}",
            todo="Keep the publisher's folders, such as usa_q_en_c_en",
        )
    return folder


def _concept(form: str) -> str:
    """The concept's number in the number of one of its names: C001940_en_000."""
    return form.partition("_")[0]


def _document(part: str, query: str, title: str, uri: str, place: str) -> Document:
    # usa_q_en_c_en: the queries are in English, and so are the names to find.
    language = part.split("_")[2]
    made = Document.from_text(title, id=f"{part}-{query}", language=language)
    found = mention_at(title, [(0, len(title))], id="T1", type="occupation", place=place)
    found = replace(found, gold=(ConceptId("ESCO", uri),))
    return replace(made, mentions=(found,), extra={"part": part})
