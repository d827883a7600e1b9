"""The titles of the JobBERT evaluation set with their occupations."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from xnorm.corpora import default_path, read_corpus

DATA = Path(__file__).parents[2] / os.environ.get("XNORM_DATA", "../shared/data")


def titles(split: str) -> Iterator[tuple[str, str]]:
    """Every title of a half (`dev` or `test`) with the address of its occupation."""
    for document in read_corpus("jobbert-eval", DATA / default_path("jobbert-eval"), split=split):
        for mention in document.mentions:
            yield mention.surface, mention.gold[0].db_id
