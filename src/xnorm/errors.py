"""Errors for the user: where it happened, what is wrong, what to do.

XnormError
├── DataError     (ValueError)   a document, corpus or terminology that cannot be read or written
├── SettingError  (ValueError)   a configuration key, option value or name that is not known
├── IndexProblem  (LookupError)  an index or knowledge base that is missing, stale or damaged
└── MissingExtra  (ImportError)  an optional stack that is not installed
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from functools import partial
from types import ModuleType
from typing import Any


class XnormError(Exception):
    """A problem that the user can act on; its text is one line `place: what. todo`.

    Args:
        what: what is wrong, without a final full stop.
        place: where, for instance a file with line, or a document with a field.
        todo: what to do next, as a sentence without a final full stop.
    """

    def __init__(self, what: str, *, place: str = "", todo: str = "") -> None:
        self.what = what
        self.place = place
        self.todo = todo
        text = f"{place}: {what}" if place else what
        text = f"{text}. {todo}." if todo else f"{text}."
        super().__init__(" ".join(text.split()))

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors come from other processes too, and exceptions do not keep keyword arguments.
        return partial(type(self), place=self.place, todo=self.todo), (self.what,)


class DataError(XnormError, ValueError):
    """A document, corpus or terminology that cannot be read or written."""


class SettingError(XnormError, ValueError):
    """A configuration key, option value or name that is not known."""


class IndexProblem(XnormError, LookupError):
    """An index or knowledge base folder that is missing, stale, foreign or damaged."""


class MissingExtra(XnormError, ImportError):
    """An optional stack that is not installed."""


def check_share(value: float, *, place: str, todo: str) -> None:
    """Passes a value from 0 to 1.

    Raises:
        SettingError: for any other.

    >>> check_share(1.5, place="share.near", todo="Give a share such as 0.7")
    Traceback (most recent call last):
    ...
    xnorm.errors.SettingError: share.near: 1.5 is not between 0 and 1. Give a share such as 0.7.
    """
    if not 0 <= value <= 1:
        raise SettingError(f"{value} is not between 0 and 1", place=place, todo=todo)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Returns "Did you mean 'x'? Known: ..." for an unknown name, as the `todo` of an error."""
    import difflib

    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    listed = f"Known: {', '.join(names)}"
    return f"Did you mean '{near[0]}'? {listed}" if near else listed


def require(module: str, extra: str) -> ModuleType:
    """Imports `module`, or says which extra of xnorm brings it.

    Raises:
        MissingExtra: with the pip command to run.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        missing = module.split(".")[0]
        raise MissingExtra(
            f"this needs '{missing}', which is not installed",
            todo=f"Run: pip install 'xnorm[{extra}]'",
        ) from error
