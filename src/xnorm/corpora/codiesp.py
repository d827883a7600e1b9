"""CodiEsp: Spanish clinical cases with evidence of ICD-10 codes, often in several pieces."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping
from pathlib import Path, PurePosixPath

from xnorm.corpora.building import document, mention, whole_number
from xnorm.corpora.model import Wanted
from xnorm.corpora.packs import open_files, rows, stem, texts
from xnorm.document import ConceptId, Document, Mention, Span
from xnorm.errors import DataError

_SPLITS = ("train", "dev", "test")
_CODED = {"DIAGNOSTICO": "ICD10CM", "PROCEDIMIENTO": "ICD10PCS"}
_LISTED = {"D": "ICD10CM", "P": "ICD10PCS"}


def read(path: Path, wanted: Wanted) -> Iterator[Document]:
    """The texts with their evidence as mentions, and the document's codes in `extra`.

    Codes are written as ICD-10-CM and ICD-10-PCS write them, in upper case.
    """
    for split in filter(wanted.has_split, _SPLITS):
        # Below the split's folder; or within it, when that is what was given.
        under = "" if path.name == split else f"{split}/"
        files = texts(path, f"{under}text_files/*.txt", *(f"{split}{kind}.tsv" for kind in "XDP"))
        bodies = {stem(name): text for name, text in files.items() if name.endswith(".txt")}
        mentions: dict[str, list[Mention]] = defaultdict(list)
        codes: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for kind in "XDP":
            for place, row in _rows(files, f"{split}{kind}.tsv", bodies, path):
                id = row[0]
                if kind == "X":
                    number = len(mentions[id]) + 1
                    mentions[id].append(_mention(bodies[id], row, f"T{number}", place))
                else:
                    codes[id][_LISTED[kind]].append(row[1].upper())
        for id, text in sorted(bodies.items()):
            extra = {"split": split, "codes": dict(codes[id])}
            yield document(id, text, "es", mentions[id], extra)


def document_splits(path: Path) -> dict[str, str]:
    """The split of every document by its name; DisTEMIST's documents inherit it."""
    return {
        PurePosixPath(name).stem: PurePosixPath(name).parts[-3]
        for name, _ in open_files(path, *(f"{split}/text_files/*.txt" for split in _SPLITS))
    }


def _rows(
    files: Mapping[str, str], table: str, bodies: Container[str], path: Path
) -> Iterator[tuple[str, list[str]]]:
    """The places and rows of a table, each of a document that there is."""
    for name, text in files.items():
        if PurePosixPath(name).name == table:
            cells = 5 if table.endswith("X.tsv") else 2
            for place, row in rows(text, place=f"{path}, {name}", cells=cells):
                if row[0] not in bodies:
                    raise DataError(
                        f"no text of the document '{row[0]}'",
                        place=place,
                        todo="Give the whole corpus, texts and tables",
                    )
                yield place, row


def _mention(text: str, row: list[str], id: str, place: str) -> Mention:
    _, type, code, stated, where = row[:5]
    if type not in _CODED:
        raise DataError(
            f"unknown type '{type}'", place=place, todo=f"Expected {' or '.join(_CODED)}"
        )
    gold = [ConceptId(_CODED[type], code.upper())]
    spans = [_span(piece, place) for piece in where.split(";")]
    if len(spans) > 1:
        # Four of them have an empty piece between two others.
        spans = [(start, end) for start, end in spans if start < end]
    return mention(text, spans, stated, id=id, type=type, place=place, gold=gold)


def _span(piece: str, place: str) -> Span:
    start, _, end = piece.strip().partition(" ")
    return whole_number(start, place=place), whole_number(end, place=place)
