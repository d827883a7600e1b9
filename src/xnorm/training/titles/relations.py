"""Which skills go with which occupation, as ESCO's tables of relations say."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from xnorm.errors import DataError
from xnorm.kb.sources.lines import at, text_lines
from xnorm.kb.sources.separated import delimiter_of, separated

OCCUPATION, SKILL = "occupationUri", "skillUri"


def read_relations(path: str | Path) -> dict[str, list[str]]:
    """The ids of an occupation's skills, essential and optional ones, each once.

    Args:
        path: CSV or TSV (plain, gz or xz) with the columns `occupationUri` and `skillUri`, as
            ESCO's `occupationSkillRelations_en.csv`. Rows that lack one of the two are passed over.

    Raises:
        DataError: when there are no such columns, or a row has too few cells.
    """
    path = Path(path)
    _, first = next(text_lines(path), (1, ""))
    rows = separated(path, text_lines(path), delimiter_of(first), quotes=True)
    header = next(rows, None)
    names = [cell.strip() for cell in header.cells] if header else []
    if OCCUPATION not in names or SKILL not in names:
        raise DataError(
            f"no columns {OCCUPATION} and {SKILL}",
            place=at(path, 1),
            todo="Give ESCO's occupationSkillRelations_en.csv",
        )
    places = names.index(OCCUPATION), names.index(SKILL)
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for line, cells in rows:
        if len(cells) <= max(places):
            raise DataError(
                f"{len(cells)} columns, the header has {len(names)}",
                place=at(path, line),
                todo="Mend the row; texts with the delimiter stand in quotation marks",
            )
        occupation, skill = (cells[place].strip() for place in places)
        if occupation and skill:
            found[occupation][skill] = None
    return {occupation: list(skills) for occupation, skills in found.items()}
