"""The files of the page: nothing from elsewhere, and colours that can be told apart."""

from __future__ import annotations

import re
from typing import Any

import pytest

from xnorm.resources import resource_path

FOLDER = resource_path("review")
CSS = (FOLDER / "review.css").read_text("utf-8")

ON_EACH_OTHER = [
    *((ink, ground) for ink in ("ink", "soft") for ground in ("paper", "ground", "at")),
    *(("ink", mark) for mark in ("linked", "nil", "open", "notice")),
    *((f"{sign}-line", ground) for sign in ("linked", "nil", "open", "deleted")
      for ground in ("paper", "at")),
    *((f"{sign}-line", sign) for sign in ("linked", "nil")),
    ("on-main", "main"),
]  # fmt: skip
BESIDE_EACH_OTHER = [("edge", "paper"), ("focus", "paper"), ("focus", "at"), ("open-line", "open")]


def themes() -> dict[str, dict[str, str]]:
    light, dark = (
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
        for block in re.findall(r":root \{(.*?)\n\s*\}", CSS, re.S)[:2]
    )
    return {"light": light, "dark": dark}


def luminance(colour: str) -> float:
    """Source: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_the_definition() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_and_borders_have_the_contrast_of_wcag_aa(theme: str) -> None:
    colours = themes()[theme]
    for ink, ground in ON_EACH_OTHER:
        assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    for line, ground in BESIDE_EACH_OTHER:
        assert contrast(colours[line], colours[ground]) >= 3, (line, ground)


def test_every_file_is_served_with_its_type_and_a_strict_policy(client: Any) -> None:
    for path in FOLDER.iterdir():
        answer = client.get(f"/page/{path.name}")
        assert answer.content == path.read_bytes()
        kind = answer.headers["content-type"]
        assert kind.startswith(("text/html", "text/css", "text/javascript", "image/svg+xml"))
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'; script-src 'self'" in policy
        assert "unsafe" not in policy
    assert client.get("/").text == (FOLDER / "index.html").read_text("utf-8")
    assert client.get("/page/none.js").status_code == 404
    assert client.get("/page/..%2f..%2f__init__.py").status_code == 404


def test_nothing_comes_from_elsewhere_and_no_text_is_parsed() -> None:
    for path in FOLDER.iterdir():
        text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|innerHTML|outerHTML|insertAdjacent|eval\(|style=", text)


def test_every_part_that_is_named_is_there() -> None:
    html = (FOLDER / "index.html").read_text("utf-8")
    ids = set(re.findall(r'id="([^"]+)"', html))
    for path in FOLDER.glob("*.js"):
        text = path.read_text("utf-8")
        assert set(re.findall(r'\$\("([^"]+)"\)', text)) <= ids
        for name in re.findall(r'from "\./([^"]+)"', text):
            assert (FOLDER / name).is_file()
    for name in re.findall(r'="/page/([^"]+)"', html):
        assert (FOLDER / name).is_file()
    for name in re.findall(r'aria-labelledby="([^"]+)"', html):
        assert name in ids
