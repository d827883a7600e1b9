"""Groups the names of one type in a document, and chooses the form to write for each group."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from xnorm.coreference.forms import TERM, Form, kind_of, parse_name, parse_term
from xnorm.coreference.settling import Settling

_FREQUENT = 2  # times


class Cluster(NamedTuple):
    """Names of one thing: their places among the names given, and the form to write for all."""

    names: tuple[int, ...]
    canonical: str


def cluster_names(
    names: Sequence[str],
    *,
    type: str = "",
    language: str = "",
    long_forms: Mapping[str, str] | None = None,
) -> list[Cluster]:
    """Groups the names of one type in one document; every name is in one cluster.

    Clusters come in the order of their first names.

    Args:
        names: as they stand in the text, in its order, repeated as often as they occur.
        type: of the mentions; it says whether they are persons, organizations, places, other names
            or terms.
        language: ISO 639-1 code; the tables of an unknown language are empty.
        long_forms: abbreviations that the document defines.

    >>> clusters = cluster_names(["Dr. Ana Ruiz", "Ruiz", "A. Ruiz's", "Rey"], language="en")
    >>> [(cluster.names, cluster.canonical) for cluster in clusters]
    [((0, 1, 2), 'Ana Ruiz'), ((3,), 'Rey')]
    """
    kind = kind_of(type)
    parse = parse_term if kind == TERM else parse_name
    forms = {text: parse(text, kind, language) for text in dict.fromkeys(names)}
    texts_of: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for text, form in forms.items():
        gender = form.gender if form.titled else ""
        texts_of[form.joined or text, gender, form.generation].append(text)
    places: dict[str, list[int]] = defaultdict(list)
    for place, name in enumerate(names):
        places[name].append(place)
    groups = list(texts_of.values())
    longs = {
        parse(short, kind, language).joined: parse(long, kind, language).joined
        for short, long in (long_forms or {}).items()
    }
    roots = Settling(kind, language, longs).settle([forms[texts[0]] for texts in groups])
    members: dict[int, list[str]] = defaultdict(list)
    for texts, root in zip(groups, roots, strict=True):
        members[root] += texts
    clusters = []
    for texts in members.values():
        found = sorted(place for text in texts for place in places[text])
        canonical = canonical_form([names[at] for at in found], type=type, language=language)
        clusters.append(Cluster(tuple(found), canonical))
    return sorted(clusters)


def canonical_form(names: Sequence[str], *, type: str = "", language: str = "") -> str:
    """The form to write for names that are known to be of one thing, without honorifics.

    The longest of those that occur twice and have several words; without one, the longest of all.
    Of equally long ones it is the most frequent; an article or possessive is left out.

    >>> canonical_form(["OBAMA", "Mr. Barack Obama", "Obama's"], language="en")
    'Barack Obama'
    """
    kind = kind_of(type)
    written: Counter[str] = Counter()
    form_of: dict[str, Form] = {}
    for name in names:
        form = parse_name(name, kind, language)
        text = name[slice(*(form.core if len(form.words) > 1 else form.span))]
        written[text] += 1
        form_of.setdefault(text, form)
    frequent = [
        text for text, form in form_of.items() if written[text] >= _FREQUENT and len(form.words) > 1
    ]

    def rank(text: str) -> tuple[int, int, bool, int]:
        form = form_of[text]
        return len(form.words), len(form.joined), not text.isupper(), written[text]

    return max(frequent or form_of, key=rank)
