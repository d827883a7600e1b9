"""Forest files: mistakes are told by file, line and rule, and nothing that could go on for ever."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xnorm.errors import DataError, SettingError
from xnorm.languages import SPOKEN
from xnorm.resources.forests import forest_files
from xnorm.text.forest import Forest, open_forest
from xnorm.text.forest.trie import Trie

_HEAD = "layers: [one, two]\nrules:\n"


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("  - name: a\n    layer: one\n", "line 3, rule 'a': has nothing that it could match"),
        (
            "  - {name: a, layer: one, trees: {b: []}, patterns: [c]}\n",
            "line 3, rule 'a': has trees and patterns. Give exactly one of",
        ),
        (
            "  - {name: a, layer: one, trees: {b: []}}\n  - {name: c, layer: on, trees: {d: []}}\n",
            "line 4, rule 'c': unknown layer 'on'. Name it under `layers:`. Did you mean 'one'?",
        ),
        ("  - {name: a, layer: one, tree: {b: []}}\n", "line 3: unknown key 'tree'"),
        ("  - {name: a, layer: one, trees: {b: c}}\n", "line 3, rule 'a': Expected `array`"),
        ("  - {name: a, layer: one, trees: {b: []}, text: c}\n", "'text' has no use beside trees"),
        ("  - {name: a, layer: one, trees: {b: [' ']}}\n", "rule 'a': a variant of 'b' is empty"),
        ("  - {name: a, layer: one, trees: {b: []}, part: true}\n", "a part needs a label"),
        ("  - {name: a, layer: one, letters: {be: [b]}}\n", "rule 'a': a single letter"),
        ("  - {name: a, layer: one, patterns: ['(b']}\n", "pattern '(b': a '(' has no ')'"),
        ("  - {name: a, layer: one, patterns: ['b]']}\n", "pattern 'b]': ']' closes nothing"),
        ("  - {name: a, layer: one, patterns: ['{B}']}\n", "'{B}' is no slot"),
        ("  - {name: a, layer: one, patterns: ['[b]']}\n", "it matches nothing at all"),
        (
            "  - {name: a, layer: one, patterns: ['{number} {number}']}\n",
            "two slots are called 'number': name them, as in {low:number}",
        ),
        (
            "  - {name: a, layer: one, patterns: ['{nubmer}']}\n",
            "no rule makes the label 'nubmer'. Did you mean 'number'?",
        ),
        (
            "  - {name: a, layer: one, patterns: ['{number}'], text: '{x}'}\n",
            "no slot is called 'x'",
        ),
        (
            "  - {name: a, layer: one, patterns: ['{number}'], text: '{number'}\n",
            "'{number' is no reference",
        ),
        (
            "  - {name: a, layer: one, patterns: ['{number}'], gives: {b: '{number.unit}'}}\n",
            "'number' has no field 'unit'",
        ),
        (
            "  - {name: a, layer: one, patterns: ['{number}'], gives: {b: '{number} * x'}}\n",
            "'x' is neither a slot nor a number",
        ),
        (
            "  - {name: a, layer: one, patterns: ['{number}'], within: {b: [1, 2]}}\n",
            "a bound on a field 'b' that the rule does not give",
        ),
        (
            "  - {name: a, layer: one, trees: {b: [x]}}\n"
            "  - {name: c, layer: one, trees: {d: [x]}}\n",
            "line 4, rule 'c': 'x' stands for 'd' here and for 'b' in rule 'a'",
        ),
    ],
)
def test_a_mistake_is_told_by_line_and_rule(
    grow: Callable[..., Forest], rules: str, message: str
) -> None:
    with pytest.raises(SettingError) as caught:
        grow(_HEAD + rules)
    assert "rules.yaml" in str(caught.value)
    assert message in str(caught.value)


def test_broken_yaml_is_told_by_line(grow: Callable[..., Forest]) -> None:
    with pytest.raises(SettingError, match=r"rules\.yaml, line 4: broken YAML"):
        grow("layers: [one]\nrules:\n  - {name: a\n  - b")


@pytest.mark.parametrize("text", ["- a", "a", "rules: 3", "layers: a"])
def test_a_file_of_another_shape_is_refused(grow: Callable[..., Forest], text: str) -> None:
    with pytest.raises(SettingError, match=r"rules\.yaml"):
        grow(text)


def test_a_missing_file_and_a_missing_table_are_told(grow: Callable[..., Forest]) -> None:
    with pytest.raises(DataError, match=r"nowhere\.yaml: cannot be read"):
        open_forest(["nowhere.yaml"])
    with pytest.raises(DataError, match=r"terms\.tsv: cannot be read"):
        grow(f"{_HEAD}  - {{name: a, layer: one, table: terms.tsv}}\n")


def test_a_table_with_a_short_row_is_told_by_line(
    grow: Callable[..., Forest], tmp_path: Path
) -> None:
    (tmp_path / "terms.tsv").write_text("short\tlong\na\tb\nc\n", encoding="utf-8")
    with pytest.raises(SettingError, match=r"terms\.tsv, line 3: 1 columns"):
        grow(f"{_HEAD}  - {{name: a, layer: one, table: terms.tsv}}\n")


def test_trees_in_a_circle_are_refused_by_name(grow: Callable[..., Forest]) -> None:
    rules = (
        "  - {name: american, layer: one, trees: {color: [colour]}}\n"
        "  - {name: british, layer: two, trees: {colour: [color]}}\n"
    )
    with pytest.raises(SettingError, match=r"circle: .*'american'.*'british'"):
        grow(_HEAD + rules)


def test_a_rule_that_needs_itself_is_refused_by_name(grow: Callable[..., Forest]) -> None:
    rule = "  - {name: list, layer: two, label: list, patterns: ['{list} , {number}']}\n"
    with pytest.raises(SettingError, match=r"rules that need each other: 'list' -> 'list'"):
        grow(_HEAD + rule)


def test_rules_that_need_each_other_are_refused_by_name(grow: Callable[..., Forest]) -> None:
    rules = (
        "  - {name: a, layer: one, label: x, patterns: ['{y} b']}\n"
        "  - {name: c, layer: two, label: y, patterns: ['{x} d']}\n"
    )
    with pytest.raises(SettingError, match=r"rules that need each other: 'a' -> 'c' -> 'a'"):
        grow(_HEAD + rules)


def test_a_rule_that_needs_its_own_layer_is_refused(grow: Callable[..., Forest]) -> None:
    rules = (
        "  - {name: a, layer: one, label: x, trees: {b: []}}\n"
        "  - {name: c, layer: one, patterns: ['{x} d']}\n"
    )
    with pytest.raises(SettingError, match=r"rule 'c': needs 'x', which rule 'a' makes in layer"):
        grow(_HEAD + rules)


def test_a_pattern_of_too_many_sequences_is_refused(grow: Callable[..., Forest]) -> None:
    pattern = " ".join(f"[w{number}]" for number in range(40)) + " end"
    with pytest.raises(SettingError, match="stands for more than 500 sequences"):
        grow(f"{_HEAD}  - {{name: a, layer: one, patterns: ['{pattern}']}}\n")


def test_layers_in_another_order_are_refused(grow: Callable[..., Forest]) -> None:
    with pytest.raises(SettingError, match=r"rules1\.yaml: 'one' comes after 'two' here"):
        grow("layers: [one, two]", "layers: [two, one]")


def test_a_later_file_adds_layers_and_goes_first(grow: Callable[..., Forest]) -> None:
    forest = grow(
        "layers: [words, frames]\nrules:\n  - {name: a, layer: words, trees: {x: [y]}}\n"
        "  - {name: f, layer: frames, patterns: ['x {n:number}'], text: 'X{n}'}\n",
        "layers: [words, mine, frames]\nrules:\n  - {name: b, layer: words, trees: {z: [y]}}\n"
        "  - {name: c, layer: mine, trees: {x: [z]}}\n",
    )
    digested = forest.digest("y 3")
    assert digested.text == "X3"
    assert [step.rule for step in digested.steps] == ["b", "c", "f"]


def test_a_representative_that_is_a_variant_gives_way(grow: Callable[..., Forest]) -> None:
    forest = grow(
        f"{_HEAD}  - {{name: x, layer: one, trees: {{b: [a]}}}}\n",
        "rules:\n  - {name: y, layer: one, trees: {c: [b]}}\n",
    )
    assert forest.digest("a").text == "c"


def test_sense_of_case_comes_first(grow: Callable[..., Forest]) -> None:
    forest = grow(
        f"{_HEAD}  - {{name: a, layer: one, trees: {{person: [who]}}}}\n"
        "  - {name: b, layer: one, trees: {World Health Organization: [WHO]}, case: true}\n"
    )
    assert forest.digest("WHO, Who").text == "World Health Organization, person"


def test_brackets_and_bars_are_words_after_a_backslash(grow: Callable[..., Forest]) -> None:
    rule = "  - {name: a, layer: one, patterns: ['\\( {number} \\)'], text: '#{number}'}\n"
    forest = grow(_HEAD + rule)
    assert forest.digest("x (3)").text == "x #3"


def test_a_word_can_be_any_word(grow: Callable[..., Forest]) -> None:
    forest = grow(
        f"{_HEAD}  - name: a\n    layer: one\n    label: absent\n"
        "    patterns: ['no {what:word}']\n    text: 'without {what}'\n"
        "    gives: {what: '{what}'}\n"
    )
    digested = forest.digest("no Fever, no 3")
    assert digested.text == "without Fever, no 3"
    assert digested.structures[0].fields == {"what": "Fever"}


def test_letters_change_inside_a_word_that_has_a_label(grow: Callable[..., Forest]) -> None:
    forest = grow(
        f"{_HEAD}  - {{name: a, layer: one, label: shade, trees: {{Colour: []}}, part: true}}\n"
        "  - {name: b, layer: two, letters: {or$: [our$]}}\n"
        "  - {name: c, layer: two, patterns: ['{shade} red'], text: 'red {shade}'}\n"
    )
    assert forest.digest("Colour red, HOUR").text == "red Color, HOR"


class _Counted(list[Sequence[str]]):
    """What positions offer, counting how often one is looked at."""

    looks = 0

    def __getitem__(self, at: int) -> Sequence[str]:  # type: ignore[override]
        self.looks += 1
        return super().__getitem__(at)


def test_a_walk_is_never_longer_than_the_longest_sequence() -> None:
    trie = Trie()
    for size in range(1, 11):
        trie.add(["a"] * size + ["b"], size)
    offered = _Counted([("a", "{a}")] * 1000)
    assert not any(trie.matches(offered, at) for at in range(1000))
    assert offered.looks <= 11 * 1000


@pytest.mark.parametrize(
    "text",
    ["1 " * 4_000, "1,1" * 4_000, "a" * 20_000, "-/" * 4_000, "two " * 4_000, "(" * 20_000],
)
def test_long_texts_of_one_thing_are_digested(forest: Callable[[str], Forest], text: str) -> None:
    assert forest("en").digest(text).original == text


@pytest.mark.parametrize("language", ["", "ja", "../de"])
def test_a_language_without_rules_has_the_common_ones(language: str) -> None:
    assert forest_files(language) == forest_files()


@pytest.mark.parametrize("language", SPOKEN)
def test_a_forest_takes_few_kilobytes(tmp_path: Path, language: str) -> None:
    open_forest(forest_files(language), cache=tmp_path)
    (kept,) = tmp_path.iterdir()
    assert kept.stat().st_size < 200_000


def test_a_cache_gives_the_same_forest_and_follows_its_files(tmp_path: Path) -> None:
    rules, table, cache = tmp_path / "r.yaml", tmp_path / "t.tsv", tmp_path / "cache"
    rules.write_text(f"{_HEAD}  - {{name: a, layer: one, table: t.tsv}}\n", encoding="utf-8")
    for long in ("b", "c"):
        table.write_text(f"short\tlong\nx\t{long}\n", encoding="utf-8")
        for _ in range(2):
            assert open_forest([rules], cache=cache).digest("x").text == long
    (kept,) = cache.iterdir()
    kept.write_bytes(b"{damaged")
    assert open_forest([rules], cache=cache).digest("x").text == "c"


def test_a_cache_that_cannot_be_written_does_not_matter(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    forest = open_forest(forest_files(), cache=blocked / "cache")
    assert forest.digest("5mg").text == "5 mg"


@given(st.text(max_size=40))
def test_any_rules_are_read_or_refused(text: str) -> None:
    from xnorm.text.forest.patterns import PatternError, variants

    try:
        found = variants(text)
    except PatternError:
        return
    assert found
    assert all(found)
