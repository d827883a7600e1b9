"""Documents keep their text and offsets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xnorm.document import Document, Passage, mention_at
from xnorm.errors import DataError


@given(st.lists(st.tuples(st.text(max_size=20), st.integers(0, 3)), max_size=6))
def test_every_passage_stands_at_its_offsets(pieces: list[tuple[str, int]]) -> None:
    passages, at = [], 0
    for number, (text, gap) in enumerate(pieces):
        start = at + gap
        at = start + len(text)
        passages.append(Passage(str(number), "", (text,), ((start, at),)))
    document = Document(id="1", passages=tuple(passages))
    for passage in document.passages:
        (start, end) = passage.spans[0]
        assert document.text[start:end] == passage.text[0]


def test_a_mention_takes_its_text_from_code_points() -> None:
    mention = mention_at("a🫀b dolor", [(0, 3), (4, 9)], id="T1")
    assert mention.text == ("a🫀b", "dolor")
    assert mention.surface == "a🫀b dolor"
    assert (mention.start, mention.end) == (0, 9)


@pytest.mark.parametrize("span", [(-1, 2), (2, 2), (3, 2), (0, 6)])
def test_offsets_outside_the_text_are_refused(span: tuple[int, int]) -> None:
    with pytest.raises(DataError, match="lie outside the text of 5 characters"):
        mention_at("fever", [span], id="T1")
