"""Five occupations and their groups, as ESCO gives them out, and their index."""

from __future__ import annotations

from pathlib import Path

import pytest

ESCO = "http://data.europa.eu/esco"

OCCUPATIONS = {
    "en": [
        ("1", "2512", "software developer", "programmer\njava developer\nsoftware engineer"),
        ("2", "2513", "web developer", "front-end developer"),
        ("3", "8332", "truck driver", "lorry driver\nheavy goods vehicle driver"),
        ("4", "9333", "warehouse worker", "warehouse operative"),
        ("5", "5230", "cashier", "checkout operator"),
    ],
    "de": [
        ("1", "2512", "Softwareentwickler/Softwareentwicklerin", "Softwareentwickler"),
        ("3", "8332", "Lkw-Fahrer/Lkw-Fahrerin", "Lkw-Fahrer"),
        ("5", "5230", "Kassierer/Kassiererin", "Kassierer\nKassiererin"),
    ],
}
GROUPS = [
    ("25", "ICT professionals"),
    ("251", "Software and applications developers and analysts"),
    ("2512", "Software developers"),
    ("2513", "Web and multimedia developers"),
    ("8332", "Heavy truck and lorry drivers"),
    ("9333", "Freight handlers"),
    ("5230", "Cashiers and ticket clerks"),
]


@pytest.fixture(scope="session")
def download(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of CSV files."""
    folder = tmp_path_factory.mktemp("esco") / "v1.2.0"
    folder.mkdir()
    for language, rows in OCCUPATIONS.items():
        lines = ["conceptType,conceptUri,iscoGroup,preferredLabel,altLabels"]
        lines += [
            f'Occupation,{ESCO}/occupation/{id},{group},{label},"{labels}"'
            for id, group, label, labels in rows
        ]
        (folder / f"occupations_{language}.csv").write_text("\n".join(lines) + "\n", "utf-8")
    lines = ["conceptType,conceptUri,code,preferredLabel"]
    lines += [f"ISCOGroup,{ESCO}/isco/C{code},{code},{label}" for code, label in GROUPS]
    (folder / "ISCOGroups_en.csv").write_text("\n".join(lines) + "\n", "utf-8")
    skill = f"KnowledgeSkillCompetence,{ESCO}/skill/1,Java"
    (folder / "skills_en.csv").write_text(
        f"conceptType,conceptUri,preferredLabel\n{skill}\n", "utf-8"
    )
    return folder


@pytest.fixture(scope="session")
def occupations(download: Path) -> Path:
    """The index of those occupations."""
    from xnorm.index import Index
    from xnorm.titles.esco import build_esco

    kb = build_esco([download], download.parent / "esco.kb")
    path = download.parent / "esco.index"
    Index.build(kb, path)
    return path
