"""Which of overlapping findings stay."""

import pytest

from xnorm.mentions.findings import Finding, without_overlaps

FEVER, PAIN, CHEST_PAIN = 1, 2, 3


@pytest.mark.parametrize(
    ("found", "kept"),
    [
        # the tight span of one concept, unless a longer one is clearly more probable
        ([Finding(0, 12, 0.5, FEVER), Finding(6, 12, 0.45, FEVER)], [(6, 12)]),
        ([Finding(0, 12, 0.7, FEVER), Finding(6, 12, 0.45, FEVER)], [(0, 12)]),
        ([Finding(0, 12, 0.6, FEVER), Finding(6, 12, 0.45, FEVER, covered=True)], [(6, 12)]),
        # a longer one all of whose words are in the name stands as well
        ([Finding(0, 12, 0.5, FEVER, covered=True), Finding(6, 12, 0.55, FEVER)], [(0, 12)]),
        # the head of many names gives way to a longer name that is probable enough
        ([Finding(0, 5, 0.6, PAIN, 135), Finding(0, 11, 0.4, CHEST_PAIN)], [(0, 11)]),
        ([Finding(0, 5, 0.9, PAIN, 135), Finding(0, 11, 0.3, CHEST_PAIN)], [(0, 5)]),
        # any other word does not
        ([Finding(0, 5, 0.6, FEVER, 3), Finding(0, 11, 0.4, CHEST_PAIN)], [(0, 5)]),
        # two apart are better than one over both
        (
            [Finding(0, 5, 0.6, FEVER), Finding(8, 12, 0.6, PAIN), Finding(0, 12, 0.7, CHEST_PAIN)],
            [(0, 5), (8, 12)],
        ),
    ],
)
def test_what_stays(found: list[Finding], kept: list[tuple[int, int]]) -> None:
    assert [(one.start, one.end) for one in without_overlaps(found, 0.2)] == kept
    assert [(one.start, one.end) for one in without_overlaps(found[::-1], 0.2)] == kept
