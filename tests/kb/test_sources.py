"""The table of sources, and sources of other packages."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from xnorm import kb
from xnorm.errors import SettingError
from xnorm.kb import Concept, Name, build_from_files
from xnorm.kb.sources import SOURCES, Options, find_source, known_sources, read_concepts


def test_the_public_names_are_those_exported() -> None:
    assert sorted(kb.__all__) == sorted(set(kb.__all__))
    assert all(hasattr(kb, name) for name in kb.__all__)


def test_every_source_reads() -> None:
    assert all(callable(find_source(kind).read) for kind in SOURCES)


def test_an_unknown_source_says_what_is_known() -> None:
    with pytest.raises(SettingError, match=r"unknown source 'tabel'\. Did you mean 'table'\?"):
        find_source("tabel")


def test_a_source_that_needs_a_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="source 'obo' needs a file"):
        build_from_files("obo", [], tmp_path / "x.kb")


@pytest.mark.parametrize(
    ("kind", "options", "switch"),
    [
        ("obo", Options(columns={"id": "1"}), "--column"),
        ("obo", Options(quotes=False), "--no-quotes"),
        ("hpo", Options(sources=("HPO",)), "--sources"),
        ("table", Options(translations=Path("x")), "--translations"),
    ],
)
def test_an_option_without_use_is_refused_by_name(kind: str, options: Options, switch: str) -> None:
    with pytest.raises(SettingError, match=f"{switch}: source '{kind}' has no use for {switch}"):
        read_concepts(kind, Path("none"), options)


class Planets:
    """A source of another package: nothing but `read`."""

    @staticmethod
    def read(source: Path, options: Options) -> Iterator[Concept]:
        assert options == Options()
        for number, line in enumerate(source.read_text().split(), start=1):
            yield Concept(f"P:{number}", (Name(line, "en", "preferred"),))


def test_other_packages_bring_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("planets", f"{__name__}:Planets", "xnorm.sources")
    monkeypatch.setattr(EntryPoint, "load", lambda _: Planets)

    def points(**wanted: str) -> EntryPoints:
        return EntryPoints([point]).select(**wanted)

    monkeypatch.setattr("xnorm.kb.sources.entry_points", points)
    (tmp_path / "planets.txt").write_text("Mercury Venus")
    found = build_from_files("planets", [tmp_path / "planets.txt"], tmp_path / "planets.kb")
    assert found.concepts["preferred"].to_pylist() == ["Mercury", "Venus"]
    assert found.source == "planets"
    assert "planets" in known_sources()
