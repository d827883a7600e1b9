"""Readers of the raw corpora that the benchmarks measure on, as documents with gold mentions.

Data are read below the folder that the setting `XNORM_DATA` names (default `../shared/data`). Test
parts are for measuring only: nothing is fitted, chosen or tuned on them.
"""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from xnorm.document import ConceptId, Document, Mention, Passage, Span

Row = list[str]


def data_folder() -> Path:
    """The folder of the raw data; a missing one is answered with what to set."""
    folder = Path(os.environ.get("XNORM_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not (folder / "corpora").is_dir():
        raise SystemExit(
            f"{folder}: no corpora here. Set XNORM_DATA to the folder of the raw data."
        )
    return folder


# ------------------------------------------------------------------------------------- DisTEMIST


@cache
def distemist() -> tuple[Document, ...]:
    """The 750 texts; 583 have linked mentions with gold ids of SNOMEDCT, OMIM, MESH, ICD10, HPO.

    Columns 1-8 come from the linking files, only the mapped ids from the cross-mapping files, in
    which 18 SNOMED codes and 2 spans are damaged. A composite has several ids of one terminology.
    """
    parts = _tar(data_folder() / "corpora/distemist/distemist_training.tar.xz")
    texts = {Path(name).stem: text for name, text in parts.items() if name.endswith(".txt")}
    mentions: dict[str, list[Mention]] = defaultdict(list)
    for part in (1, 2):
        stem = f"training/subtrack2_linking/distemist_subtrack2_training{part}_linking"
        linked = _rows(parts[f"{stem}.tsv"])[1:]
        mapped = _rows(parts[f"{stem}_crossmappings.tsv"])[1:]
        for row, cross in zip(linked, mapped, strict=True):
            name, mark, label, start, end, _, code, relation = row[:8]
            ids = {"SNOMEDCT": code} | dict(
                zip(("OMIM", "MESH", "ICD10", "HPO"), cross[8:12], strict=True)
            )
            spans = ((int(start), int(end)),)
            mentions[name].append(
                _mention(
                    f"{name}-{mark}-{len(mentions[name])}",
                    label,
                    texts[name],
                    spans,
                    (
                        ConceptId(source, one.strip())
                        for source, value in ids.items()
                        if value not in ("", "None", "NOMAP")
                        for one in value.split("+")
                    ),
                    relation,
                )
            )
    return tuple(_document(name, texts[name], "es", mentions[name]) for name in sorted(texts))


def codiesp_split(document: str) -> str:
    """The part of CodiEsp (train, dev, test) that a DisTEMIST or CodiEsp document belongs to."""
    return _codiesp_splits()[document.removeprefix("es-")]


@cache
def _codiesp_splits() -> dict[str, str]:
    paths = map(Path, _codiesp_files())
    return {path.stem: path.parts[-3] for path in paths if path.parts[-2] == "text_files"}


# --------------------------------------------------------------------------------------- CodiEsp


@cache
def _codiesp_files() -> dict[str, str]:
    return _tar(data_folder() / "corpora/codiesp/codiesp_v4_train_dev_test.tar.xz")


@cache
def codiesp(split: str, *, without_distemist: bool = False) -> tuple[Document, ...]:
    """The texts of `train`, `dev` or `test` with their evidence of diagnoses as mentions.

    Args:
        without_distemist: leave out documents that DisTEMIST has too, so that what is fitted on
            the rest has not seen its texts.
    """
    files = _codiesp_files()
    folder = f"final_dataset_v4_to_publish/{split}"
    evidence: dict[str, list[Row]] = defaultdict(list)
    for row in _rows(files[f"{folder}/{split}X.tsv"]):
        if row[1] == "DIAGNOSTICO":
            evidence[row[0]].append(row)
    shared = {d.id.removeprefix("es-") for d in distemist()} if without_distemist else set()
    documents = []
    for path in sorted(files):
        if not path.startswith(f"{folder}/text_files/") or Path(path).stem in shared:
            continue
        name, text = Path(path).stem, files[path]
        mentions = []
        for number, (_, _, code, _, where) in enumerate(evidence[name]):
            spans = tuple(
                (int(a), int(b)) for a, b in (piece.split() for piece in where.split(";"))
            )
            gold = [ConceptId("ICD10CM", code.upper())]
            mentions.append(_mention(f"{name}-T{number}", "DIAGNOSTICO", text, spans, gold))
        documents.append(_document(name, text, "es", mentions))
    return tuple(documents)


# --------------------------------------------------------------------------------------- PubTator


def ncbi_disease(split: str) -> tuple[Document, ...]:
    """NCBI Disease `train`, `develop` or `test`: MeSH and OMIM ids as written, composites split."""
    return _pubtator(data_folder() / f"corpora/ncbi_disease/NCBI{split}set_corpus.txt.gz")


def bc5cdr(split: str, type: str) -> tuple[Document, ...]:
    """BC5CDR `Training`, `Development` or `Test` with its `Disease` or `Chemical` mentions."""
    return _pubtator(
        data_folder() / f"corpora/bc5cdr/CDR_{split}Set.PubTator.txt.gz", frozenset({type})
    )


@cache
def _pubtator(path: Path, types: frozenset[str] = frozenset()) -> tuple[Document, ...]:
    documents = {}
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as stream:
        blocks = stream.read().strip("\n").split("\n\n")
    for block in blocks:
        lines = block.strip("\n").split("\n")
        (name, _, title), (_, _, abstract) = (line.split("|", 2) for line in lines[:2])
        text = f"{title} {abstract}"
        mentions = []
        for number, line in enumerate(lines[2:]):
            row = line.split("\t")
            if len(row) < 6 or not row[1].isdigit() or (types and row[4] not in types):
                continue  # a relation, or a mention of another type
            ids = row[5].replace("+", "|").split("|")
            gold = [ConceptId("MEDIC", i.strip().removeprefix("OMIM:")) for i in ids if i != "-1"]
            span = (int(row[1]), int(row[2]))
            mentions.append(_mention(f"{name}-T{number}", row[4], text, (span,), gold))
        documents[name] = _document(name, text, "en", mentions)
    return tuple(documents.values())


# ------------------------------------------------------------------------------------------ GSC+


@cache
def gsc_plus() -> tuple[Document, ...]:
    """The 228 English abstracts of PhenoTagger's edition (22 dev, 206 test) with their HPO ids."""
    documents = []
    for part in ("dev", "test"):
        path = data_folder() / f"corpora/gsc_plus/PhenoTagger_GSCplus_{part}_gold.tsv.gz"
        with gzip.open(path, "rt", encoding="utf-8", newline="\n") as stream:
            blocks = stream.read().replace("\r\n", "\n").strip("\n").split("\n\n")
        for block in blocks:
            name, text, *rows = block.split("\n")
            mentions = [
                _mention(
                    f"{name}-T{number}",
                    "Phenotype",
                    text,
                    ((int(row[0]), int(row[1])),),
                    [ConceptId("HPO", row[3])],
                )
                for number, row in enumerate(row.split("\t") for row in rows)
            ]
            documents.append(_document(name, text, "en", mentions))
    return tuple(documents)


# ---------------------------------------------------------------------------------------- helpers


def _tar(path: Path) -> dict[str, str]:
    """The text files of a packed archive by their names."""
    with tarfile.open(path) as archive:
        return {
            member.name: io.TextIOWrapper(stream, encoding="utf-8", newline="").read()
            for member in archive
            if member.isfile()
            and member.name.endswith((".txt", ".tsv", ".ann"))
            and (stream := archive.extractfile(member)) is not None
        }


def _rows(text: str) -> list[Row]:
    return [line.split("\t") for line in text.replace("\r\n", "\n").strip("\n").split("\n")]


def _mention(
    id: str,
    type: str,
    text: str,
    spans: tuple[Span, ...],
    gold: Iterable[ConceptId],
    relation: str = "",
) -> Mention:
    return Mention(
        id=id,
        type=type,
        spans=spans,
        text=tuple(text[start:end] for start, end in spans),
        gold=tuple(gold),
        extra={"relation": relation} if relation else {},
    )


def _document(name: str, text: str, language: str, mentions: Iterable[Mention]) -> Document:
    passage = Passage(f"{name}-text", "text", (text,), ((0, len(text)),))
    return Document(id=name, passages=(passage,), language=language, mentions=tuple(mentions))


def gold_mentions(
    documents: Iterable[Document], source: str
) -> Iterator[tuple[Document, Mention, frozenset[str]]]:
    """Every mention that has gold ids of the terminology `source`, with its document and ids."""
    for document in documents:
        for mention in document.mentions:
            ids = frozenset(gold.db_id for gold in mention.gold if gold.db_name == source)
            if ids:
                yield document, mention, ids
