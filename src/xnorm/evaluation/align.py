"""Whether a system's documents are those of the corpus, told before any figure misleads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from xnorm.document import Document
from xnorm.errors import DataError, SettingError
from xnorm.evaluation.shifts import Shifts, text_shift
from xnorm.evaluation.vocabulary import NO_ID, Vocabulary, bare

_HEAD = 100  # documents that are looked at for the vocabulary of a system


class Alignment:
    """Passes on a system's documents and compares them with those of the corpus on the way.

    Args:
        gold: the corpus.
        vocabulary: how ids are compared.
        gold_name, name: of the two files, for messages.

    Attributes:
        notes: what is odd but does not hinder, after the documents went through.
    """

    def __init__(
        self, gold: Sequence[Document], vocabulary: Vocabulary, *, gold_name: str, name: str
    ) -> None:
        self._gold = {document.id: document for document in gold}
        self._vocabulary = vocabulary
        self._gold_name = gold_name
        self._name = name
        self.notes: list[str] = []

    def check(self, predicted: Iterable[Document]) -> Iterator[Document]:
        """The documents that the corpus has too, in the order in which they come.

        Raises:
            DataError: when documents are missing or have another text, when offsets are shifted,
                or when ids are of another vocabulary or written otherwise.
        """
        missing = dict.fromkeys(self._gold)
        shifts = Shifts()
        ids: set[str] = set()
        more = 0
        for document in predicted:
            gold = self._gold.get(document.id)
            if gold is None:
                more += 1
                continue
            missing.pop(document.id, None)
            self._same_text(gold, document)
            shifts.add(gold, document)
            ids.update(filter(None, self._vocabulary.decisions(document.mentions)))
            ids.update(
                self._vocabulary.current(candidate.concept)
                for mention in document.mentions
                for candidate in mention.candidates[:1]
            )
            yield document
        if missing:
            raise self._missing(list(missing), more)
        shifts.check(self._name)
        self._same_ids(ids)
        if more:
            self.notes.append(f"documents of {self._name} that the corpus lacks: {more:,}")

    def _same_text(self, gold: Document, predicted: Document) -> None:
        if gold.text == predicted.text:
            return
        raise DataError(
            f"another text than in {self._gold_name}: {text_shift(gold.text, predicted.text)}",
            place=f"{self._name}, document '{gold.id}'",
            todo="Run the system on the very text of the corpus",
        )

    def _missing(self, ids: list[str], more: int) -> DataError:
        listed = ", ".join(ids[:3]) + (", ..." if len(ids) > 3 else "")
        hint = "Add them, empty where nothing was found"
        if more:
            hint = f"It has {more:,} others instead: compare how the ids are written"
        return DataError(
            f"{len(ids):,} of {len(self._gold):,} documents are missing: {listed}",
            place=self._name,
            todo=hint,
        )

    def _same_ids(self, ids: set[str]) -> None:
        gold = {
            id
            for document in self._gold.values()
            for mention in document.mentions
            for id in self._vocabulary.gold(mention.gold) or ()
        }
        if not ids or not gold or ids & gold:
            return
        ours, theirs = min(gold), min(ids)
        what = f"ids look like '{theirs}', those of {self._gold_name} like '{ours}'"
        if {bare(id) for id in ids} & {bare(id) for id in gold}:
            raise DataError(
                what, place=self._name, todo="Compare them without prefix: --strip-prefix"
            )
        if _shape(ours) != _shape(theirs):
            raise DataError(
                f"{what}; not one is the same",
                place=self._name,
                todo="They seem to be of different vocabularies; --source says which one counts",
            )
        self.notes.append("no id of the corpus occurs in the answers")


def check_gold(gold: Sequence[Document], vocabulary: Vocabulary, *, name: str) -> None:
    """Makes sure that a corpus has something to compare with.

    Raises:
        DataError: when it has no mention, or none with an id of the vocabulary.
    """
    mentions = [mention for document in gold for mention in document.mentions]
    if not mentions:
        raise DataError(
            f"no mention in {len(gold):,} documents",
            place=name,
            todo="The first file has to be the corpus with its gold mentions",
        )
    if not any(vocabulary.gold(mention.gold) for mention in mentions):
        stated = vocabularies(gold)
        if not stated:
            raise DataError(
                f"none of {len(mentions):,} mentions states a concept",
                place=name,
                todo="The first file has to be the corpus with its gold ids",
            )
        listed = ", ".join(source or "unnamed" for source in stated)
        raise DataError(
            f"no gold id of {' or '.join(vocabulary.sources)}; those here are of {listed}",
            place=name,
            todo="Choose one with --source",
        )


def choose_sources(gold: Sequence[Document], predicted: Iterator[Document]) -> tuple[str, ...]:
    """The vocabularies that a corpus and a system both name, if the corpus has several.

    Args:
        gold: the corpus.
        predicted: the first documents of the system.

    Raises:
        SettingError: when several are possible, or none.
    """
    stated = [source for source in vocabularies(gold) if source]
    if len(stated) < 2:
        return ()
    answered = {source.casefold() for source in _answered(islice(predicted, _HEAD))}
    common = tuple(source for source in stated if source.casefold() in answered)
    if not common:
        raise SettingError(
            f"gold ids of several vocabularies ({', '.join(stated)})",
            place="--source",
            todo="Say which one the answers are of",
        )
    return common


def vocabularies(documents: Iterable[Document]) -> dict[str, int]:
    """The vocabularies of the stated ids with the number of ids, the most frequent first."""
    counts = Counter(
        concept.db_name
        for document in documents
        for mention in document.mentions
        for concept in mention.gold
        if concept.db_id not in NO_ID
    )
    return dict(counts.most_common())


def _answered(documents: Iterable[Document]) -> Iterator[str]:
    for document in documents:
        ours = any(mention.link or mention.candidates for mention in document.mentions)
        for mention in document.mentions:
            if mention.link and mention.link.concept:
                yield mention.link.source
            yield from (candidate.source for candidate in mention.candidates[:1])
            if not ours:
                yield from (concept.db_name for concept in mention.gold)


def _shape(id: str) -> str:
    """What an id looks like: a letter for letters, 9 for digits, in runs."""
    kinds = ["9" if c.isdigit() else "A" if c.isalpha() else c for c in id]
    return "".join(
        kind for kind, before in zip(kinds, ["", *kinds], strict=False) if kind != before
    )
