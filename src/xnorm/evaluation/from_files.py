"""Evaluating two files that belong together, or saying why they do not."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from xnorm.errors import SettingError, did_you_mean
from xnorm.evaluation.align import Alignment, check_gold, choose_sources
from xnorm.evaluation.evaluate import KS, Evaluation, evaluate
from xnorm.evaluation.outcomes import Outcome
from xnorm.evaluation.subsets import GROUPINGS
from xnorm.evaluation.vocabulary import Vocabulary
from xnorm.formats import open_documents


class Evaluated(NamedTuple):
    """All figures, what became of every gold mention, how ids were compared, and oddities."""

    evaluation: Evaluation
    outcomes: list[Outcome]
    vocabulary: Vocabulary
    notes: list[str]


def evaluate_files(
    gold: str | Path,
    predicted: str | Path,
    *,
    kb: str | Path | None = None,
    sources: Sequence[str] = (),
    strip_prefix: bool = False,
    training: str | Path | None = None,
    ks: Sequence[int] = KS,
    by: Sequence[str] = (),
) -> Evaluated:
    """Everything that can be said of a system's file, given that of the corpus.

    The system's documents are read one by one, and their candidates are not kept.

    Args:
        gold: the corpus, in any format that is read.
        predicted: the same documents with a system's mentions and links.
        kb: a knowledge base that resolves retired ids and says which concepts exist.
        sources: the vocabularies of the ids that count; by default the knowledge base's, or the
            one that both files name where the corpus has several.
        strip_prefix: compare `HP:0000001` as `0000001`.
        training: documents that the system was trained on.
        ks: depths of recall.
        by: groupings to break down by.

    Raises:
        SettingError: for an unknown grouping or an undecided vocabulary.
        DataError: when a file cannot be read, or the two do not belong together.
    """
    for name in by:
        if name not in GROUPINGS:
            raise SettingError(
                f"unknown grouping '{name}'", place="--by", todo=did_you_mean(name, GROUPINGS)
            )
    opened = None
    if kb is not None:
        from xnorm.kb import KnowledgeBase

        opened = KnowledgeBase.open(kb)
    corpus = list(open_documents(gold))
    ahead, answers = itertools.tee(open_documents(predicted))
    if not sources and opened is None:
        sources = choose_sources(corpus, ahead)
    # The other half would keep every document that is read until it has gone through them too.
    del ahead
    vocabulary = Vocabulary(*sources, kb=opened, strip_prefix=strip_prefix)
    check_gold(corpus, vocabulary, name=str(gold))
    alignment = Alignment(corpus, vocabulary, gold_name=str(gold), name=str(predicted))
    evaluation, outcomes = evaluate(
        corpus,
        alignment.check(answers),
        vocabulary,
        training=list(open_documents(training)) if training else None,
        ks=ks,
        by=by,
    )
    return Evaluated(evaluation, outcomes, vocabulary, alignment.notes)
