"""The stage of a pipeline that puts candidates into a cross-encoder's order."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from xnorm.document import Candidate, Document, Evidence, Mention
from xnorm.encoders.transformer import Precision
from xnorm.errors import SettingError
from xnorm.reranking.model import Reading
from xnorm.reranking.scoring import TOKENS, Pair, logits
from xnorm.reranking.texts import NIL, concept_text, mention_text

if TYPE_CHECKING:
    from xnorm.kb import Concept, KnowledgeBase

RERANKER = "re-ranker"
"""What evidence calls this stage, whose scores are logits."""

FIRST_STAGE = "candidates"
"""What evidence calls the stages before, whose score a candidate had."""

SURE = "sure"
"""What evidence says of the best candidate of a mention that the model was not asked about."""

_EDGE = 1e-4


class Rerank:
    """Re-ranks the first `k` candidates of every mention; those behind them stay behind.

    A candidate's new score is the share that softmax gives it among the k and NIL, so that the
    scores of a mention sum to at most 1. Both stages' scores stay as evidence.

    Args:
        model: a `CrossEncoder` (`open_model`).
        reading: how to ask it.
        kb: the knowledge base of the candidates.
        k: candidates a mention; by default those that the model was trained for.
        sure: a mention whose best candidate matched exactly, alone, and leads by this much in
            score is not asked about; 1 asks about all.
        tokens: that go through the model at a time.
        precision: of its matrix products.

    Raises:
        SettingError: for a `k` below 1.
    """

    needs: ClassVar[frozenset[str]] = frozenset({"candidates"})
    gives: ClassVar[frozenset[str]] = frozenset({"candidates"})

    def __init__(
        self,
        model: Any,
        reading: Reading,
        kb: KnowledgeBase,
        *,
        k: int | None = None,
        sure: float = 1.0,
        tokens: int = TOKENS,
        precision: Precision = "float32",
    ) -> None:
        self.k = reading.k if k is None else k
        if self.k < 1:
            raise SettingError(f"k is {k}", place="rerank.k", todo="Give a number from 1 upwards")
        self.model = model
        self.reading = reading
        self.kb = kb
        self.sure = sure
        self.tokens = tokens
        self.precision = precision
        self._concept = lru_cache(maxsize=50_000)(kb.concept)
        # Not verbose: a name may be longer than the model reads.
        self._count = lru_cache(maxsize=200_000)(
            lambda text: len(model.tokenizer.tokenize(text, verbose=False))
        )

    def __call__(self, documents: Sequence[Document]) -> list[Document]:
        """The documents with their candidates in the new order."""
        asked = [
            (document, mention)
            for document in documents
            for mention in document.mentions
            if mention.candidates and not is_sure(mention, self.sure)
        ]
        texts = [self.pairs(document, mention) for document, mention in asked]
        flat = logits(
            self.model,
            [pair for part in texts for pair in part],
            tokens=self.tokens,
            precision=self.precision,
        )
        ends = np.cumsum([len(part) for part in texts])
        parts = np.split(flat, ends[:-1]) if asked else []
        answers = {
            id(mention): self._ranked(mention, part)
            for (_, mention), part in zip(asked, parts, strict=True)
        }
        return [
            replace(
                document,
                mentions=tuple(answers.get(id(one)) or _sure(one) for one in document.mentions),
            )
            for document in documents
        ]

    def pairs(self, document: Document, mention: Mention) -> list[Pair]:
        """What the model reads for a mention: a pair a candidate, then NIL's if it knows NIL."""
        left = mention_text(document, mention, self.reading.texts)
        concepts = [
            self._text(candidate, mention, document.language)
            for candidate in mention.candidates[: self.k]
        ]
        return [(left, concept) for concept in (*concepts, *([NIL] * self.reading.nil))]

    def _text(self, candidate: Candidate, mention: Mention, language: str) -> str:
        concept: Concept = self._concept(candidate.concept)
        return concept_text(
            concept,
            mention,
            self.reading.texts,
            language=language,
            matched={item.name for item in candidate.evidence},
            count=self._count,
        )

    def _ranked(self, mention: Mention, answer: NDArray[np.float32]) -> Mention:
        head, tail = mention.candidates[: self.k], mention.candidates[self.k :]
        shares = probabilities(answer, first_scores(head, nil=self.reading.nil), self.reading)
        scores = np.round(shares[: len(head)], 4)
        # By log shares, for among many candidates the rounded shares of most are 0.
        keys = np.round(np.log(shares[: len(head)]), 4)
        order = sorted(range(len(head)), key=lambda at: (-keys[at], head[at].concept))
        scored = [
            replace(
                head[at],
                score=float(scores[at]),
                evidence=(
                    *head[at].evidence,
                    _evidence(RERANKER, head[at], float(answer[at]), rank),
                    _evidence(FIRST_STAGE, head[at], head[at].score, at + 1),
                ),
            )
            for rank, at in enumerate(order, 1)
        ]
        least = scored[-1].score
        behind = [replace(one, score=round(one.score * least, 4)) for one in tail]
        return replace(mention, candidates=(*scored, *behind))


def _sure(mention: Mention) -> Mention:
    """A mention that the model was not asked about, which its best candidate says if it has one."""
    if not mention.candidates:
        return mention
    best, *others = mention.candidates
    told = replace(best, evidence=(*best.evidence, _evidence(SURE, best, best.score, 1)))
    return replace(mention, candidates=(told, *others))


def is_sure(mention: Mention, margin: float) -> bool:
    """Whether the first stage can be believed: its best candidate matched exactly and leads."""
    if margin >= 1:
        return False
    best, *others = mention.candidates
    exact = any(item.retriever == "exact" for item in best.evidence)
    return exact and (not others or best.score - others[0].score >= margin)


def first_scores(candidates: Sequence[Candidate], *, nil: bool) -> NDArray[np.float32]:
    """The first stage's scores, float32 [candidates (+ 1)].

    NIL has the share that the best candidate leaves. It does not depend on what is right: were the
    label its score, as in published code, training would see what no prediction can.
    """
    scores = [candidate.score for candidate in candidates]
    if nil:
        scores.append(1 - max(scores, default=0.0))
    return np.array(scores, np.float32)


def probabilities(
    answer: NDArray[np.float32], scores: NDArray[np.float32], reading: Reading
) -> NDArray[np.float64]:
    """Shares of one mention's candidates (and NIL), float64 [candidates (+ 1)], summing to 1."""
    held = np.clip(scores.astype(np.float64), _EDGE, 1 - _EDGE)
    sums = answer / reading.temperature + reading.prior * np.log(held / (1 - held))
    shares = np.exp(sums - sums.max())
    result: NDArray[np.float64] = shares / shares.sum()
    return result


def _evidence(stage: str, candidate: Candidate, score: float, rank: int) -> Evidence:
    return Evidence(stage, candidate.name, round(score, 4), rank, kind="preferred")
