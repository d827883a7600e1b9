"""What all tests share: the public corpora, where they are, and no network."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import settings

os.environ.setdefault("HF_HUB_OFFLINE", "1")

# The same examples every time; `--hypothesis-profile=default` looks for others.
settings.register_profile("fixed", derandomize=True)
settings.load_profile("fixed")


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of public corpora and terminologies; tests that need it are skipped without."""
    root = Path(__file__).parents[1]
    folder = root / os.environ.get("XNORM_DATA", "../shared/data")
    if not (folder / "README.md").is_file():
        pytest.skip("XNORM_DATA does not name the folder of public corpora")
    return folder


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keeps the default index of the tests away from the user's."""
    os.environ["XNORM_CACHE"] = str(tmp_path_factory.mktemp("cache"))


TERMS = """id\tname\tsynonyms
T:01\tHeadache\tHead pain|Cephalalgia
T:02\tHypertension\tHigh blood pressure
T:03\tMyocardial infarction\tHeart attack
T:04\tChest pain\t
T:05\tFever\tPyrexia
T:06\tNausea\t
T:07\tVomiting\t
T:08\tPneumonia\t
T:09\tPleural effusion\t
T:10\tWeight loss\t
T:11\tAtrial fibrillation\t
T:12\tAcute kidney injury\tAcute renal failure
T:13\tMicrocephaly\t
T:14\tCleft palate\t
T:15\tSeizure\tConvulsions
T:16\tHypotonia\t
T:17\tLeukocytosis\t
T:18\tAnemia\t
T:19\tCough\t
T:20\tDyspnea\tShortness of breath
"""


@pytest.fixture(scope="session")
def small_kb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base of twenty concepts with English names."""
    from xnorm.kb import build_from_files
    from xnorm.kb.sources import Options

    folder = tmp_path_factory.mktemp("kb")
    table = folder / "terms.tsv"
    table.write_text(TERMS, encoding="utf-8")
    options = Options(default_language="en")
    build_from_files("table", [table], folder / "small.kb", options=options, source="T")
    return folder / "small.kb"


@pytest.fixture(scope="session")
def small_index(small_kb: Path) -> Path:
    """The index of that knowledge base with the default encoder."""
    from xnorm.index import Index
    from xnorm.kb import KnowledgeBase

    path = small_kb.with_name("small.index")
    Index.build(KnowledgeBase.open(small_kb), path)
    return path


class Ran(NamedTuple):
    """What a command left: exit status, standard output, standard error."""

    status: int
    out: str
    err: str


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Ran]:
    """Calls the command line and gives back what a shell would see."""

    from xnorm.cli import main

    def call(*arguments: object) -> Ran:
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as stopped:
            main([str(argument) for argument in arguments])
        out, err = capfdbinary.readouterr()
        code = stopped.value.code
        assert isinstance(code, int)
        return Ran(code, out.decode(), err.decode())

    return call


@pytest.fixture
def torch() -> None:
    """Training tests are skipped where torch is not installed."""
    pytest.importorskip("torch", reason="training needs torch")
