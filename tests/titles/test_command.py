"""`xnorm titles` and `xnorm link --domain titles`, as a user calls them."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from xnorm.titles.model import LONGEST
from xnorm.titles.normalize import ANSWERS

ESCO = "http://data.europa.eu/esco"
TABLE = f"""id,job title,score
1,"Sr. Java Developer (m/w/d) – Berlin, 80-100%",a
2,Kassierer/-in in Teilzeit,b
3,,c
4,🚀,d
5,{"x" * (LONGEST + 1)},e
6,"Koch,f
7,<b>LKW-FAHRER</b> gesucht!!!,g
8,Zahnarzt,h
"""


def records(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_every_row_of_a_table_gets_an_answer_or_an_error(
    run: Callable[..., Any], occupations: Path, tmp_path: Path
) -> None:
    (tmp_path / "t.csv").write_text(TABLE, "utf-8")
    out = tmp_path / "out.csv"
    ran = run(
        *("titles", "normalize", tmp_path / "t.csv", "--column", "job title", "--lang", "de"),
        *("-o", out, "--index", occupations),
    )
    assert (ran.status, ran.out) == (0, "")
    rows = records(out.read_text("utf-8"))
    added = ["xnorm_score" if name == "score" else name for name in ANSWERS]
    assert list(rows[0]) == ["id", "job title", "score", *added]
    assert [row["id"] for row in rows] == list("12345678")
    assert [row["score"] for row in rows][:5] == list("abcde")
    java, cashier, *errors = rows
    assert java["occupation"] == f"{ESCO}/occupation/1"
    assert java["occupation_label"] == "Softwareentwickler/Softwareentwicklerin"
    assert (java["isco"], java["level"], java["seniority"]) == ("2512", "occupation", "senior")
    assert java["role"] == "Java Developer"
    assert "‘java developer’ (en)" in java["matched"]
    assert (cashier["isco"], cashier["employment"]) == ("5230", "part-time")
    assert float(cashier["xnorm_score"]) > 0.8
    assert [row["error"] for row in errors[:4]] == [
        "the title is empty",
        "no word in the title",
        f"{LONGEST + 1} characters, a title has at most {LONGEST}",
        "quotation marks are broken",
    ]
    assert rows[6]["occupation"] == f"{ESCO}/occupation/3"
    assert (rows[7]["occupation"], rows[7]["error"]) == ("", "")
    assert "best candidate" in rows[7]["matched"]
    assert "8 rows: 3 occupations, 0 groups, 1 without a match, 4 errors" in ran.err
    assert "note: row 3: the title is empty" in ran.err


def test_labels_have_the_wanted_language(
    run: Callable[..., Any], occupations: Path, tmp_path: Path
) -> None:
    (tmp_path / "t.jsonl").write_text('{"t": "Kassierer", "n": [1]}\n{"t": "Webentwickler"}\n')
    ran = run(
        *("titles", "normalize", tmp_path / "t.jsonl", "--column", "t", "--lang", "de"),
        *("--labels", "en", "--index", occupations, "--quiet"),
    )
    assert (ran.status, ran.err) == (0, "")
    first, _ = map(json.loads, ran.out.splitlines())
    assert (first["n"], first["occupation_label"]) == ([1], "cashier")


def test_a_title_that_no_occupation_surely_has_gets_its_group(
    run: Callable[..., Any], occupations: Path, tmp_path: Path
) -> None:
    (tmp_path / "t.csv").write_text("title\ndeveloper\n")
    ran = run(
        *("titles", "normalize", tmp_path / "t.csv", "--column", "title", "--lang", "en"),
        *("--index", occupations, "--set", "back_off.threshold=0.99"),
    )
    (row,) = records(ran.out)
    assert (row["level"], row["isco"]) == ("group", "251")
    assert row["occupation"] == f"{ESCO}/isco/C251"
    assert "1 groups" in ran.err


def test_parquet_goes_in_and_out(
    run: Callable[..., Any], occupations: Path, tmp_path: Path
) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"title": ["cashier"], "n": [7]}), tmp_path / "t.parquet")
    ran = run(
        *("titles", "normalize", tmp_path / "t.parquet", "--column", "title", "--lang", "en"),
        *("-o", tmp_path / "out.parquet", "--index", occupations),
    )
    assert ran.status == 0
    (row,) = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert (row["n"], row["isco"], row["error"]) == (7, "5230", None)


def test_the_index_is_built_from_the_download_in_one_command(
    run: Callable[..., Any], download: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "ESCO dataset - v1.2.0 - classification - de - csv.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for file in sorted(download.iterdir()):
            packed.write(file, file.name)
    ran = run("titles", "build", archive, "-o", tmp_path / "esco.kb")
    assert ran.status == 0
    assert "esco.kb: ESCO 1.2.0, 12 concepts, 27 names" in ran.err
    assert (tmp_path / "esco.index").is_dir()


@pytest.mark.parametrize("arguments", [("titles", "normalize"), ("link", "--domain", "titles")])
def test_without_an_index_the_way_to_one_is_told(
    run: Callable[..., Any], tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "t.csv").write_text("text\nCook\n")
    more = ("--column", "text", "--lang", "en") if arguments[0] == "titles" else ()
    ran = run(*arguments, tmp_path / "t.csv", *more)
    assert ran.status == 1
    assert ran.err.startswith("error: --index: no index of occupations. Download ESCO as CSV from")
    assert "xnorm titles build DOWNLOAD -o esco.kb" in ran.err


def test_titles_are_a_domain_of_link(
    run: Callable[..., Any], occupations: Path, tmp_path: Path
) -> None:
    (tmp_path / "t.jsonl").write_text('{"id": "1", "text": "Senior Kassierer/-in (m/w/d)"}\n')
    ran = run(
        *("link", "--domain", "titles", "--index", occupations, "--lang", "de", "--to", "json"),
        tmp_path / "t.jsonl",
    )
    assert ran.status == 0
    (document,) = json.loads(ran.out)
    (mention,) = document["mentions"]
    assert mention["concept"] == f"{ESCO}/occupation/5"
    assert mention["title"]["role"] == "Kassierer"


def test_a_domain_and_a_configuration_exclude_each_other(
    run: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "t.txt").write_text("Cook")
    ran = run("link", "--domain", "titles", "--config", "link", tmp_path / "t.txt")
    assert ran.status == 1
    assert "--domain has settings of its own. Give one of the two." in ran.err


def test_a_format_that_is_not_known_is_told(run: Callable[..., Any]) -> None:
    ran = run("titles", "normalize", "x", "--column", "a", "--lang", "en", "--from", "cvs")
    assert (ran.status, ran.err.count("\n")) == (1, 1)
    assert "--from: unknown format 'cvs'. Did you mean 'csv'?" in ran.err
