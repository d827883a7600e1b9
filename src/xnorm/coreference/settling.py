"""Which written forms are names of one thing: rules over the names of one type in a document.

A short form joins the names that it is part of (surname, first name, initials, acronym), and stays
apart when they are names of different things. Longer forms are settled before shorter ones; every
rule is a look-up in a table of keys, so that the time grows with the number of forms, not of pairs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from xnorm.coreference.forms import NAME, ORGANIZATION, PERSON, PLACE, TERM, Form
from xnorm.coreference.similar import may_be_one, skeleton
from xnorm.coreference.tables import name_tables
from xnorm.resources import function_words

_LONGEST = 8  # words; longer forms have no short forms
_MANY = 64  # forms under one key; what belongs to so many is ambiguous
_COMPOUND_SURNAMES = frozenset({"es", "pt"})  # people are called by the first of two surnames
_GENITIVE = frozenset({"de", "nl"})  # written without an apostrophe


class _Key(NamedTuple):
    """A rule and what it looks up."""

    rule: str
    value: str


class Settling:
    """The forms that are settled, findable by the keys of every rule.

    Args:
        kind: of the names.
        language: ISO 639-1 code.
        long_forms: abbreviations that the document defines, both sides as `Form.joined`.
    """

    def __init__(self, kind: str, language: str, long_forms: Mapping[str, str]) -> None:
        self.kind = kind
        self.language = language
        self.tables = name_tables(language)
        self.functions = function_words(language)
        self.long_forms = long_forms
        self.by_key: dict[_Key, list[int]] = defaultdict(list)
        self.forms: Sequence[Form] = ()
        self.parent: list[int] = []
        self.gender: list[str] = []
        self.generation: list[str] = []

    def settle(self, forms: Sequence[Form]) -> list[int]:
        """For each form the number of the first form of its cluster."""
        self.forms = forms
        self.parent = list(range(len(forms)))
        self.gender = [form.gender for form in forms]
        self.generation = [form.generation for form in forms]
        for number in sorted(range(len(forms)), key=self._rank):
            if forms[number].words:
                self._join(number)
                for key in self._offers(forms[number]):
                    if len(self.by_key[key]) <= _MANY:
                        self.by_key[key].append(number)
        return [self._root(number) for number in range(len(forms))]

    def _rank(self, number: int) -> tuple[int, bool, bool, bool, int]:
        """Longer forms go first, derived ones late, those that tell most of a person early."""
        form = self.forms[number]
        start = form.words[0] if form.words else ""
        first = self.tables.first_names.get(start)
        derived = (
            len(start) == 1
            or bool(first and first.full)
            or bool(form.acronym)
            or form.joined in self.tables.demonyms
            or form.joined in self.long_forms
            or (self.language in _GENITIVE and form.joined.endswith("s"))
        )
        return -len(form.words), derived, not form.titled, first is None, number

    def _join(self, number: int) -> None:
        for found in self._found(self.forms[number]):
            hosts = self._hosts(number, found)
            if len(hosts) == 1 and len(found) <= _MANY:
                self._unite(number, hosts.pop())
                return
            if hosts:  # what a rule finds ambiguous, a weaker one does not decide
                return

    def _hosts(self, number: int, found: Sequence[int]) -> set[int]:
        form = self.forms[number]
        roots = {self._root(place) for place in found}
        hosts = {root for root in roots if self._fits(number, root)}
        if form.titled and form.gender:
            hosts = {root for root in hosts if self.gender[root]} or hosts
        return hosts

    def _fits(self, number: int, root: int) -> bool:
        one, other = self.generation[number], self.generation[root]
        return _same_gender(self.gender[number], self.gender[root]) and (
            not one or not other or one == other
        )

    def _unite(self, number: int, root: int) -> None:
        self.parent[number] = root
        self.gender[root] = max(self.gender[root], self.gender[number], key=len)
        self.generation[root] = self.generation[root] or self.generation[number]

    def _root(self, number: int) -> int:
        while self.parent[number] != number:
            self.parent[number] = number = self.parent[self.parent[number]]
        return number

    def _found(self, form: Form) -> Iterator[Sequence[int]]:
        """The settled forms that a rule finds for a form, rule after rule."""
        yield self._at("form", form.joined)
        if form.joined in self.long_forms:
            yield self._at("form", self.long_forms[form.joined])
        if self.kind != TERM:
            yield self._at("part", " ".join(form.words))
            if self.kind in (PERSON, NAME):
                yield from self._found_persons(form)
            if form.joined in self.tables.demonyms:
                places = self.tables.demonyms[form.joined]
                yield [at for place in places for at in self._at("form", place.replace(" ", ""))]
            if self.language in _GENITIVE and form.joined.endswith("s"):
                yield self._at("form", form.joined[:-1]) or self._at(
                    "part", " ".join(form.words)[:-1]
                )
        if form.acronym:
            yield self._at("acronym", form.acronym)
        sounds = self._sounds(form.words)
        if sounds and not form.acronym:
            yield [at for at in self._at("sounds", sounds) if self._near(form, self.forms[at])]

    def _found_persons(self, form: Form) -> Iterator[Sequence[int]]:
        first, rest = form.words[0], form.words[1:]
        if rest and len(first) == 1:
            yield self._at("initials", _initials(form.words))
        known = self.tables.first_names.get(first)
        full = [" ".join((name, *rest)) for name in known.full] if known else []
        yield [at for name in full for at in self._at("form", name.replace(" ", ""))]
        yield [at for name in full for at in self._at("part", name)]

    def _at(self, rule: str, value: str) -> list[int]:
        return self.by_key.get(_Key(rule, value), [])

    def _offers(self, form: Form) -> Iterator[_Key]:
        """Under which keys a form is found."""
        yield _Key("form", form.joined)
        if len(form.words) > _LONGEST:
            return
        if self.kind != TERM:
            for part in dict.fromkeys(self._parts(form)):
                if not set(part) <= self.functions:
                    yield _Key("part", " ".join(part))
            ends = [form.words, form.words[-1:]] if self._is_person(form) else [form.words]
            for sounds in dict.fromkeys(map(self._sounds, ends)):
                if sounds:
                    yield _Key("sounds", sounds)
        if len(form.words) > 1:
            for acronym in sorted(self._acronyms(form)):
                yield _Key("acronym", acronym)
            if self.kind in (PERSON, NAME) and len(form.words[0]) > 1:
                yield _Key("initials", _initials(form.words))
                if len(form.words) > 2:
                    yield _Key("initials", _initials((form.words[0], form.words[-1])))

    def _parts(self, form: Form) -> Iterator[tuple[str, ...]]:
        words = form.words
        inner = range(1, len(words))
        person = self._is_person(form)
        if person:
            yield from (words[:end] for end in inner)
            if len(words) > 2:
                yield words[0], words[-1]
                if self.language in _COMPOUND_SURNAMES:
                    yield from ((word,) for word in words[1:-1])
        elif self.kind == ORGANIZATION and not self.functions.intersection(words):
            yield from (words[:end] for end in inner)
        if self.kind in (PLACE, NAME) and form.head:
            yield words[: form.head]
        elif person or (self.kind == NAME and not self.functions.intersection(words)):
            yield from (words[start:] for start in inner)

    def _acronyms(self, form: Form) -> set[str]:
        words = form.with_suffix or form.words
        content = [word for word in words if word not in self.functions]
        found = {"".join(word[0] for word in some) for some in (words, content, form.words)}
        shortest = 2 if self.kind in (ORGANIZATION, PLACE, NAME) else 3
        return {acronym for acronym in found if len(acronym) >= shortest}

    def _is_person(self, form: Form) -> bool:
        return self.kind == PERSON or form.known_person

    def _sounds(self, words: Sequence[str]) -> str:
        sounds = [skeleton(word) for word in words] if self.kind != TERM else []
        return " ".join(sounds) if all(sounds) else ""

    def _near(self, form: Form, other: Form) -> bool:
        pairs = zip(reversed(form.words), reversed(other.words), strict=False)
        return all(
            one == two
            or (
                may_be_one(one, two)
                and not (one in self.tables.first_names and two in self.tables.first_names)
            )
            for one, two in pairs
        )


def _same_gender(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _initials(words: Sequence[str]) -> str:
    return " ".join([*(word[0] for word in words[:-1]), words[-1]])
