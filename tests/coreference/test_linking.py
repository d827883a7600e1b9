"""In linking, the mentions of one thing are linked to one concept."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from xnorm import load
from xnorm.document import Coreference, Document, mention_at
from xnorm.errors import SettingError

TEXT = "He has high blood pressure (HBP). HBP hurts; it is rare. The disease stays."


def _document() -> Document:
    spans = {"a": (7, 26), "b": (34, 37), "c": (45, 47), "d": (57, 68)}
    mentions = tuple(mention_at(TEXT, [span], id=id) for id, span in spans.items())
    return replace(Document.from_text(TEXT, language="en"), mentions=mentions)


def _linked(index: Path, document: Document, *overrides: str) -> list[str | None]:
    linked = load(index, overrides=["abbreviations.defined=false", *overrides])(document)
    return [mention.link.concept if mention.link else "" for mention in linked.mentions]


def test_pronouns_and_nominals_follow_the_gold_chain_of_the_document(small_index: Path) -> None:
    chain = (Coreference("g", ("a", "c", "d")),)
    linked = _linked(small_index, replace(_document(), coreferences=chain))
    assert [linked[at] for at in (0, 2, 3)] == ["T:02"] * 3
    apart = _linked(small_index, _document())
    assert apart[2] != "T:02"


def test_a_defined_short_form_follows_once_names_are_clustered(small_index: Path) -> None:
    stages = "stages=[coreference, retrieve, share, decide]"
    assert _linked(small_index, _document(), stages)[:2] == ["T:02"] * 2


def test_a_wrong_setting_is_told(small_index: Path) -> None:
    with pytest.raises(SettingError, match="unknown resolver 'corefer'"):
        load(small_index, overrides=["stages=[coreference]", "coreference.resolver=corefer"])
    with pytest.raises(SettingError, match="2.0 is not between 0 and 1"):
        load(small_index, overrides=["share.near=2.0"])
    with pytest.raises(SettingError, match="ShareEvidence needs candidates"):
        load(small_index, overrides=["stages=[share]"])
