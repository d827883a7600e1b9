"""`xnorm normalize`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


def test_it_prints_the_text(run: Run) -> None:
    assert run("normalize", "dos mg", "--lang", "es").out == "2 mg\n"


def test_explain_shows_steps_and_structures(run: Run) -> None:
    out = run("normalize", "oedema, 5mg", "--lang", "en", "--explain").out
    assert "'oedem' -> 'edem'  (spelling: ae and oe)" in out
    assert "= quantity '5mg' value=5, unit=mg" in out


def test_json_holds_the_way_back(run: Run) -> None:
    digested = json.loads(run("normalize", "5mg", "--json").out)
    assert digested["text"] == "5 mg"
    assert digested["pieces"] == [["5", 0, 1], [" ", 1, 1], ["mg", 1, 3]]


def test_rules_of_ones_own_go_first(run: Run, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "rules:\n  - {name: spin, layer: words, trees: {tablet computer: [tab]}}\n",
        encoding="utf-8",
    )
    assert (
        run("normalize", "new tab", "--lang", "en", "--forest", own).out == "new tablet computer\n"
    )


def test_lines_come_from_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys

    stream = io.TextIOWrapper(io.BufferedReader(io.BytesIO("5mg\nα\n".encode())))  # type: ignore[arg-type]
    monkeypatch.setattr(sys, "stdin", stream)
    assert run("normalize", "-").out == "5 mg\nalpha\n"


def test_a_mistake_is_one_line(run: Run, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("rules:\n  - {name: spin, layer: wrds, trees: {a: [b]}}\n", encoding="utf-8")
    ran = run("normalize", "x", "--forest", own)
    assert ran.status == 1
    assert ran.err.startswith(f"error: {own}, line 2, rule 'spin': unknown layer 'wrds'")
    assert ran.err.count("\n") == 1
