"""What the title encoder learns from: ESCO's occupations and skills in all languages at hand.

    python benchmarks/titles/build_material.py DATA --out FOLDER

Writes `titles.kb` (occupations and ISCO groups), `skills.kb` and `relations.tsv.gz` (occupation and
skill). Names come from ESCO's CSV files (1.0 to 1.2) and from the lists of ESCO's names that MELO
searches (`corpus_elements.tsv`; neither its queries nor its annotations are read). A pair of forms,
"enfermero/enfermera", is three names: the two together and each alone.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import lzma
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from xnorm.evaluation.pools import melo
from xnorm.kb import KnowledgeBase
from xnorm.kb.model import Concept, Name
from xnorm.kb.sources import Options, esco
from xnorm.kb.sources.merging import merged

MELO = "jobs/melo"
ESCO = "jobs/esco"
LANGUAGES = {
    "bg": "bgr", "cs": "cze", "da": "dnk", "de": "deu", "en": "usa", "es": "esp", "et": "est",
    "fr": "fra", "hr": "hrv", "hu": "hun", "lt": "ltu", "lv": "lva", "nl": "nld", "no": "nor",
    "pl": "pol", "pt": "prt", "ro": "rou", "sl": "svn", "sv": "swe",
}  # fmt: skip
"""Language to MELO's set of names in it."""


def main() -> None:
    """Writes the three."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder of raw data")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    kinds = {"titles": ("Occupation", "ISCOGroup"), "skills": ("KnowledgeSkillCompetence",)}
    for name, types in kinds.items():
        concepts: Iterator[Concept] = read_esco(given.data / ESCO, types)
        if name == "titles":
            concepts = merged([*concepts, *labels(given.data / MELO)])
        kb = KnowledgeBase.build(
            map(with_forms, concepts), given.out / f"{name}.kb", source="ESCO", release="1.0-1.2"
        )
        print(f"{name}: {kb.manifest.names:,} names of {kb.manifest.concepts:,} concepts")
    print(f"{relations(given.data / ESCO, given.out / 'relations.tsv.gz'):,} relations")


def read_esco(folder: Path, types: tuple[str, ...]) -> Iterator[Concept]:
    """The concepts of the CSV files, newest version first."""
    files = sorted(folder.glob("*.csv.gz"), reverse=True)
    return esco.read(files[0], Options(types=types, more=tuple(files[1:])))


def labels(folder: Path) -> Iterator[Concept]:
    """ESCO's names as MELO lists them, a concept for each language."""
    for language, country in LANGUAGES.items():
        yield from melo(folder, part=f"{country}_q_{language}_c_{language}")


def with_forms(concept: Concept) -> Concept:
    """The concept, both forms of whose pairs are names too."""
    names = []
    for name in concept.names:
        names.append(name)
        if name.text.count("/") == 1:
            names += [Name(part.strip(), name.language) for part in name.text.split("/")]
    return replace(concept, names=tuple(name for name in names if name.text))


def relations(folder: Path, output: Path) -> int:
    """Writes the pairs of occupation and skill; returns how many there are."""
    (path,) = folder.glob("*occupationSkillRelations*.xz")
    with lzma.open(path, "rt", encoding="utf-8", newline="") as stream:
        pairs = [
            (row["occupationUri"], row["skillUri"])
            for row in csv.DictReader(stream, delimiter="\t")
            if row["skillUri"]
        ]
    with open(output, "wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
        lines = "".join(f"{occupation}\t{skill}\n" for occupation, skill in pairs)
        packed.write(f"occupationUri\tskillUri\n{lines}".encode())
    return len(pairs)


if __name__ == "__main__":
    main()
