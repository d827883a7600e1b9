"""Resolvers bring in pronouns and nominals; theirs and ours are told apart."""

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from xnorm.coreference.resolvers import Coreferee, Fastcoref, is_reference, resolver_named
from xnorm.document import Document, Mention
from xnorm.errors import SettingError


@pytest.mark.parametrize(
    ("text", "language", "reference"),
    [
        ("it", "en", True),
        ("The disease", "en", True),
        ("this syndrome", "en", True),
        ("la enfermedad", "es", True),
        ("diese Krankheit", "de", False),  # a German noun has a capital: it may be a name
        ("systemic lupus erythematosus", "en", False),
        ("The Beatles", "en", False),
        ("IT", "en", False),
        ("it", "", True),
        ("", "en", False),
    ],
)
def test_pronouns_and_nominals_are_no_names(text: str, language: str, reference: bool) -> None:
    mention = Mention("m", "", ((0, max(1, len(text))),), (text,))
    assert is_reference(mention, language) == reference


def test_a_resolver_is_named_or_none() -> None:
    assert resolver_named("", "") is None
    assert resolver_named("coreferee", "en_core_web_lg") == Coreferee("en_core_web_lg")
    with pytest.raises(SettingError, match="Did you mean 'fastcoref'"):
        resolver_named("fastcorf", "")


def test_a_missing_pipeline_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(name: str) -> None:
        raise OSError(f"[E050] Can't find model '{name}'")

    monkeypatch.setitem(sys.modules, "spacy", _module("spacy", load=load))
    with pytest.raises(SettingError, match="coreferee does not run with 'no_such_model'"):
        Coreferee("no_such_model")([Document.from_text("He left.")])


def test_chains_of_coreferee_are_spans_of_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    words = [SimpleNamespace(idx=0, text="Ann"), SimpleNamespace(idx=10, text="she")]
    chain = SimpleNamespace(
        mentions=[SimpleNamespace(token_indexes=[0]), SimpleNamespace(token_indexes=[1])]
    )

    class Parsed(list[Any]):
        _ = SimpleNamespace(coref_chains=[chain])

    class Pipeline:
        def add_pipe(self, name: str) -> None:
            assert name == "coreferee"

        def pipe(self, texts: list[str]) -> list[Parsed]:
            return [Parsed(words) for _ in texts]

    monkeypatch.setitem(sys.modules, "spacy", _module("spacy", load=lambda _: Pipeline()))
    found = Coreferee("a_model")([Document.from_text("Ann said, she left.")])
    assert found == [[[(0, 3), (10, 13)]]]


def test_clusters_of_fastcoref_are_spans_of_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    class Model:
        def predict(self, texts: list[str]) -> list[Any]:
            return [SimpleNamespace(get_clusters=lambda as_strings: [[(0, 3), (10, 13)]])] * len(
                texts
            )

    monkeypatch.setitem(sys.modules, "fastcoref", _module("fastcoref", FCoref=Model))
    assert Fastcoref()([Document.from_text("Ann said, she left.")]) == [[[(0, 3), (10, 13)]]]
    assert Fastcoref()([]) == []


def test_a_missing_fastcoref_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastcoref", None)
    with pytest.raises(SettingError, match="pip install fastcoref"):
        Fastcoref()([Document.from_text("He left.")])


def _module(name: str, **members: Any) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(members)
    return module
