"""The command answers in one line where it cannot begin, and exports what is asked for."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.mark.parametrize("first", [[], ["open"]])
def test_a_corpus_alone_opens_its_page(run: Run, first: list[str]) -> None:
    ran = run("review", *first, "none.json", "--host", "0.0.0.0")
    assert ran.status == 1
    assert ran.err.startswith("error: --host 0.0.0.0: others could reach the service")
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--port", "0"], 1, "none.json: cannot be read (No such file or directory)"),
        (["--lang", "xx"], 1, "--lang: unknown language code 'xx'"),
        (["--set", "serve.bodi=3"], 1, "bodi"),
        (["--nothing"], 2, "No such option"),
    ],
)
def test_what_cannot_begin_is_said(
    run: Run, small_index: Path, arguments: list[str], status: int, message: str
) -> None:
    ran = run("review", "none.json", "--index", small_index, *arguments)
    assert (ran.status, ran.out) == (status, "")
    assert message in ran.err


def test_an_export_needs_a_state_and_something_to_write(run: Run, tmp_path: Path) -> None:
    state, gold = tmp_path / "no.review.sqlite", tmp_path / "gold.json"
    nothing = run("review", "export", state)
    assert (nothing.status, nothing.err.count("\n")) == (1, 1)
    assert "Give -o FILE, --overrides FILE, or both" in nothing.err
    missing = run("review", "export", state, "-o", gold)
    assert missing.status == 1
    assert f"{state}: no such file. Start one with: xnorm review CORPUS." in missing.err
    assert not state.exists()
    assert not gold.exists()


def test_an_export_while_nobody_has_decided_is_empty(
    run: Run, review: sqlite3.Connection, state: Path, tmp_path: Path
) -> None:
    gold, rules = tmp_path / "gold.json", tmp_path / "rules.tsv"
    ran = run("review", "export", state, "-o", gold, "--overrides", rules)
    assert ran.err == f"{gold}: 0 documents, 0 mentions\n{rules}: 0 rules\n"
    assert gold.read_text("utf-8").split() in (["[", "]"], ["[]"])
    assert len(rules.read_text("utf-8").splitlines()) == 2
