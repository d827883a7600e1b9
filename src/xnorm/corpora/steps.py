"""The steps of a preparation by their names, as suites and the command line say them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from xnorm.corpora import prepare, splits
from xnorm.corpora.codiesp import document_splits
from xnorm.corpora.tally import Tally
from xnorm.document import Document
from xnorm.errors import SettingError, did_you_mean

if TYPE_CHECKING:
    from xnorm.kb import KnowledgeBase

Documents = Iterable[Document]
Run = Callable[[Documents, str, "KnowledgeBase | None", Tally], Iterator[Document]]


class Step(msgspec.Struct, frozen=True):
    """A row of the table of steps.

    Attributes:
        run: called with documents, the text after `=`, the knowledge base and a tally.
        value: what the text after `=` is, for messages; empty when there is none.
        needs_kb: whether it needs a knowledge base.
        unit: what it counts.
    """

    run: Run
    value: str = ""
    needs_kb: bool = False
    unit: str = "mentions"


STEPS = {
    "expand-abbreviations": Step(lambda d, v, kb, t: prepare.expand_abbreviations(d, tally=t)),
    "keep-types": Step(
        lambda d, v, kb, t: prepare.keep_types(d, _words(v), tally=t), "types, as in Disease"
    ),
    "keep-groups": Step(
        lambda d, v, kb, t: prepare.keep_groups(d, _words(v), tally=t), "groups, as in DISO,CHEM"
    ),
    "replace-retired": Step(
        lambda d, v, kb, t: prepare.replace_retired(d, _given(kb), tally=t), needs_kb=True
    ),
    "out-of-terminology": Step(
        lambda d, v, kb, t: prepare.out_of_terminology(d, _given(kb), drop=_drops(v), tally=t),
        "keep or drop",
        needs_kb=True,
    ),
    "drop-without-id": Step(lambda d, v, kb, t: prepare.drop_without_id(d, tally=t)),
    "drop-composites": Step(lambda d, v, kb, t: prepare.drop_composites(d, tally=t)),
    "split-composites": Step(lambda d, v, kb, t: prepare.split_composites(d, tally=t)),
    "drop-duplicates": Step(lambda d, v, kb, t: prepare.drop_duplicates(d, tally=t)),
    "split-by-document": Step(
        lambda d, v, kb, t: splits.split_by_document(d, seed=_seed(v), tally=t),
        "a seed, as in 1",
        unit="documents",
    ),
    "inherit-split": Step(
        lambda d, v, kb, t: splits.inherit_split(d, document_splits(Path(v)), tally=t),
        "where CodiEsp lies",
        unit="documents",
    ),
    "keep-split": Step(
        lambda d, v, kb, t: splits.keep_split(d, v, tally=t), "a split", unit="documents"
    ),
}
"""Name to step; a suite writes `name` or `name=value`."""


def prepared(
    documents: Iterable[Document],
    steps: Sequence[str],
    *,
    kb: KnowledgeBase | None = None,
    tallies: list[Tally] | None = None,
    place: str = "",
) -> Iterator[Document]:
    """The documents after the steps, in their order.

    Args:
        documents: as `read_corpus` gives them.
        steps: `name` or `name=value`, see `STEPS`.
        kb: what steps that look into a terminology need.
        tallies: gets a tally for each step; they are complete when the documents are gone through.
        place: where the steps are named, for messages.

    Raises:
        SettingError: for an unknown step, with the nearest known one; for a missing value or
            knowledge base.
    """
    for text in steps:
        name, equals, value = text.partition("=")
        step = STEPS.get(name)
        if step is None:
            raise SettingError(
                f"unknown step '{name}'", place=place, todo=did_you_mean(name, STEPS)
            )
        if bool(equals) != bool(step.value):
            what = f"'{name}' needs a value" if step.value else f"'{name}' takes no value"
            todo = f"Give {step.value}" if step.value else "Leave it out"
            raise SettingError(what, place=place, todo=todo)
        if step.needs_kb and kb is None:
            what = f"'{name}' needs a knowledge base"
            raise SettingError(what, place=place, todo="Give a .kb with --kb")
        tally = Tally(step=name, unit=step.unit)
        if tallies is not None:
            tallies.append(tally)
        documents = step.run(documents, value, kb, tally)
    return iter(documents)


def _words(value: str) -> list[str]:
    return [word.strip() for word in value.split(",") if word.strip()]


def _given(kb: KnowledgeBase | None) -> KnowledgeBase:
    assert kb is not None
    return kb


def _drops(value: str) -> bool:
    if value not in ("keep", "drop"):
        raise SettingError(
            f"'out-of-terminology' is 'keep' or 'drop', not '{value}'", todo="Choose one of them"
        )
    return value == "drop"


def _seed(value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise SettingError(f"the seed '{value}' is no whole number", todo="Give one") from None
