"""The fast first pass against comparing everything."""

import numpy as np

from xnorm.encoders import StaticEncoder, load_encoder
from xnorm.index import Index
from xnorm.mentions.nearest import CONCEPTS, NEAR, Names, Sums, unit


def test_near_names_are_the_nearest_ones(both: Index) -> None:
    encoder = load_encoder("default")
    assert isinstance(encoder, StaticEncoder)
    names = Names(both.kb, encoder)
    queries = ["fiebre", "dolor de cabeza", "hipertension arterial pulmonar", "zzz", "infarto"]
    sums = Sums(encoder, [query.split() for query in queries])
    near = names.near(unit(sums.raw, np.linalg.norm(sums.raw, axis=1)))
    cosines = encoder.encode(queries) @ encoder.encode(names.texts).T
    for query in range(len(queries)):
        best: dict[int, float] = {}
        for name, cosine in enumerate(cosines[query]):
            concept = int(names.concept[name])
            best[concept] = max(best.get(concept, -1), float(cosine))
        expected = sorted(best.values(), reverse=True)[:CONCEPTS]
        expected = [value for value in expected if value > 0] if expected[0] >= NEAR else []
        got = near.score[near.text == query]
        np.testing.assert_allclose(got, expected, atol=2e-4)


def test_what_is_known_of_names(english: Index) -> None:
    encoder = load_encoder("default")
    assert isinstance(encoder, StaticEncoder)
    names = Names(english.kb, encoder)
    at = {text: place for place, text in enumerate(names.texts)}
    assert names.spread[at["hypertension"]] == 3
    assert names.spread[at["pulmonary hypertension"]] == 0
    assert names.known[at["heart attack"]] == 2
    assert names.depth[at["fever"]] == (1 + 20) / 2 / 20
    assert names.words[at["t cell lymphoma"]] == 3
