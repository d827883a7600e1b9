"""The page is one file that says what the results say; so are the tables in a text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from xnorm.errors import DataError
from xnorm.evaluation.bench import bench
from xnorm.evaluation.charts import calibration, recall_curves, speed_against_recall
from xnorm.evaluation.intervals import Interval
from xnorm.evaluation.markdown import BEGIN, END, update_file, with_interval
from xnorm.evaluation.report import write_page
from xnorm.evaluation.results import find_results, read_result
from xnorm.evaluation.summary import mean_of

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
VOID = {"meta"}


class Reader(HTMLParser):
    """Checks that elements are closed in order, and keeps texts and what the page refers to."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.references: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.references += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory, in_process: None) -> Path:
    """The results of two systems that need no index."""
    folder = tmp_path_factory.mktemp("report")
    (folder / "corpus").mkdir()
    words = [("Fever", "T:05"), ("a cold", "T:21")] * 5
    text = " ".join(word for word, _ in words)
    starts = [sum(len(word) + 1 for word, _ in words[:place]) for place in range(10)]
    lines = [
        f"{start}\t{start + len(word)}\t{word}\t{id}"
        for start, (word, id) in zip(starts, words, strict=True)
    ]
    corpus = folder / "corpus/PhenoTagger_GSCplus_test_gold.tsv"
    corpus.write_text("\n".join(["1", text, *lines]) + "\n")
    (folder / "terms.tsv").write_text("id\tname\nT:05\tFever\nT:21\tCommon <cold>\nT:22\tCold\n")
    suite = folder / "tiny.yaml"
    suite.write_text(
        "name: tiny\ntitle: Tiny & small\nsystems: [rapidfuzz, rapidfuzz-wratio]\nk: [1, 2]\n"
        "corpus: {name: gsc-plus, path: corpus}\n"
        "terminology: {kind: table, files: [terms.tsv], source: HPO}\n"
        "hits: the id\nlicence: none\nget: this test\n"
    )
    bench(suite, folder / "results", work=folder / "work")
    return folder / "results"


def page_of(results: Path, tmp_path: Path) -> Reader:
    write_page(find_results([results]), tmp_path / "page.html")
    reader = Reader()
    reader.feed((tmp_path / "page.html").read_text())
    assert reader.open == []
    return reader


def test_the_page_is_well_formed_and_asks_nothing_of_the_network(
    results: Path, tmp_path: Path
) -> None:
    reader = page_of(results, tmp_path)
    assert all(reference.startswith("#") for reference in reader.references)
    assert not {"script", "link", "img", "iframe", "object"} & reader.tags
    text = (tmp_path / "page.html").read_text()
    assert not re.search(r"url\(|@import|\bhttps?://", text)
    assert "Tiny &amp; small" in text


def test_the_numbers_on_the_page_are_those_of_the_results(results: Path, tmp_path: Path) -> None:
    shown = " ".join(" ".join(page_of(results, tmp_path).texts).split())
    for file in find_results([results]):
        run = read_result(file).runs[0]
        for name in ("recall@1", "recall@2"):
            assert with_interval(run.figures[name]) in shown
        assert f"{run.cost.peak_mb:,} MB" in shown


def test_errors_are_shown_with_examples_and_without_outcomes_only_figures(
    results: Path, tmp_path: Path
) -> None:
    reader = page_of(results, tmp_path)
    assert "“a cold”" in " ".join(reader.texts)
    assert "Common <cold> (T:21)" in " ".join(reader.texts)
    alone = tmp_path / "alone"
    alone.mkdir()
    file = next(results.glob("*/rapidfuzz.json"))
    (alone / file.name).write_bytes(file.read_bytes())
    bare = page_of(alone, tmp_path)
    assert "What became of the mentions" not in " ".join(bare.texts)
    assert "svg" in bare.tags


def test_a_result_from_before_the_suite_was_changed_is_told(results: Path, tmp_path: Path) -> None:
    for file in results.glob("*/*.json"):
        text = file.read_text()
        (tmp_path / file.name).write_text(
            text.replace("recall@2", "recall@3") if file.stem == "rapidfuzz" else text
        )
    with pytest.raises(DataError, match=r"rapidfuzz.json: measured before 'tiny' was changed"):
        write_page(find_results([tmp_path]), tmp_path / "page.html")


def test_tables_are_kept_between_the_markers(results: Path, tmp_path: Path) -> None:
    text = tmp_path / "README.md"
    text.write_text(f"# Mine\n\n{BEGIN}\nold\n{END}\n\nthe end\n")
    update_file(find_results([results]), text)
    once = text.read_text()
    assert once.startswith(f"# Mine\n\n{BEGIN}\n")
    assert once.endswith(f"{END}\n\nthe end\n")
    assert "old" not in once
    figure = read_result(next(results.glob("*/rapidfuzz.json"))).runs[0].figures["recall@1"]
    assert f"| rapidfuzz | {with_interval(figure)} |" in once
    update_file(find_results([results]), text)
    assert text.read_text() == once


def test_a_text_without_markers_is_refused_and_kept(results: Path, tmp_path: Path) -> None:
    text = tmp_path / "README.md"
    text.write_text("# Mine\n")
    with pytest.raises(DataError, match="has no markers"):
        update_file(find_results([results]), text)
    assert text.read_text() == "# Mine\n"


def test_the_projects_tables_are_those_of_its_results(tmp_path: Path) -> None:
    readme = BENCHMARKS / "README.md"
    copy = tmp_path / "README.md"
    copy.write_bytes(readme.read_bytes())
    update_file(find_results([BENCHMARKS / "results"]), copy)
    again = "xnorm report benchmarks/results --to markdown -o benchmarks/README.md"
    assert copy.read_text() == readme.read_text(), f"run: {again}"


def test_a_mean_of_sets_is_surer_than_one_of_them() -> None:
    mean = mean_of([Interval(0.5, 0.4, 0.6), Interval(0.7, 0.6, 0.8)])
    assert mean.value == pytest.approx(0.6)
    # Independent half-widths of 0.1 add up to sqrt(0.02) / 2.
    assert (
        mean.high - mean.value
        == pytest.approx(mean.value - mean.low)
        == pytest.approx(0.0707, abs=1e-4)
    )


def test_a_curve_rises_to_the_right() -> None:
    chart = recall_curves({"a": {1: 0.5, 10: 0.75, 100: 1.0}})
    points = [tuple(map(float, point.split(","))) for point in chart.lines[0].points.split()]
    assert points == [(40, points[0][1]), (195, pytest.approx(points[1][1])), (350, 12)]
    assert points[0][1] > points[1][1] > points[2][1]


def test_labels_of_dots_hide_each_other_nowhere() -> None:
    chart = speed_against_recall({f"system-{n}": (1000 + n, 0.7 + n / 1000) for n in range(9)})
    rows = sorted((dot.label_y, dot.anchor) for dot in chart.dots)
    for (height, anchor), (other, beside) in pairwise(rows):
        assert anchor != beside or other - height >= 12
    assert {dot.system for dot in chart.dots} == {f"system-{n}" for n in range(9)}


def test_calibration_compares_scores_with_what_was_right() -> None:
    scores = np.array([0.25, 0.25, 0.55, 0.95, 0.95, 0.95, 0.95])
    right = np.array([True, False, True, True, True, True, False])
    found = calibration(scores, right)
    assert found is not None
    assert [bin.count for bin in found.bins] == [0, 0, 2, 0, 0, 1, 0, 0, 0, 4]
    # (2 * |.5 - .25| + 1 * |1 - .55| + 4 * |.75 - .95|) / 7
    assert found.error == pytest.approx((0.5 + 0.45 + 0.8) / 7)
    assert (found.bins[9].right_height, found.bins[9].wrong_height) == (0.75, 0.25)


@pytest.mark.parametrize("scores", [[], [0.5, 0.5], [0.1, 0.5, 1.5]])
def test_scores_that_are_no_shares_have_no_calibration(scores: list[float]) -> None:
    assert calibration(np.array(scores), np.zeros(len(scores), np.bool_)) is None
