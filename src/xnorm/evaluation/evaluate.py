"""All figures of one system on one corpus: what `xnorm evaluate` shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from xnorm.document import Document
from xnorm.evaluation.analysis import Group, breakdown, counted_labels, labels_of, worst_groups
from xnorm.evaluation.annotations import Annotated, annotated, spurious, types_agree
from xnorm.evaluation.intervals import SAMPLES, Interval, means_of
from xnorm.evaluation.linking import Score, score
from xnorm.evaluation.metrics import (
    TIES,
    Ties,
    correct,
    counted,
    has_candidates,
    hits,
    mean,
    reciprocals,
)
from xnorm.evaluation.outcomes import Outcome, outcomes_of
from xnorm.evaluation.subsets import GROUPINGS, Training
from xnorm.evaluation.vocabulary import Vocabulary

KS = (1, 5, 64)
_OFTEN = 20  # spurious texts that are told


class Figure(msgspec.Struct, frozen=True):
    """One measure over the mentions in the terminology and over all that have a concept.

    Attributes:
        name: such as `recall@1`.
        known: among mentions whose concept is in the terminology.
        all: among all that state a concept.
        listed: as `known`, by the order of the list where scores are equal.
    """

    name: str
    known: Interval
    all: Interval
    listed: float


class Counted(msgspec.Struct, frozen=True):
    """What was evaluated.

    Attributes:
        documents: gold documents.
        mentions: gold mentions that are judged.
        known: of them, those with a concept in the terminology.
        outside: those whose concept is not there.
        nil: those that state no concept.
        unjudged: mentions with ids of other vocabularies only; they are no part of `mentions`.
        decided: mentions of the system with a decision.
    """

    documents: int
    mentions: int
    known: int
    outside: int
    nil: int
    unjudged: int
    decided: int


class Spurious(msgspec.Struct, frozen=True):
    """What a system links where the corpus has no mention: the text, its concept, how often."""

    text: str
    predicted: str
    times: int


class Evaluation(msgspec.Struct, frozen=True):
    """All figures of one system on one corpus.

    Attributes:
        counted: what was evaluated.
        sources: the vocabularies of the ids; any if empty.
        typed: whether types of both sides could be compared.
        ranking: recall at each k, then the reciprocal rank; empty without candidates.
        accuracy: of the decisions; `listed` is the same as `known`.
        linking: precision, recall and F1 by measure.
        types: links at exact borders, for each gold type; empty where `typed` is false.
        labels: how many mentions have which label of `analysis.LABELS`.
        groups: the breakdowns.
        spurious: how many links there are where the corpus has no mention.
        often_spurious: the most frequent of them, folded together by text and concept.
        worst: the groups of all groupings but documents that cost most.
        seed, samples: of the intervals.
    """

    counted: Counted
    sources: tuple[str, ...]
    typed: bool
    ranking: tuple[Figure, ...]
    accuracy: Figure
    linking: tuple[Score, ...]
    types: dict[str, Score]
    labels: dict[str, int]
    spurious: int
    often_spurious: tuple[Spurious, ...]
    groups: tuple[Group, ...]
    worst: tuple[Group, ...]
    seed: int
    samples: int


def evaluate(
    gold: Sequence[Document],
    predicted: Iterable[Document],
    vocabulary: Vocabulary | None = None,
    *,
    training: Sequence[Document] | None = None,
    ks: Sequence[int] = KS,
    by: Sequence[str] = (),
    seed: int = 0,
    samples: int = SAMPLES,
) -> tuple[Evaluation, list[Outcome]]:
    """Everything that can be said of a system's documents, and what became of every gold mention.

    Args:
        gold: documents whose mentions state concepts.
        predicted: the system's, in any order; taken one by one, their candidates are not kept.
        vocabulary: how ids are compared.
        training: documents that the system was trained on, for the seen and unseen groups.
        ks: depths of recall.
        by: groupings of `subsets.GROUPINGS` to break down by; all but documents and concepts by
            default.
        seed: of the resamples for the intervals.
        samples: how many resamples.
    """
    chosen = vocabulary or Vocabulary()
    seen = None if training is None else Training.of(training, chosen)
    by_id = {document.id: document for document in gold}
    pairs: dict[str, Annotated] = {}
    passing = _annotating(predicted, by_id, chosen, pairs)
    outcomes = outcomes_of(gold, passing, chosen, training=seen)
    documents = [
        pairs.get(d.id) or annotated(d, replace(d, mentions=()), chosen) for d in by_id.values()
    ]
    typed = types_agree(documents)
    labels = labels_of(outcomes, typed=typed)
    deepest = max(ks)
    shown = by or [name for name in GROUPINGS if name not in ("gold", "document")]
    compared = [name for name in GROUPINGS if name != "document"]
    groups = {
        name: breakdown(outcomes, labels, name, k=deepest, training=seen)
        for name in dict.fromkeys((*compared, *shown))
    }
    groups["gold"] = [_named(group, chosen) for group in groups["gold"]]
    link = "strong_typed_link_match" if typed else "strong_link_match"
    types = sorted({a.type for pair in documents for a in pair.gold} - {""}) if typed else []
    extra = _spurious(documents, by_id)
    *ranking, accuracy = _figures(outcomes, ks, seed, samples)
    evaluation = Evaluation(
        counted=_counted(documents, outcomes),
        sources=chosen.sources,
        typed=typed,
        ranking=tuple(ranking) if has_candidates(outcomes) else (),
        accuracy=accuracy,
        linking=tuple(
            score(measure, documents, seed=seed, samples=samples)
            for measure in measures(typed=typed)
        ),
        types={
            type: score(link, documents, type=type, seed=seed, samples=samples) for type in types
        },
        labels=counted_labels(labels),
        spurious=extra.total(),
        often_spurious=tuple(
            Spurious(text, id, times)
            for (text, id), times in sorted(extra.items(), key=lambda item: (-item[1], item[0]))
        )[:_OFTEN],
        groups=tuple(group for name in shown for group in groups[name]),
        worst=tuple(worst_groups([group for name in compared for group in groups[name]])),
        seed=seed,
        samples=samples,
    )
    return evaluation, outcomes


def measures(*, typed: bool) -> dict[str, str]:
    """The measures of `linking.MEASURES` that are shown, with what people call them."""
    kind = "typed_" if typed else ""
    return {
        f"strong_{kind}mention_match": "mentions exact",
        f"{kind}mention_overlap": "mentions overlap",
        f"strong_{kind}link_match": "links exact",
        "link_overlap": "links overlap",
        "entity_match": "links document",
        f"strong_{kind}nil_match": "NIL exact",
        f"strong_{kind}all_match": "links, NIL exact",
    }


def _annotating(
    predicted: Iterable[Document],
    gold: dict[str, Document],
    vocabulary: Vocabulary,
    pairs: dict[str, Annotated],
) -> Iterator[Document]:
    """Passes documents on after taking what precision and recall need of them."""
    for document in predicted:
        if document.id in gold:
            pairs[document.id] = annotated(gold[document.id], document, vocabulary)
            yield document


def _named(group: Group, vocabulary: Vocabulary) -> Group:
    """The group of a gold concept with the concept's name, where one is known."""
    return replace(group, name=f"{group.name} {vocabulary.name(group.name)}".rstrip())


def _spurious(
    documents: Iterable[Annotated], by_id: Mapping[str, Document]
) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for pair in documents:
        for annotation in spurious(pair):
            text = by_id[pair.document].text
            surface = " ".join(text[start:end] for start, end in annotation.spans)
            counts[surface.casefold(), annotation.id or ""] += 1
    return counts


def _counted(documents: Sequence[Annotated], outcomes: Sequence[Outcome]) -> Counted:
    mentions = sum(len(pair.gold) for pair in documents)
    nil = sum(not outcome.gold for outcome in outcomes)
    known = sum(outcome.known for outcome in outcomes)
    return Counted(
        documents=len(documents),
        mentions=len(outcomes),
        known=known,
        outside=len(outcomes) - known - nil,
        nil=nil,
        unjudged=mentions - len(outcomes),
        decided=sum(a.id is not None for pair in documents for a in pair.found),
    )


def _figures(
    outcomes: Sequence[Outcome], ks: Sequence[int], seed: int, samples: int
) -> list[Figure]:
    """Recall at each k, the reciprocal rank, and last the accuracy of the decisions."""
    values: dict[str, dict[Ties, NDArray[np.floating]]] = {}
    for ties in TIES:
        for k in ks:
            values.setdefault(f"recall@{k}", {})[ties] = 1.0 * hits(outcomes, k, ties=ties)
        values.setdefault("reciprocal rank", {})[ties] = reciprocals(outcomes, ties=ties)
        values.setdefault("accuracy", {})[ties] = 1.0 * correct(outcomes)
    worst = np.stack([of_ties["worst"] for of_ties in values.values()], axis=1)
    known, every = counted(outcomes, "known"), counted(outcomes, "all")
    documents = np.array([outcome.document for outcome in outcomes], object)
    of_known, of_all = (
        means_of(worst[mask], documents[mask].tolist(), seed=seed, samples=samples)
        for mask in (known, every)
    )
    return [
        Figure(name, of_known[place], of_all[place], mean(of_ties["listed"][known]))
        for place, (name, of_ties) in enumerate(values.items())
    ]
