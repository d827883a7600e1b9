"""The tables of the Spanish shared tasks DisTEMIST, MedProcNER and SympTEMIST.

Each holds texts, a table of all mentions, and tables of those that are linked, with their codes.
The names of the columns differ a little between the tasks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from xnorm.corpora.building import COMPOSITE, document, id_parts, mention, whole_number
from xnorm.corpora.model import Wanted
from xnorm.corpora.packs import rows, stem, texts
from xnorm.document import ConceptId, Document, Mention
from xnorm.errors import DataError

_TEXTS = ("text_files/*.txt", "txt/*.txt")
_ELSEWHERE = ("background", "multilingual", "gazetteer", "dictionary")
_COLUMNS = {
    "filename": "document",
    "mark": "mark",
    "ann_id": "mark",
    "label": "label",
    "off0": "start",
    "start_span": "start",
    "span_ini": "start",
    "off1": "end",
    "end_span": "end",
    "span_end": "end",
    "span": "text",
    "text": "text",
    "code": "SNOMEDCT",
    "semantic_rel": "relation",
    "sem_rel": "relation",
    "omim_code": "OMIM",
    "mesh_code": "MESH",
    "icd10_code": "ICD10",
    "hpo_code": "HPO",
}
_NEEDED = frozenset({"document", "label", "start", "end", "text"})
_MAPPED = ("OMIM", "MESH", "ICD10", "HPO")
_KEY = ("document", "label", "start", "end")
_NO_VALUE = ("", "None", "NOMAP", "NO_CODE")

Row = dict[str, str]


def read(path: Path, wanted: Wanted) -> Iterator[Document]:
    """All texts of the splits asked for; mentions that are not linked have no ids.

    Of DisTEMIST's tables of cross-mappings only the mapped ids are taken, since long SNOMED codes
    were turned into floats there.
    """
    files = {
        name: text
        for name, text in texts(path, *_TEXTS, "*.tsv").items()
        if not any(word in name.lower() for word in _ELSEWHERE)
    }
    for split in ("train", "test"):
        if wanted.has_split(split):
            mine = {name: text for name, text in files.items() if _split(path, name) == split}
            yield from _documents(mine, split, path)


def _split(path: Path, name: str) -> str:
    for part in (*reversed(PurePosixPath(name).parts), path.name):
        for split in ("train", "test"):
            if split in part.lower():
                return split
    return ""


def _documents(files: Mapping[str, str], split: str, path: Path) -> Iterator[Document]:
    bodies = {stem(name): text for name, text in files.items() if name.endswith(".txt")}
    found: dict[tuple[str, ...], Row] = {}
    for row in _rows_in_order(files, path):
        key = tuple(row[column] for column in _KEY)
        found[key] = found.get(key, {}) | row
    mentions: dict[str, list[Mention]] = defaultdict(list)
    for row in found.values():
        id = row["document"]
        if id not in bodies:
            raise DataError(
                f"no text of the document '{id}'",
                place=row["place"],
                todo="Give the whole corpus, texts and tables",
            )
        mentions[id].append(_mention(bodies[id], row, f"T{len(mentions[id]) + 1}"))
    for id in sorted(bodies):
        yield document(id, bodies[id], "es", mentions[id], {"split": split})


def _rows_in_order(files: Mapping[str, str], path: Path) -> Iterator[Row]:
    """The rows of all tables; those that say more of a mention come later."""
    tables = []
    for name, text in files.items():
        lines = list(rows(text, place=f"{path}, {name}")) if name.endswith(".tsv") else []
        columns = [
            _COLUMNS.get(column.strip().lower(), "") for _, line in lines[:1] for column in line
        ]
        if set(columns) >= _NEEDED:
            tables.append((name, columns, lines[1:]))
    if not tables and files:
        raise DataError(
            "no table of mentions",
            place=str(path),
            todo="Expected *.tsv with the columns filename, label, off0, off1 and span",
        )
    tables.sort(key=lambda table: ("SNOMEDCT" in table[1], "MESH" in table[1], len(table[0])))
    for _, columns, lines in tables:
        kept = {*_KEY, *_MAPPED} if "MESH" in columns else {*_COLUMNS.values()}
        for place, values in lines:
            stated = zip(columns, values, strict=False)
            row = {c: value for c, value in stated if c in kept and value not in _NO_VALUE}
            if not row.keys() >= {*_KEY}:
                raise DataError(
                    f"{len(values)} cells, expected {len(columns)}",
                    place=place,
                    todo="Take the file as published",
                )
            row["place"] = place
            yield row


def _mention(text: str, row: Row, id: str) -> Mention:
    place = row["place"]
    start, end = (whole_number(row[column], place=place) for column in ("start", "end"))
    codes = row.get("SNOMEDCT", "")
    extra = {"relation": row["relation"]} if "relation" in row else {}
    return mention(
        text,
        [(start, end)],
        row.get("text", text[start:end]),
        id=row.get("mark", id),
        type=row["label"],
        place=place,
        gold=[
            ConceptId(vocabulary, one)
            for vocabulary in ("SNOMEDCT", *_MAPPED)
            for one in id_parts(row.get(vocabulary, ""), "+")
        ],
        extra={**extra, COMPOSITE: codes} if "+" in codes else extra,
    )
