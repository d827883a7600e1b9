"""Encoders of job titles beside each other: noisy titles, and titles with skills.

    python benchmarks/titles/encoders.py DATA --work FOLDER default=default jobs=jobs/ ...

An argument is a label and an encoder, as an index names it. Two tasks, by concept, equal scores to
the disadvantage of the system; 95 % intervals by bootstrap over titles (1,000 samples, seed 0):

`jobbert`: the titles of a half of the JobBERT evaluation set, taken apart, to ESCO 1.0's 2,942
occupations by all their English names; the encoder alone. Differences are to all encoders before.

`skills`: the other English names of the occupations that training held out (one in `--hold-out` by
the CRC-32 of the address), to ESCO 1.2's 3,039 occupations by their preferred names alone. With a
title go the skills that are found in its occupation's description by the names of ESCO's skills;
titles without any are left out. The weight of skills is chosen on half of the occupations, the
figures are those of the others.
"""

from __future__ import annotations

import argparse
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import jobbert
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from xnorm.candidates import Fuse, Query, generate
from xnorm.document import Candidate
from xnorm.encoders import Encoder, load_encoder
from xnorm.evaluation.intervals import interval, paired
from xnorm.files import atomic_file
from xnorm.index import Index
from xnorm.kb import KnowledgeBase
from xnorm.kb.model import Concept
from xnorm.kb.sources import Options, esco
from xnorm.titles import clean
from xnorm.titles.skills import with_skills
from xnorm.training.titles.ads import SkillFinder

RESULTS = Path(__file__).parents[1] / "results/titles_encoders.json"
SEED = 0
K = 100
WEIGHTS = (0.0, 2.0, 4.0, 6.0, 8.0, 12.0)

Floats = NDArray[np.float64]


class Asked(NamedTuple):
    """A title with skills, and its occupation."""

    title: str
    skills: tuple[str, ...]
    occupation: str


def main() -> None:
    """Measures, prints and writes JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder of raw data")
    parser.add_argument("encoders", nargs="+", metavar="LABEL=ENCODER")
    parser.add_argument("--work", type=Path, required=True, help="where indexes are kept")
    parser.add_argument("--skills", type=Path, required=True, help="skills.kb, to find them")
    parser.add_argument("--split", choices=["dev", "test"], default="test")
    parser.add_argument("--hold-out", type=int, default=20)
    given = parser.parse_args()
    folder = given.data / "jobs/esco"
    new = list(occupations(folder / "v1.2.0_occupations_en.csv.gz"))
    asked = list(with_found_skills(new, given.skills, given.hold_out))
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    told = known.setdefault(given.split, {"jobbert": {}, "skills": {}})
    before: dict[str, Floats] = {}
    for argument in given.encoders:
        label, _, spec = argument.partition("=")
        encoder = load_encoder(spec)
        found = of_titles(
            encoder, list(occupations(folder / "v1.0.x_occupations_en.csv.gz")), given.split
        )
        told["jobbert"][label] = figures(found, before)
        before[label] = found
        print("jobbert", label, json.dumps(told["jobbert"][label]), flush=True)
        index = preferred_index(new, encoder, given.work / label)
        told["skills"][label] = of_skills(index, asked)
        print("skills", label, json.dumps(told["skills"][label]), flush=True)
    with atomic_file(RESULTS) as stream:
        stream.write(json.dumps(known, indent=2).encode() + b"\n")


def occupations(path: Path) -> Iterator[Concept]:
    """The occupations of a file of ESCO."""
    return esco.read(path, Options(types=("Occupation",)))


def of_titles(encoder: Encoder, concepts: Sequence[Concept], split: str) -> Floats:
    """Reciprocal ranks of the right occupations; 0 where there is none."""
    numbers = {concept.id: number for number, concept in enumerate(concepts)}
    names = [name.text for concept in concepts for name in concept.names]
    starts = np.cumsum([0, *(len(concept.names) for concept in concepts)])[:-1]
    titles = [(clean(title, "en").role.text, gold) for title, gold in jobbert.titles(split)]
    vectors = encoder.encode(names)
    queries = encoder.encode([role for role, _ in titles])
    found = np.zeros(len(titles))
    for start in range(0, len(titles), 256):
        block = np.round(queries[start : start + 256] @ vectors.T, 4)
        scores = np.maximum.reduceat(block, starts, axis=1)
        for place, row in enumerate(scores, start):
            right = numbers.get(titles[place][1])
            if right is not None:
                found[place] = 1 / (row >= row[right]).sum()
    return found


def with_found_skills(concepts: Sequence[Concept], skills: Path, hold_out: int) -> Iterator[Asked]:
    """The other names of held-out occupations with the skills in their description."""
    find = SkillFinder([KnowledgeBase.open(skills)])
    for concept in concepts:
        if zlib.crc32(concept.id.encode()) % hold_out == 0:
            named = tuple(find(concept.definition, "en"))
            for name in concept.names[1:] if named else ():
                yield Asked(name.text, named, concept.id)


def preferred_index(concepts: Sequence[Concept], encoder: Encoder, folder: Path) -> Index:
    """The index of the occupations' preferred names."""
    folder.mkdir(parents=True, exist_ok=True)
    short = (replace(concept, names=concept.names[:1]) for concept in concepts)
    kb = KnowledgeBase.build(short, folder / "preferred.kb", source="ESCO")
    return Index.build(kb, folder / "preferred.index", encoder=encoder)


def of_skills(index: Index, asked: Sequence[Asked]) -> dict[str, Any]:
    """Figures of titles alone and with skills, by the encoder alone and by all retrievers."""
    ways = {
        "encoder": Fuse(method="max", weights={"exact": 0.0, "tfidf": 0.0, "dense": 1.0}),
        "all": Fuse(),
    }
    chosen = np.array([zlib.crc32(one.occupation.encode()) // 20 % 2 == 0 for one in asked])
    told: dict[str, Any] = {}
    for way, fuse in ways.items():
        found = generate(index, [Query(one.title, language="en") for one in asked], K, fuse)
        skills = [one.skills for one in asked]
        by_weight = {
            weight: reciprocal(with_skills(index, found, skills, weight=weight), asked)
            for weight in WEIGHTS
        }
        weight = max(WEIGHTS, key=lambda one: by_weight[one][chosen].mean())
        alone, both = by_weight[0.0][~chosen], by_weight[weight][~chosen]
        told[way] = {
            "weight": weight,
            "by weight, chosen on": {
                str(one): round(float(values[chosen].mean()), 4)
                for one, values in by_weight.items()
            },
            "title alone": figures(alone, {}),
            "with skills": figures(both, {"title alone": alone}),
        }
    return told


def reciprocal(found: Sequence[tuple[Candidate, ...]], asked: Sequence[Asked]) -> Floats:
    """Reciprocal ranks of the right occupations; 0 where they are not among the candidates."""
    ranks = []
    for candidates, one in zip(found, asked, strict=True):
        right = next((c.score for c in candidates if c.concept == one.occupation), None)
        ranks.append(0.0 if right is None else 1 / sum(c.score >= right for c in candidates))
    return np.array(ranks)


def figures(found: Floats, before: Mapping[str, Floats]) -> dict[str, Any]:
    """MRR with its interval, recall, and how much more MRR that is than others'."""
    told: dict[str, Any] = {"titles": len(found), "MRR": _rounded(interval_of(found))}
    for k in (1, 5, 10):
        told[f"R@{k}"] = round(float((found >= 1 / k).mean()), 4)
    for label, other in before.items():
        one = paired(found, other, range(len(found)), seed=SEED)
        told[f"MRR, more than {label}"] = _rounded((one.value, one.low, one.high, one.p))
    return told


def interval_of(values: Floats) -> tuple[float, float, float]:
    """The mean with its interval."""
    one = interval(values, range(len(values)), seed=SEED)
    return one.value, one.low, one.high


def _rounded(values: Sequence[float]) -> list[float]:
    return [round(value, 4) for value in values]


if __name__ == "__main__":
    main()
