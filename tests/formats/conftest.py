"""What the tests of formats share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from xnorm.formats import spacy_docbin


@pytest.fixture(scope="session", autouse=True)
def _quick_tokens() -> Iterator[None]:
    """spaCy's French takes seconds to load; its tokens for any language are as good here."""
    blank = spacy_docbin._blank
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spacy_docbin, "_blank", lambda code: blank("" if code == "fr" else code))
        yield
