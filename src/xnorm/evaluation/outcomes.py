"""Every gold mention and what a system made of it: what all figures are computed from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from xnorm.document import Document, Link, Mention, Span
from xnorm.evaluation.pairing import pair_mentions
from xnorm.evaluation.ranks import Rank, rank_of
from xnorm.evaluation.subsets import Training, is_abbreviation
from xnorm.evaluation.vocabulary import Vocabulary

STAGE = "candidates"
"""The stage whose ranks are told when no other is named."""


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """One gold mention and what a system made of it.

    Attributes:
        document, mention: ids.
        spans, text, type, language: of the gold mention.
        gold: its current ids in the terminology, any of which is right; empty for a gold NIL.
        known: whether one of them is in the terminology at all.
        ranks: for each stage the rank from 1 of the best gold concept in the order of the list; 0
            when it is not among the candidates.
        worst: the same when every concept with an equal score is counted before it, so that a name
            shared by several concepts is no hit.
        scores: for each stage the score of the best candidate.
        ambiguous: whether in the last stage a gold concept shares the best score with another.
        found: how the system found the mention: `exact`, `overlap` (other borders) or `` (not).
            An overlapping mention gives its decision and no ranks.
        found_type: the type that the system gave, empty if none.
        predicted: the linked id; empty for NIL; None when nothing was decided.
        predicted_name: the name that the system gave for it.
        score: of the decision.
        abbreviation: whether the mention is or contains an abbreviation.
        words: how many words the mention has.
        seen_mention: whether training data have the same text (folded); None without such data.
        seen_concept: whether training data have one of the gold concepts.
    """

    document: str
    mention: str
    spans: tuple[Span, ...]
    text: str
    type: str
    language: str
    gold: tuple[str, ...]
    known: bool
    ranks: Mapping[str, int]
    worst: Mapping[str, int]
    scores: Mapping[str, float]
    ambiguous: bool = False
    found: str = "exact"
    found_type: str = ""
    predicted: str | None = None
    predicted_name: str = ""
    score: float = 0.0
    abbreviation: bool = False
    words: int = 1
    seen_mention: bool | None = None
    seen_concept: bool | None = None


class _Answer(NamedTuple):
    """What one stage says about one gold mention."""

    rank: Rank = Rank(0, 0, 0)
    score: float = 0.0
    found: str = ""
    type: str = ""
    decision: str | None = None
    link: Link | None = None


class _Judged(NamedTuple):
    """The mentions of a gold document that count, and their gold ids."""

    document: Document
    mentions: Sequence[Mention]
    ids: Sequence[tuple[str, ...]]


def outcomes_of(
    gold: Iterable[Document],
    predicted: Iterable[Document] | Mapping[str, Iterable[Document]],
    vocabulary: Vocabulary | None = None,
    *,
    training: Training | None = None,
) -> list[Outcome]:
    """What a system made of every gold mention, in the order of the gold documents.

    Mentions whose ids all belong to other vocabularies are left out: what they are in this one is
    not known. Predicted documents are taken one by one and not kept.

    Args:
        gold: documents whose mentions state concepts.
        predicted: the same documents with candidates and links, in any order; or several stages by
            name, first to last, of which the last one's links are the decision. A document that
            is not there counts as one without mentions.
        vocabulary: how ids are compared; by default every id as it is.
        training: what training data have.
    """
    chosen = vocabulary or Vocabulary()
    stages = predicted if isinstance(predicted, Mapping) else {STAGE: predicted}
    judged = {document.id: _judged(document, chosen) for document in gold}
    answers = {stage: _answers(judged, documents, chosen) for stage, documents in stages.items()}
    return [
        _outcome(
            kept.document,
            mention,
            kept.ids[place],
            {stage: of[id][place] for stage, of in answers.items()},
            chosen,
            training,
        )
        for id, kept in judged.items()
        for place, mention in enumerate(kept.mentions)
    ]


def is_correct(outcome: Outcome) -> bool:
    """Whether the decision is right: a gold concept, or NIL where the terminology has none.

    The borders have to be exact.
    """
    if outcome.predicted is None or outcome.found != "exact":
        return False
    return outcome.predicted in outcome.gold if outcome.predicted else not outcome.known


def _judged(document: Document, vocabulary: Vocabulary) -> _Judged:
    pairs = [(mention, vocabulary.gold(mention.gold)) for mention in document.mentions]
    kept = [(mention, ids) for mention, ids in pairs if ids is not None]
    return _Judged(document, [mention for mention, _ in kept], [ids for _, ids in kept])


def _answers(
    judged: Mapping[str, _Judged], predicted: Iterable[Document], vocabulary: Vocabulary
) -> dict[str, list[_Answer]]:
    """One stage's answers by document, in the order of its gold mentions."""
    answers = {id: [_Answer()] * len(kept.mentions) for id, kept in judged.items()}
    for document in predicted:
        kept = judged.get(document.id)
        if kept is None:
            continue
        decisions = vocabulary.decisions(document.mentions)
        for place, pair in enumerate(pair_mentions(kept.mentions, document.mentions)):
            if pair.found is not None:
                mention = document.mentions[pair.found]
                candidates = mention.candidates if pair.exact else ()
                answers[document.id][place] = _Answer(
                    rank_of(candidates, kept.ids[place], vocabulary),
                    candidates[0].score if candidates else 0.0,
                    "exact" if pair.exact else "overlap",
                    mention.type,
                    decisions[pair.found],
                    mention.link,
                )
    return answers


def _outcome(
    document: Document,
    mention: Mention,
    gold: tuple[str, ...],
    stages: Mapping[str, _Answer],
    vocabulary: Vocabulary,
    training: Training | None,
) -> Outcome:
    last = list(stages.values())[-1]
    seen = training.saw(mention.surface, gold) if training else (None, None)
    return Outcome(
        document=document.id,
        mention=mention.id,
        spans=mention.spans,
        text=mention.surface,
        type=mention.type,
        language=document.language,
        gold=gold,
        known=any(map(vocabulary.knows, gold)),
        ranks={stage: answer.rank.listed for stage, answer in stages.items()},
        worst={stage: answer.rank.worst for stage, answer in stages.items()},
        scores={stage: answer.score for stage, answer in stages.items()},
        ambiguous=last.rank.best == 1 and last.rank.worst > 1,
        found=last.found,
        found_type=last.type,
        predicted=last.decision,
        predicted_name=last.link.name if last.link else "",
        score=last.link.score if last.link else 0.0,
        abbreviation=bool(mention.long_form) or is_abbreviation(mention.surface),
        words=len(mention.surface.split()),
        seen_mention=seen[0],
        seen_concept=seen[1],
    )
