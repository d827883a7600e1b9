"""A small terminology with English names, and the same with some Spanish ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from xnorm.index import Index
from xnorm.kb import Concept, KnowledgeBase, Name

ENGLISH = {
    "X:0": ["Phenotype"],
    "X:1": ["Anemia", "Anaemia"],
    "X:2": ["Iron deficiency anemia"],
    "X:3": ["Headache", "Cephalalgia"],
    "X:4": ["Fever", "Pyrexia"],
    "X:5": ["Arterial hypertension", "Hypertension", "High blood pressure"],
    "X:6": ["Pulmonary hypertension"],
    "X:7": ["Myocardial infarction", "Heart attack"],
    "X:8": ["Acute leukemia", "ALL"],
    "X:9": ["Atrial fibrillation"],
    "X:10": ["Muscle weakness"],
    "X:11": ["Proximal"],
    "X:12": ["Treatment"],
    "X:13": ["Vomiting", "Emesis"],
    "X:14": ["Renal insufficiency", "Kidney failure"],
    "X:15": ["Pneumonia"],
    "X:16": ["Seizure"],
    "X:17": ["Cough"],
    "X:18": ["T-cell lymphoma"],
    "X:19": ["Pleural effusion"],
}
SPANISH = {
    "X:1": ["Anemia"],
    "X:2": ["Anemia ferropénica"],
    "X:3": ["Cefalea", "Dolor de cabeza"],
    "X:5": ["Hipertensión arterial"],
    "X:8": ["LAL"],
    "X:11": ["Proximal"],
    "X:18": ["Linfoma de células T"],
}


def _index(folder: Path, languages: dict[str, dict[str, list[str]]]) -> Index:
    concepts = []
    for id in ENGLISH:
        names = [
            Name(text, language, "preferred" if not place else "synonym")
            for language, known in languages.items()
            for place, text in enumerate(known.get(id, ()))
        ]
        types = ("blood",) if id in ("X:1", "X:2", "X:8") else ("other",)
        parents = () if id == "X:0" else ("X:0",)
        concepts.append(Concept(id, tuple(names), types=types, parents=parents))
    kb = KnowledgeBase.build(concepts, folder / "x.kb", source="X")
    return Index.build(kb, folder / "x.index", retrievers=("exact",))


@pytest.fixture(scope="session")
def english(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """English names only."""
    return _index(tmp_path_factory.mktemp("english"), {"en": ENGLISH})


@pytest.fixture(scope="session")
def both(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """English and Spanish names."""
    return _index(tmp_path_factory.mktemp("both"), {"en": ENGLISH, "es": SPANISH})
