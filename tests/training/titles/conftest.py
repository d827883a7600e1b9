"""Occupations, the skills that they ask, and ads, small enough to train on in a second."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from xnorm.kb import Concept, KnowledgeBase, Name

FIELDS = {
    "wood": "Holz", "metal": "Metall", "glass": "Glas", "leather": "Leder", "paper": "Papier",
    "stone": "Stein", "cloth": "Stoff", "bread": "Brot", "music": "Musik", "garden": "Garten",
}  # fmt: skip
DOERS = {"worker": "arbeiter", "teacher": "lehrer", "dealer": "händler"}
TASKS = ("shape", "explain", "sell", "store")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`titles.kb`, `skills.kb`, `relations.csv` and `ads.jsonl`."""
    made = tmp_path_factory.mktemp("jobs")
    occupations = [
        Concept(
            f"o:{field}-{doer}",
            (
                Name(f"{field} {doer}", "en", "preferred"),
                Name(f"{doer} of {field}", "en"),
                Name(f"{feld}{wer}", "de"),
            ),
            definition=f"Somebody who knows {field}.",
        )
        for field, feld in FIELDS.items()
        for doer, wer in DOERS.items()
    ]
    KnowledgeBase.build(occupations, made / "titles.kb", source="ESCO")
    skills = [
        Concept(
            f"s:{task}-{field}",
            (Name(f"{task} {field}", "en", "preferred"), Name(f"{feld} {task}n", "de")),
        )
        for task in TASKS
        for field, feld in FIELDS.items()
    ]
    KnowledgeBase.build(skills, made / "skills.kb", source="ESCO")
    lines = ["occupationUri,relationType,skillUri"]
    lines += [
        f"o:{field}-{doer},essential,s:{task}-{field}"
        for field in FIELDS
        for doer in DOERS
        for task in TASKS
    ]
    (made / "relations.csv").write_text("\n".join(lines) + "\n", "utf-8")
    ads = [
        {"title": "Carpenter (m/f)", "skills": ["shape wood", "saw"], "company": "not read"},
        {"title": "Tischler", "description": "Sie Holz shapen gern.", "language": "de"},
        {"title": "Baker", "description": "You sell bread and store bread. Sell bread!"},
        {"title": "Poet", "description": "Nothing that we know."},
    ]
    text = "".join(json.dumps(ad, ensure_ascii=False) + "\n" for ad in ads)
    (made / "ads.jsonl").write_text(text, "utf-8")
    return made
