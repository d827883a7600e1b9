"""Job ads to learn from: a title, and the skills that are named with it or found in its text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from xnorm.document import Document
from xnorm.errors import DataError
from xnorm.files import open_binary
from xnorm.index.columns import Columns
from xnorm.kb import KnowledgeBase
from xnorm.languages import language_code
from xnorm.mentions.dictionary import DictionaryFinder


class Ad(msgspec.Struct, frozen=True):
    """A line of a file of ads; other fields are passed over.

    Attributes:
        title: as the employer writes it.
        description: searched for skills when none are named.
        skills: their names.
        language: ISO 639-1 code; without one skills are sought in all languages.
    """

    title: str
    description: str | None = None
    skills: tuple[str, ...] | None = None
    language: str | None = None


def read_ads(path: str | Path) -> Iterator[Ad]:
    """The ads of a file of JSON Lines (plain, gz or xz) that have a title.

    Raises:
        DataError: naming the line that is no such object.
        SettingError: for an unknown language.
    """
    with open_binary(path) as stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            place = f"{path} line {number:,}"
            try:
                ad = msgspec.json.decode(line, type=Ad)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise DataError(
                    f"no job ad ({error})",
                    place=place,
                    todo="Give an object a line, with title, and skills or description",
                ) from error
            if ad.title.strip():
                language = language_code(ad.language, place=place) if ad.language else ""
                yield msgspec.structs.replace(ad, language=language)


class SkillFinder:
    """Finds the skills of knowledge bases in running text.

    Args:
        kbs: of skills, such as ESCO's.
    """

    def __init__(self, kbs: Sequence[KnowledgeBase]) -> None:
        self._finders = [DictionaryFinder(Columns(kb)) for kb in kbs]

    def __call__(self, text: str, language: str = "") -> list[str]:
        """The names found, as the text writes them, each skill once, in text order."""
        document = Document.from_text(text, id="", language=language)
        found: dict[tuple[int, int], str] = {}
        for number, finder in enumerate(self._finders):
            for finding in finder.find(document):
                surface = text[finding.start : finding.end]
                found.setdefault((number, finding.concept), surface)
        return list(found.values())
