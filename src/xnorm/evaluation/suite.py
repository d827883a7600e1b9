"""What is measured: a corpus, a terminology, systems and figures, as a YAML file says it.

A suite may have `sets`: it is then measured once for each, with `${set}` in any text of the file
replaced by the set's name. `${XNORM_DATA}` stands for the folder of raw data.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from xnorm.config import load_settings
from xnorm.errors import SettingError, did_you_mean

DATA = "XNORM_DATA"
OPTION_PATHS = ("translations", "mapping")
"""The options of a terminology that are paths."""


class TerminologySettings(msgspec.Struct, frozen=True, omit_defaults=True):
    """The concepts that are searched.

    Attributes:
        kind: a terminology source, as `xnorm kb build` takes it, or one of `pools.POOLS`.
        files: the terminology's files.
        source: what its ids are called.
        release: its version, where the files do not say it.
        options: of the source, as `xnorm.kb.sources.Options` names them.
        hold_out: only the concepts that encoders' twins are trained without, one in so many (see
            `corpora.names.held_out`); 0 takes all.
        by_xref: gold ids are cross-references of the concepts, any of which is right.
    """

    kind: str
    files: tuple[str, ...]
    source: str = ""
    release: str = ""
    options: dict[str, Any] = {}
    hold_out: int = 0
    by_xref: bool = False


class CorpusSettings(msgspec.Struct, frozen=True, omit_defaults=True):
    """The mentions that are asked.

    Attributes:
        name: a row of `xnorm.corpora.CORPORA`.
        path: the publisher's file or folder.
        terminology: instead of a path, for the corpus `names`: whose names are asked.
        split: which part is measured; all if empty.
        training: the parts that a trained system may have seen, for the unseen mentions' figures.
        options: what else `read_corpus` takes, such as `languages`.
        gold: the vocabularies (`db_name`) whose ids are gold; all if empty.
        types: only mentions of these types; all if empty.
        prepare: steps of `xnorm.corpora.steps.STEPS`, `name` or `name=value`, in order.
    """

    name: str
    path: str = ""
    terminology: TerminologySettings | None = None
    split: str = ""
    training: tuple[str, ...] = ()
    options: dict[str, Any] = {}
    gold: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    prepare: tuple[str, ...] = ()


class Suite(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything that a figure depends on, systems and code apart.

    Attributes:
        name: of the suite, as its results are called.
        title: for people.
        corpus, terminology: what is asked, and what is searched.
        systems: rows of `xnorm.evaluation.systems.SYSTEMS`.
        k: the ranks at which recall is told, from 1; candidates are asked for up to the last.
        seed: of samples and intervals.
        sets: the suite is measured for each.
        hits: what counts as a hit, in words.
        note: what a reader has to know besides.
        licence: of corpus and terminology.
        get: where a user gets them.
        cite: the papers.
    """

    name: str
    title: str
    corpus: CorpusSettings
    terminology: TerminologySettings
    systems: tuple[str, ...]
    k: tuple[int, ...] = (1, 5, 64)
    seed: int = 0
    sets: tuple[str, ...] = ()
    hits: str
    note: str = ""
    licence: str
    get: str
    cite: str = ""

    def __post_init__(self) -> None:
        if self.k[:1] != (1,) or list(self.k) != sorted(set(self.k)):
            raise ValueError("k is not a rising list of ranks that begins with 1")
        if bool(self.corpus.path) == (self.corpus.terminology is not None):
            raise ValueError("corpus has to have either a path or a terminology")
        if not re.fullmatch(r"[\w.-]+", self.name):
            raise ValueError("name has other characters than letters, digits, '.', '-' and '_'")


def read_suite(file: str | Path) -> Suite:
    """The suite in a YAML file.

    Raises:
        SettingError: for an unknown key or system (with the nearest known one) or a wrong value.
    """
    from xnorm.evaluation.systems import SYSTEMS

    suite = load_settings(Suite, file)
    for system in suite.systems:
        known_system(system, SYSTEMS, place=str(file))
    return suite


def known_system(name: str, systems: Mapping[str, object], *, place: str) -> None:
    """Passes when there is such a system.

    Raises:
        SettingError: naming the nearest known one.
    """
    if name not in systems:
        raise SettingError(
            f"unknown system '{name}'", place=place, todo=did_you_mean(name, systems)
        )


def of_set(suite: Suite, name: str) -> Suite:
    """The suite for one of its sets."""
    plain = msgspec.to_builtins(suite)
    return msgspec.convert(_replaced(plain, {"set": name}), Suite)


def data_path(text: str, *, place: str) -> Path:
    """A path of a suite with `${XNORM_DATA}` replaced; other relative ones start at the suite.

    Raises:
        SettingError: when nothing is there.
    """
    checkout = Path(__file__).parents[3]
    data = checkout / os.environ.get(DATA, "../shared/data")
    path = Path(place).parent / text.replace(f"${{{DATA}}}", str(data))
    if not path.exists():
        todo = f"Set {DATA} to the folder of the raw data" if f"${{{DATA}}}" in text else ""
        raise SettingError(
            f"{path} does not exist", place=place, todo=todo or "Correct the path in the suite"
        )
    return path


def inputs(suite: Suite) -> list[str]:
    """The paths that a suite reads, as the file writes them, each once."""
    corpus = suite.corpus
    asked = terminology_inputs(corpus.terminology) if corpus.terminology else [corpus.path]
    return list(dict.fromkeys([*asked, *terminology_inputs(suite.terminology)]))


def terminology_inputs(terminology: TerminologySettings) -> list[str]:
    """The paths that a terminology is made of."""
    options = terminology.options
    return [*terminology.files, *(options[key] for key in OPTION_PATHS if key in options)]


def _replaced(value: Any, words: Mapping[str, str]) -> Any:
    """The value with `${word}` replaced in every text below it."""
    if isinstance(value, str):
        for word, text in words.items():
            value = value.replace(f"${{{word}}}", text)
        return value
    if isinstance(value, Mapping):
        return {key: _replaced(item, words) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_replaced(item, words) for item in value]
    return value
