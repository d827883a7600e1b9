from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from xnorm.document import Candidate, Document, Evidence, Mention
from xnorm.errors import DataError, SettingError
from xnorm.index import Index
from xnorm.reranking.model import Reading, read_reading, write_reading
from xnorm.reranking.scoring import logits
from xnorm.reranking.stage import Rerank, first_scores, is_sure, probabilities

READING = Reading(k=3, nil=True)


def test_the_first_k_candidates_are_put_in_the_model_s_order(
    model: Any, index: Index, document: Document
) -> None:
    stage = Rerank(model, READING, index.kb)
    (after,) = stage([document])
    for old, new in zip(document.mentions, after.mentions, strict=True):
        ids = [candidate.concept for candidate in old.candidates]
        assert sorted(one.concept for one in new.candidates[:3]) == sorted(ids[:3])
        assert [one.concept for one in new.candidates[3:]] == ids[3:]
        scores = [one.score for one in new.candidates]
        assert scores == sorted(scores, reverse=True)
        best = {item.retriever: item for item in new.candidates[0].evidence}
        pairs = stage.pairs(document, old)
        expected = model.predict(pairs)
        at = ids.index(new.candidates[0].concept)
        assert at == int(expected[:3].argmax())
        assert best["re-ranker"].score == pytest.approx(expected[at], abs=1e-4)
        assert best["re-ranker"].rank == 1
        assert best["candidates"].score == old.candidates[at].score
        assert best["candidates"].rank == at + 1


def test_other_mentions_and_batches_do_not_change_an_answer(
    model: Any, index: Index, document: Document
) -> None:
    stage = Rerank(model, READING, index.kb)
    alone = [replace(document, mentions=(mention,)) for mention in document.mentions]
    together = stage([document])[0].mentions
    assert tuple(stage([one])[0].mentions[0] for one in alone) == together
    assert stage(alone)[1].mentions[0] == together[1]


def test_the_precision_is_the_model_s(model: Any, index: Index, document: Document) -> None:
    stage = Rerank(model, READING, index.kb, precision="bfloat16")
    mention = document.mentions[0]
    expected = logits(model, stage.pairs(document, mention), precision="bfloat16")
    (after,) = stage([document])
    found = {
        item.score
        for candidate in after.mentions[0].candidates
        for item in candidate.evidence
        if item.retriever == "re-ranker"
    }
    assert found == {round(float(logit), 4) for logit in expected[:3]}


def test_a_name_longer_than_the_model_reads_is_no_matter(
    model: Any, index: Index, document: Document, caplog: pytest.LogCaptureFixture
) -> None:
    Rerank(model, READING, index.kb)._count("head pain " * 400)
    assert not caplog.records


def test_mentions_without_candidates_stay_as_they_are(
    model: Any, index: Index, document: Document
) -> None:
    bare = replace(document, mentions=(replace(document.mentions[0], candidates=()),))
    assert Rerank(model, READING, index.kb)([bare, replace(document, mentions=())]) == [
        bare,
        replace(document, mentions=()),
    ]


def test_a_k_below_one_is_refused(model: Any, index: Index) -> None:
    with pytest.raises(SettingError, match=r"rerank\.k: k is 0"):
        Rerank(model, READING, index.kb, k=0)


def candidate(id: str, score: float, retriever: str = "dense") -> Candidate:
    return Candidate(id, "T", id, score, (Evidence(retriever, id, 1.0, 1),))


@pytest.mark.parametrize(
    ("candidates", "margin", "sure"),
    [
        ((candidate("A", 0.9, "exact"),), 0.5, True),
        ((candidate("A", 0.9, "exact"), candidate("B", 0.3)), 0.5, True),
        ((candidate("A", 0.9, "exact"), candidate("B", 0.6)), 0.5, False),
        ((candidate("A", 0.9), candidate("B", 0.3)), 0.5, False),
        ((candidate("A", 0.9, "exact"),), 1.0, False),
    ],
)
def test_only_an_exact_match_that_leads_is_believed(
    candidates: tuple[Candidate, ...], margin: float, sure: bool
) -> None:
    mention = Mention("T1", "", ((0, 1),), ("a",), candidates=candidates)
    assert is_sure(mention, margin) is sure


def test_a_sure_mention_keeps_its_candidates_and_says_so(
    model: Any, index: Index, document: Document
) -> None:
    (after,) = Rerank(model, READING, index.kb, sure=0.0)([document])
    for old, new in zip(document.mentions, after.mentions, strict=True):
        (best, *others), (before, *rest) = new.candidates, old.candidates
        assert others == rest
        assert best == replace(before, evidence=best.evidence)
        assert best.evidence[:-1] == before.evidence
        assert (best.evidence[-1].retriever, best.evidence[-1].score) == ("sure", before.score)


def test_the_score_of_nil_is_what_the_best_candidate_leaves() -> None:
    scores = first_scores([candidate("A", 0.7), candidate("B", 0.2)], nil=True)
    assert scores.tolist() == pytest.approx([0.7, 0.2, 0.3])


def test_probabilities_weigh_logits_and_the_first_stage() -> None:
    answer, scores = np.array([1.0, 3.0], np.float32), np.array([0.8, 0.2], np.float32)
    plain = probabilities(answer, scores, Reading())
    assert plain[1] == pytest.approx(1 / (1 + np.exp(-2)), abs=1e-6)
    # log-odds of .8 and .2 are ln 4 and -ln 4; with weight 1 they shift the logits
    mixed = probabilities(answer, scores, Reading(prior=1.0, temperature=2.0))
    assert mixed[1] == pytest.approx(1 / (1 + np.exp(0.5 + np.log(4) - 1.5 + np.log(4))), abs=1e-6)


def test_settings_beside_the_weights_come_back(tmp_path: Path) -> None:
    assert read_reading(tmp_path) == Reading()
    write_reading(READING, tmp_path)
    assert read_reading(tmp_path) == READING
    (tmp_path / "reranker.json").write_text('{"format": 9}')
    with pytest.raises(DataError, match=r"reranker\.json: format 9, and this version reads 1"):
        read_reading(tmp_path)
    (tmp_path / "reranker.json").write_text('{"temperature": 0}')
    with pytest.raises(DataError, match=r"reranker\.json: damaged"):
        read_reading(tmp_path)
