"""Who says what pronouns and nominals refer to: coreferee, fastcoref, or the document itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Protocol

import msgspec

from xnorm.document import Document, Mention, Span
from xnorm.errors import SettingError, did_you_mean, require
from xnorm.resources import function_words
from xnorm.text.normal import fold
from xnorm.text.tokens import tokenize

Chain = Sequence[Span]
"""The places of mentions of one thing in a text."""


class Resolver(Protocol):
    """For each document the chains of its mentions, of which some may be names."""

    def __call__(self, documents: Sequence[Document]) -> list[list[Chain]]: ...


class Coreferee(msgspec.Struct, frozen=True, dict=True):
    """Chains by coreferee (English, German, French, Polish).

    Attributes:
        model: a spaCy pipeline that coreferee knows, such as `en_core_web_lg`.

    Raises:
        MissingExtra: when spaCy is not installed.
        SettingError: when the pipeline or coreferee is not.
    """

    model: str

    def __call__(self, documents: Sequence[Document]) -> list[list[Chain]]:
        return [
            [
                [_tokens_span(parsed, mention.token_indexes) for mention in chain.mentions]
                for chain in parsed._.coref_chains
            ]
            for parsed in self._pipeline.pipe([document.text for document in documents])
        ]

    @cached_property
    def _pipeline(self) -> Any:
        spacy = require("spacy", "spacy")
        try:
            pipeline = spacy.load(self.model)
            pipeline.add_pipe("coreferee")
        except (OSError, ImportError, ValueError) as error:
            raise SettingError(
                f"coreferee does not run with '{self.model}'",
                place="coreference.model",
                todo="Install coreferee, its language pack and the spaCy pipeline that it names",
            ) from error
        return pipeline


class Fastcoref(msgspec.Struct, frozen=True, dict=True):
    """Chains by fastcoref (English).

    Attributes:
        model: a folder or name that fastcoref's `FCoref` takes; empty is its own.

    Raises:
        SettingError: when fastcoref is not installed.
    """

    model: str = ""

    def __call__(self, documents: Sequence[Document]) -> list[list[Chain]]:
        texts = [document.text for document in documents]
        if not texts:
            return []
        return [found.get_clusters(as_strings=False) for found in self._model.predict(texts=texts)]

    @cached_property
    def _model(self) -> Any:
        try:
            from fastcoref import FCoref  # type: ignore[import-not-found]
        except ImportError as error:
            raise SettingError(
                "fastcoref is not installed",
                place="coreference.resolver",
                todo="Run: pip install fastcoref",
            ) from error
        return FCoref(self.model) if self.model else FCoref()


RESOLVERS: dict[str, Callable[[str], Resolver]] = {"coreferee": Coreferee, "fastcoref": Fastcoref}
"""What `coreference.resolver` may name; each takes a model."""


def resolver_named(name: str, model: str) -> Resolver | None:
    """The resolver of that name; None for an empty one.

    Raises:
        SettingError: for an unknown name.
    """
    if not name:
        return None
    if name not in RESOLVERS:
        raise SettingError(
            f"unknown resolver '{name}'",
            place="coreference.resolver",
            todo=did_you_mean(name, RESOLVERS),
        )
    return RESOLVERS[name](model)


def is_reference(mention: Mention, language: str) -> bool:
    """Whether a mention is a pronoun or a nominal (`it`, `the disease`), and no name.

    It begins with a function word that is not written in capitals as acronyms are (`IT`), and no
    word after that has a capital. Where the language is not known, English tells.
    """
    functions = function_words(language) or function_words("en")
    words = [mention.surface[start:end] for start, end in tokenize(mention.surface)]
    if not words or fold(words[0]) not in functions:
        return False
    if words[0].isupper() and len(words[0]) > 1:
        return False
    return not any(word[0].isupper() for word in words[1:])


def _tokens_span(parsed: Any, indexes: Sequence[int]) -> Span:
    first, last = parsed[indexes[0]], parsed[indexes[-1]]
    return first.idx, last.idx + len(last.text)
