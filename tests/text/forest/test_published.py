"""Against what others publish: VarCon's spellings, NeMo's and Recognizers-Text's test cases.

The figures are floors, measured once; a change of rules that loses any is noticed.
"""

from __future__ import annotations

import json
import re
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from xnorm.text.forest import Forest

_GROUPS = re.compile(r"(?<=\d)[,. \u00a0](?=\d{3}\b)")


def _members(pack: Path, ending: str) -> Iterator[tuple[str, str]]:
    """Names and texts of the files in a pack that end so."""
    with tarfile.open(pack) as tar:
        for member in tar:
            stream = tar.extractfile(member) if member.name.endswith(ending) else None
            if stream is not None:
                yield member.name, stream.read().decode("utf-8-sig", errors="replace")


def test_british_spellings_become_the_american_ones_that_varcon_lists(
    data: Path, forest: Callable[[str], Forest]
) -> None:
    ((_, text),) = _members(data / "text/VarCon.tar.xz", "varcon.txt")
    british: dict[str, str] = {}
    american: set[str] = set()
    for line in text.splitlines():
        entries = re.findall(r"([\w ]+): ([^/|]+)", "" if line.startswith("#") else line)
        words = [(set(tags.split()), word.strip()) for tags, word in entries]
        ours = [word for tags, word in words if "A" in tags]
        american |= set(ours)
        if len(ours) == 1:
            british |= {word: ours[0] for tags, word in words if "B" in tags and word != ours[0]}
    english = forest("en")
    made = {word: english.digest(word).text for word in british}
    changed = {word: text for word, text in made.items() if text != word}
    right = sum(text == british[word] for word, text in changed.items())
    spoiled = sum(english.digest(word).text != word for word in american)
    assert len(american) > 15_000
    assert right > 4_000
    assert right / len(changed) > 0.985
    assert spoiled / len(american) < 0.002


@pytest.mark.parametrize(
    ("language", "right", "of"), [("en", 21, 29), ("es", 33, 51), ("de", 29, 62), ("fr", 87, 106)]
)
def test_number_words_are_the_numbers_of_nemo(
    data: Path, forest: Callable[[str], Forest], language: str, right: int, of: int
) -> None:
    pack = data / "text/NeMo-text-processing-test-cases.tar.xz"
    ending = f"{language}/data_inverse_text_normalization/test_cases_cardinal.txt"
    ((_, text),) = _members(pack, ending)
    cases = [line.split("~") for line in text.splitlines() if "~" in line]
    found = [
        forest(language).digest(spoken).text == _GROUPS.sub("", written)
        for spoken, written in cases
    ]
    assert len(cases) == of
    assert sum(found) >= right


@pytest.mark.parametrize("language", ["English", "Spanish", "French", "Portuguese", "German"])
def test_numbers_and_quantities_where_recognizers_text_finds_them_have_its_values(
    data: Path, forest: Callable[[str], Forest], language: str
) -> None:
    code = {"English": "en", "Spanish": "es", "French": "fr", "Portuguese": "pt", "German": "de"}
    pack = data / "text/Recognizers-Text-Specs-dev.tar.xz"
    models = ("NumberModel", "PercentModel", "DimensionModel", "TemperatureModel", "AgeModel")
    same: list[bool] = []
    for name, text in _members(pack, "Model.json"):
        if f"/{language}/" not in name or Path(name).stem not in models:
            continue
        for case in json.loads(text):
            structures = forest(code[language]).digest(case["Input"]).structures
            ours = {(s.start, s.end): s.fields.get("value") for s in structures}
            for result in case["Results"]:
                value = ours.get((result.get("Start", 0), result.get("End", 0) + 1))
                theirs = str(result.get("Resolution", {}).get("value", ""))
                theirs = theirs.rstrip("%").replace(",", ".")
                if isinstance(value, int | float) and re.fullmatch(r"-?\d+(\.\d+)?", theirs):
                    same.append(abs(float(theirs) - value) < 1e-6 * max(1, abs(value)))
    assert len(same) > 30
    assert sum(same) / len(same) > 0.9
