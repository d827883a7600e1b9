"""What a title encoder learns from, as rows: names, and texts of the skills that go with titles."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from xnorm.kb import KnowledgeBase
from xnorm.text.normal import fold
from xnorm.training.pairs import NameRow, names_in
from xnorm.training.titles.ads import Ad, SkillFinder, read_ads
from xnorm.training.titles.recipe import TitlesSettings
from xnorm.training.titles.relations import read_relations
from xnorm.training.titles.sampler import SKILLS

ADS = "ads"
"""The source of what ads say."""

RELATIONS = "relations"
"""The source of texts made of an occupation's skills."""

DEFINITIONS = "definitions"
"""The source of texts that are occupations' definitions."""


def rows_of(settings: TitlesSettings) -> list[NameRow]:
    """All rows that a recipe names; texts of skills have the language `SKILLS`.

    Raises:
        DataError: for a file that cannot be read.
    """
    titles = [row for source in settings.titles for row in names_in(source)]
    skills = [row for source in settings.skills for row in names_in(source)]
    rows = list(dict.fromkeys([*titles, *skills]))
    if settings.pairs:
        rows += _of_relations(titles, skills, settings)
        if settings.definitions:
            rows += _of_definitions(settings.titles)
        rows += _of_ads(settings)
    return rows


def _of_relations(
    titles: Iterable[NameRow], skills: Iterable[NameRow], settings: TitlesSettings
) -> Iterator[NameRow]:
    """Texts of some of an occupation's skills, each text in one language."""
    known = {row.concept for row in titles}
    names: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in skills:
        names[row.language][row.concept].append(row.name)
    for path in settings.relations:
        for occupation, ids in read_relations(path).items():
            if occupation not in known:
                continue
            chance = _chance(occupation)
            spoken = [code for code in sorted(names) if any(id in names[code] for id in ids)]
            for _ in range(settings.texts if spoken else 0):
                said = names[spoken[chance.integers(len(spoken))]]
                here = [id for id in ids if id in said]
                text = sample(here, settings.drawn, chance, lambda id: said[id])  # noqa: B023
                yield NameRow(occupation, SKILLS, RELATIONS, text)


def _of_definitions(sources: Iterable[str]) -> Iterator[NameRow]:
    for source in sources:
        if Path(source).is_dir():
            table = KnowledgeBase.open(source).concepts.select(["id", "definition"])
            for id, text in zip(*(column.to_pylist() for column in table.columns), strict=True):
                if text:
                    yield NameRow(id, SKILLS, DEFINITIONS, text)


def _of_ads(settings: TitlesSettings) -> Iterator[NameRow]:
    """The titles of ads and texts of their skills; ads of one title are one concept."""
    folders = [source for source in settings.skills if Path(source).is_dir()]
    find = SkillFinder([KnowledgeBase.open(folder) for folder in folders])
    for path in settings.ads:
        for number, ad in enumerate(read_ads(path)):
            skills = skills_of(ad, find)
            if skills:
                concept = f"{ADS}:{fold(ad.title)}"
                yield NameRow(concept, ad.language or "", ADS, ad.title)
                chance = _chance(f"{path} {number}")
                yield NameRow(
                    concept, SKILLS, ADS, sample(skills, settings.drawn, chance, lambda one: [one])
                )


def skills_of(ad: Ad, find: SkillFinder) -> list[str]:
    """The skills that an ad names, or those that are found in its description."""
    if ad.skills:
        return list(ad.skills)
    return find(ad.description, ad.language or "") if ad.description else []


def sample(
    items: Sequence[str],
    most: int,
    chance: np.random.Generator,
    names: Callable[[str], Sequence[str]],
) -> str:
    """One text of at most so many items, each by one of its names, in an order by chance."""
    chosen = chance.permutation(len(items))[:most].tolist()
    said = [names(items[place]) for place in chosen]
    return ", ".join(one[int(chance.integers(len(one)))] for one in said)


def _chance(key: str) -> np.random.Generator:
    """The source of chance of one item, so that other items do not change its texts."""
    return np.random.default_rng(zlib.crc32(key.encode()))
