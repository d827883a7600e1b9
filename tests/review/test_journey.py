"""A reviewer's journey in a browser: nothing that the page has said is lost."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.review.conftest import corpus_of

from xnorm.formats import open_documents

playwright = pytest.importorskip("playwright.sync_api", reason="the journey needs playwright")
CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="the journey needs chromium")

LETTERS = [
    "🧑‍⚕️ Fever, head pain, nausea and vomiting. Later fever and a cough again.",
    "Heart attack in 2019. Anemia, chest pain, seizures; no pneumonia.",
    "Dyspnea with <b>weight loss</b>. Hypotonia, fever.",
]


class Server:
    """The command in a process of its own."""

    def __init__(self, corpus: Path, index: Path) -> None:
        arguments = [
            "review",
            str(corpus),
            "--index",
            str(index),
            "--port",
            "0",
            "--reviewer",
            "Ana",
        ]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "xnorm", *arguments],
            stderr=subprocess.PIPE,
            text=True,
            env=dict(os.environ, OMP_NUM_THREADS="1"),
        )
        assert self.process.stderr
        self.address = ""
        for line in self.process.stderr:
            if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
                self.address = found[0]
                break

    def kill(self) -> None:
        """SIGKILL: nothing can be tidied up."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()


@pytest.fixture(scope="module")
def start(small_index: Path) -> Iterator[Callable[[Path], Server]]:
    servers: list[Server] = []

    def started(corpus: Path) -> Server:
        servers.append(Server(corpus, small_index))
        return servers[-1]

    yield started
    for server in servers:
        server.kill()


@pytest.fixture(scope="module")
def address(start: Callable[[Path], Server], tmp_path_factory: pytest.TempPathFactory) -> str:
    """Of a server that the tests share which do not need to kill it."""
    return start(corpus_of(LETTERS, tmp_path_factory.mktemp("journey") / "shared.json")).address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def errors() -> Iterator[list[str]]:
    """What scripts and the policy complain about: nothing."""
    found: list[str] = []
    yield found
    assert found == []


def opened(
    browser: Any, address: str, errors: list[str], *, width: int = 1200, hears: bool = True
) -> Any:
    """A window on the page, on its first mention; one that does not hear never asks for news."""
    page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
    if not hears:
        page.add_init_script("window.setInterval = () => 0")
    page.set_default_timeout(20_000)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Policy" in said.text else None)
    page.goto(address)
    page.wait_for_selector("#candidates li")
    return page


def shown(page: Any) -> str:
    """The words of the mention that is open."""
    found = re.search("“(.*)”", page.inner_text("#mention h2"))
    assert found
    return found[1]


def press(page: Any, key: str) -> str:
    """Presses a key that decides, and gives the words that it decided when the page has said so."""
    words = shown(page)
    page.evaluate("document.querySelector('#status').textContent = ''")
    page.keyboard.press(key)
    page.wait_for_selector("#status:not(:empty)")
    page.wait_for_selector("body:not(.busy)")
    return words


def says(page: Any, part: str, words: str) -> None:
    """Waits until a part of the page has these words."""
    playwright.expect(page.locator(part)).to_contain_text(words, timeout=20_000)


def done(page: Any) -> str:
    text: str = page.inner_text("#done")
    return text


def test_ten_corrections_survive_a_killed_server(
    start: Callable[[Path], Server],
    browser: Any,
    errors: list[str],
    tmp_path: Path,
    run: Callable[..., Any],
) -> None:
    corpus = corpus_of(LETTERS, tmp_path / "letters.json")
    server = start(corpus)
    page = opened(browser, server.address, errors)
    keys = ["Enter", "1", "n", "2", "Enter", "x", "a", "3", "n", "Enter"]
    decided = [(press(page, key), key) for key in keys]
    page.keyboard.press("u")
    says(page, "#status", "Undone")
    undone, _ = decided.pop()
    assert shown(page) == undone
    before = done(page)
    server.kill()
    page.keyboard.press("Enter")
    page.wait_for_selector("#notice:not([hidden])")
    assert "Nothing was stored" in page.inner_text("#notice")

    page = opened(browser, start(corpus).address, errors)
    assert done(page) == before
    gold = tmp_path / "gold.json"
    state = corpus.with_suffix(".review.sqlite")
    assert run("review", "export", state, "--to", "bigbio", "-o", gold, "--quiet").status == 0
    kept = {
        mention.surface: [concept.db_id for concept in mention.gold]
        for document in open_documents(gold)
        for mention in document.mentions
    }
    deleted = {words for words, key in decided if key == "x"}
    nil = {words for words, key in decided if key == "n"}
    assert set(kept) >= {words for words, _ in decided} - deleted
    assert not deleted & set(kept)
    assert {words for words, ids in kept.items() if not ids} == nil
    assert undone not in kept


def test_windows_of_two_reviewers_see_each_other(
    address: str, browser: Any, errors: list[str]
) -> None:
    ana = opened(browser, address, errors)
    ben = opened(browser, address, errors, hears=False)
    ben.fill("#reviewer", "Ben")
    ben.press("#reviewer", "Enter")
    ben.evaluate("document.activeElement.blur()")
    ben.wait_for_selector("#candidates li")
    words = shown(ana)
    assert shown(ben) == words
    press(ana, "n")
    ben.keyboard.press("1")
    says(ben, "#notice", "Ana has changed this mention in the meantime")
    says(ben, "#mention", "NIL by Ana")
    assert shown(ben) == words


def test_words_are_marked_searched_and_always_meant(
    address: str, browser: Any, errors: list[str]
) -> None:
    page = opened(browser, address, errors)
    page.select_option("#order", "text")
    says(page, "#mention h2", "“Fever")
    assert press(page, "a") == "Fever"
    assert "2 other open mentions" in page.inner_text("#status")
    page.evaluate("""() => {
      const node = [...document.querySelectorAll('#text span')].find(
        (one) => one.textContent.includes('again')).firstChild;
      const at = node.data.indexOf('again');
      getSelection().setBaseAndExtent(node, at, node, at + 5);
    }""")
    page.keyboard.press("s")
    says(page, "#mention h2", "again")
    page.keyboard.press("/")
    page.keyboard.type("heart attack")
    page.keyboard.press("Enter")
    page.wait_for_selector("#found .candidate:focus")
    page.keyboard.press("t")
    page.wait_for_selector("#found .here")
    assert press(page, "Enter") == "again"
    assert "linked to Myocardial infarction" in page.inner_text("#status")
    page.keyboard.press("u")
    says(page, "#status", "Undone")
    assert "Open" in page.inner_text("#mention")


def test_the_page_fits_a_phone_and_shows_texts_as_texts(
    address: str, browser: Any, errors: list[str]
) -> None:
    page = opened(browser, address, errors, width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click("#queue summary")
    page.click("#items button:has-text('Hypotonia')")
    says(page, "#text", "<b>")
    assert page.locator("#text b").count() == 0
    for button in page.locator("#actions button").all():
        box = button.bounding_box()
        assert box["height"] >= 24  # WCAG 2.2, target size
        assert box["x"] + box["width"] <= 390
