"""What a step of the preparation did, counted."""

from __future__ import annotations

from collections import Counter

import msgspec


class Tally(msgspec.Struct):
    """Mentions (or documents) that a step was given, that it kept, and what befell some of them.

    Attributes:
        step: the name of the step.
        unit: what is counted, in the plural.
        given, kept: numbers of them.
        notes: reason to number.
    """

    step: str = ""
    unit: str = "mentions"
    given: int = 0
    kept: int = 0
    notes: Counter[str] = msgspec.field(default_factory=Counter)

    def add(self, kept: bool, note: str = "") -> None:
        """Counts one."""
        self.given += 1
        self.kept += kept
        if note:
            self.notes[note] += 1

    def __str__(self) -> str:
        """The counts as a line for people.

        >>> tally = Tally(step="out-of-terminology", given=2994, kept=2964)
        >>> tally.notes["not in the terminology"] = 30
        >>> str(tally)
        'out-of-terminology: kept 2,964 of 2,994 mentions; 30 not in the terminology'
        """
        counts = f"kept {self.kept:,} of {self.given:,} {self.unit}"
        notes = (f"{count:,} {note}" for note, count in sorted(self.notes.items()))
        return f"{self.step}: {'; '.join((counts, *notes))}"
