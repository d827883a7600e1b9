"""The command line answers in one line and with the right exit status."""

import subprocess
import sys
from collections.abc import Callable
from importlib import import_module

import pytest

from xnorm.cli import COMMANDS


def test_help_lists_every_command(run: Callable) -> None:
    ran = run("--help")
    assert ran.status == 0
    for name in COMMANDS:
        assert f"  {name} " in ran.out
    assert max(map(len, ran.out.splitlines())) <= 80


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_an_example(run: Callable, name: str) -> None:
    command = import_module(f"xnorm.cli.{name}").command
    pages = [[name]] + [[name, sub] for sub in getattr(command, "commands", {})]
    for page in pages:
        ran = run(*page, "--help")
        assert ran.status == 0
        assert max(map(len, ran.out.splitlines())) <= 80
    leaves = [page for page in pages if len(page) == max(map(len, pages))]
    for page in leaves:
        assert f"xnorm {' '.join(page)} " in run(*page, "--help").out


def test_an_unknown_command_exits_2_and_suggests_one(run: Callable) -> None:
    ran = run("lnik")
    assert ran.status == 2
    assert "Did you mean 'link'?" in ran.err


@pytest.mark.parametrize("arguments", [["link"], ["link", "--nothing"], ["show"]])
def test_missing_and_unknown_options_exit_2(run: Callable, arguments: list[str]) -> None:
    assert run(*arguments).status == 2


def test_a_wrong_value_exits_1_in_one_line(run: Callable) -> None:
    ran = run("show", "x", "--k", "many")
    assert ran.status == 1
    assert ran.err.startswith("error: ")
    assert len(ran.err.splitlines()) == 1


def test_help_and_import_load_nothing_heavy() -> None:
    code = (
        "import sys, xnorm, xnorm.cli\n"
        "try: xnorm.cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'faiss', 'scipy', 'pyarrow', 'numpy', 'sklearn', 'spacy', 'jinja2'}\n"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
