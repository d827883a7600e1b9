"""A suite over made-up names: a table of twenty concepts, some of its names as mentions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from xnorm.candidates import Query
from xnorm.document import Document
from xnorm.evaluation import bench
from xnorm.evaluation.answers import Answers
from xnorm.evaluation.systems import Terminology, system_named
from xnorm.evaluation.worker import Measured
from xnorm.kb import KnowledgeBase

SUITE = """
name: tiny
title: Tiny
corpus:
  name: gsc-plus
  path: corpus
  gold: [HPO]
  options: {edition: phenotagger}
terminology:
  kind: table
  files: [terms.tsv]
  source: T
  options: {default_language: en}
systems: [exact, rapidfuzz, tfidf]
k: [1, 3]
hits: the id
licence: none
get: this test
"""

CORPUS = """1
Patients had high blood pressure, fevr and a broken leg.
13\t32\thigh blood pressure\tT:02
34\t38\tfevr\tT:05
43\t54\ta broken leg\tT:99

2
Headache and cold.
0\t8\tHeadache\tT:01
13\t17\tcold\tT:21
"""

TERMS = """id\tname\tsynonyms
T:01\tHeadache\tHead pain
T:02\tHypertension\tHigh blood pressure
T:05\tFever\tPyrexia
T:06\tNausea\t
T:21\tCommon cold\tCold
T:22\tCold sensation\tCold
"""


@pytest.fixture
def suite_file(tmp_path: Path) -> Path:
    """The suite's file beside its corpus and terminology; the name "cold" has two concepts."""
    (tmp_path / "corpus").mkdir()
    corpus = tmp_path / "corpus/PhenoTagger_GSCplus_test_gold.tsv"
    corpus.write_text(CORPUS, encoding="utf-8")
    (tmp_path / "terms.tsv").write_text(TERMS, encoding="utf-8")
    file = tmp_path / "tiny.yaml"
    file.write_text(SUITE, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def in_process() -> Iterator[None]:
    """Searches here instead of in a process of its own, which takes a second to start."""

    def search(
        kb: Path,
        index: Path,
        system: str,
        asked: Sequence[Query] | Sequence[Document],
        k: int,
        folder: Path,
        **trial: str,
    ) -> tuple[Answers, Measured]:
        terminology = Terminology(KnowledgeBase.open(kb), index, **trial)
        found = system_named(system).open(terminology)
        return found(asked, k), Measured(0.1, 0.1, 0.2, 11)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bench, "search", search)
        yield
