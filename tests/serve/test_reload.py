"""A rebuilt index and changed tokens are taken up while requests go on."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from xnorm.document import Document
from xnorm.index import Index
from xnorm.kb import KnowledgeBase, build_from_files
from xnorm.kb.sources import Options
from xnorm.pipeline import load
from xnorm.serve.service import Service
from xnorm.serve.settings import Limits


@pytest.fixture
def index(small_index: Path, tmp_path: Path) -> Path:
    path = tmp_path / "my.index"
    shutil.copytree(small_index, path)
    return path


def rebuild(index: Path) -> None:
    """Puts an index of one other concept in the place of what is there."""
    table = index.with_name("other.tsv")
    table.write_text("id\tname\nT:77\tFever\n", encoding="utf-8")
    kb = build_from_files(
        "table",
        [table],
        index.with_name("o.kb"),
        options=Options(default_language="en"),
        source="T",
    )
    Index.build(KnowledgeBase.open(kb.path), index)


def run(
    index: Path, work: Callable[[Service], Awaitable[None]], tokens: Path | None = None
) -> None:
    async def with_service() -> None:
        service = Service({"my": load(index)}, Limits(), tokens)
        async with service.running():
            await work(service)

    asyncio.run(with_service())


async def concept(service: Service, text: str = "Fever") -> str | None:
    document = Document.from_text(text, language="en")
    _, (linked,) = await service.link([document], "my", client="")
    link = linked.mentions[0].link
    return link.concept if link else None


def test_a_rebuilt_index_is_opened_and_no_request_is_dropped(index: Path) -> None:
    async def work(service: Service) -> None:
        assert await concept(service) == "T:05"
        before = service.index("my").info()
        asked = [asyncio.create_task(concept(service)) for _ in range(50)]
        await asyncio.sleep(0)
        rebuild(index)
        refreshing = asyncio.create_task(service.refresh())
        during = []
        while not refreshing.done():
            during.append(await concept(service))
        assert await asyncio.gather(*asked) == ["T:05"] * 50
        assert set(during) <= {"T:05", "T:77"}
        assert await concept(service) == "T:77"
        after = service.index("my").info()
        assert (before.concepts, after.concepts) == (20, 1)
        assert before.fingerprint != after.fingerprint
        assert service.metrics.reloads == {("my", "opened"): 1}

    run(index, work)


def test_an_index_that_did_not_change_stays_open(index: Path) -> None:
    async def work(service: Service) -> None:
        batcher = service.index("my").batcher
        await service.refresh()
        assert service.index("my").batcher is batcher

    run(index, work)


def test_an_index_that_is_deleted_or_damaged_is_served_on_and_said_to_be(index: Path) -> None:
    async def work(service: Service) -> None:
        (index / "manifest.json").write_text("{", encoding="utf-8")
        await service.refresh()
        await service.refresh()
        assert "damaged manifest" in service.index("my").info().problem
        assert await concept(service, "Never asked before, with head pain") == "T:01"
        shutil.rmtree(index)
        await service.refresh()
        assert service.index("my").info().problem.startswith("there is no index any more")
        assert await concept(service, "Cough that was not asked for before") == "T:19"
        assert service.metrics.reloads == {("my", "failed"): 2}
        rebuild(index)
        await service.refresh()
        assert service.index("my").info().problem == ""
        assert await concept(service) == "T:77"

    run(index, work)


def test_changed_tokens_hold_at_once_and_a_broken_file_changes_nothing(
    index: Path, tmp_path: Path
) -> None:
    path = tmp_path / "tokens"
    path.write_text("0123456789abcdef one\n", encoding="utf-8")

    async def work(service: Service) -> None:
        path.write_text("fedcba9876543210 two\n", encoding="utf-8")
        await service.refresh()
        assert [token.name for token in service.tokens] == ["two"]
        path.write_text("short\n", encoding="utf-8")
        await service.refresh()
        assert [token.name for token in service.tokens] == ["two"]

    run(index, work, path)
