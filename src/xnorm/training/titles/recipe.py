"""What `xnorm train titles` can be told."""

from __future__ import annotations

from typing import Any

import msgspec

from xnorm.errors import SettingError

PLACE = "titles"


class TitlesSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The recipe of an encoder of job titles.

    Attributes:
        titles: knowledge bases of occupations, or tables of names (`training.pairs.read_names`).
        skills: the same of skills; their names are learned as synonyms, too.
        relations: tables with the columns `occupationUri` and `skillUri`, as ESCO gives them out.
        ads: JSON Lines of job ads with `title` and `skills` or `description`.
        drawn: skills in one text, chosen anew for each text.
        texts: of skills, so many an occupation.
        definitions: an occupation's definition is one more text that goes with its titles.
        synonyms: how often names of one concept are paired; 0 never, 1 as `xnorm train encoder`.
        pairs: pairs of a title and skills, to one of two titles.
        guide: an encoder that tells which negatives are none, as an index names it; none without.
        projection: texts of skills pass through a linear map of their own before they are compared
            with titles; of static encoders alone, and where `pairs` are drawn. JobBERT-V3 (Decorte
            et al., 2025) has the map on the titles' side; but that of titles folds into their
            vectors, so that one of skills says the same.
        encoder: the recipe of the encoder, as for `xnorm train encoder`, without `names`.
    """

    titles: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    ads: tuple[str, ...] = ()
    drawn: int = 5
    texts: int = 8
    definitions: bool = True
    synonyms: float = 1.0
    pairs: float = 0.5
    guide: str = ""
    projection: bool = False
    encoder: dict[str, Any] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.titles and not self.ads:
            raise SettingError(
                "neither titles nor ads are named",
                place=PLACE,
                todo="Name a knowledge base of occupations: titles: [esco.kb]",
            )
        for field in ("drawn", "texts"):
            if getattr(self, field) < 1:
                raise SettingError(
                    f"{field} is {getattr(self, field)}", place=PLACE, todo="Give 1 or more"
                )
        for field in ("synonyms", "pairs"):
            if getattr(self, field) < 0:
                raise SettingError(
                    f"{field} is {getattr(self, field)}", place=PLACE, todo="Give 0 or more"
                )
        if self.relations and not self.skills:
            raise SettingError(
                "relations are named, but no skills",
                place=PLACE,
                todo="Name a knowledge base of skills: skills: [skills.kb]",
            )
        if "names" in self.encoder:
            raise SettingError(
                "encoder.names says what to learn from",
                place=PLACE,
                todo="Name it under titles and skills",
            )
