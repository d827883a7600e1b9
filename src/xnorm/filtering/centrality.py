"""How far each sentence lies from what its document is about.

The sentences nearest to the document's centroid are its support set; a sentence is as peripheral as
it is far from them.

Source: Ribeiro, de Matos (2011), Revisiting centrality-as-relevance, JAIR 42, in the form for whole
documents of Marujo et al. (2012).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xnorm.resources import function_words
from xnorm.text.normal import fold

if TYPE_CHECKING:
    from xnorm.encoders import Encoder

SUPPORT = 5
"""Sentences in the support set."""


def peripherality(
    sentences: Sequence[str], *, language: str = "", encoder: Encoder | None = None
) -> NDArray[np.float64]:
    """The mean distance of each sentence to the document's support set, 0 to 2, four decimals.

    Args:
        sentences: of one document.
        language: whose function words are left out.
        encoder: gives the sentences' vectors; by default they are TF-IDF within the document.

    >>> peripherality(["The heart failed.", "Heart failure kills.", "He likes tea."]).round(1)
    array([1.3, 1.3, 1.4])
    """
    if not sentences:
        return np.zeros(0)
    vectors = _tfidf(sentences, language) if encoder is None else encoder.encode(sentences)
    nearness = np.asarray(vectors @ np.asarray(vectors.mean(axis=0)).ravel())
    support = np.argsort(-nearness.round(6), kind="stable")[:SUPPORT]
    cosines = np.stack([_cosines(vectors, row) for row in support], axis=1)
    # Vectors have unit length, so that |a - b|² = 2 - 2 a·b.
    distances = np.sqrt((2 - 2 * cosines).clip(0, 4))
    own = support[None, :] == np.arange(len(sentences))[:, None]
    others = (~own).sum(axis=1).clip(1)
    means: NDArray[np.float64] = np.round((distances * ~own).sum(axis=1) / others, 4)
    return means


def _cosines(vectors: Any, row: int) -> NDArray[np.float64]:
    """The dot products of all vectors with one, which may be rows of a sparse matrix."""
    one = vectors[[row]]
    dense = one.toarray() if hasattr(one, "toarray") else one
    return np.asarray(vectors @ dense.ravel(), np.float64)


def _tfidf(sentences: Sequence[str], language: str) -> Any:
    """Unit vectors of words that are no function words; a scipy matrix [sentences, words]."""
    from scipy.sparse import csr_matrix

    idle = function_words(language)
    counts = [
        Counter(word for word in fold(text).split() if word not in idle) for text in sentences
    ]
    found = Counter(word for count in counts for word in count)
    columns = {word: column for column, word in enumerate(found)}
    idf = {word: np.log((1 + len(sentences)) / (1 + number)) + 1 for word, number in found.items()}
    indptr, indices, data = [0], [], []
    for count in counts:
        weights = np.array([number * idf[word] for word, number in count.items()])
        data.append(weights / max(float(np.sqrt((weights**2).sum())), 1e-12))
        indices += [columns[word] for word in count]
        indptr.append(len(indices))
    shape = (len(sentences), max(len(columns), 1))
    return csr_matrix((np.concatenate(data), indices, indptr), shape=shape)
