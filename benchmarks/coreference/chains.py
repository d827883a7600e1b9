"""Name mentions with gold chains: LitBank (for measuring only) and GUM's development part."""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Named(NamedTuple):
    """A name mention: its span in the document, text, type and gold chain."""

    start: int
    end: int
    text: str
    type: str
    chain: str


class Story(NamedTuple):
    """A document with its name mentions, in text order."""

    id: str
    text: str
    names: list[Named]


def litbank(data: Path) -> Iterator[Story]:
    """The 100 novels' beginnings with their proper names (`PROP_*`)."""
    with tarfile.open(data / "text/litbank-coref-brat.tar.xz") as archive:
        files = {
            member.name: member for member in archive if member.name.endswith((".ann", ".txt"))
        }
        for name in sorted(files):
            if name.endswith(".ann"):
                text = _read(archive, files[name[:-4] + ".txt"])
                yield Story(Path(name).stem, text, _brat_names(_read(archive, files[name]), text))


def _read(archive: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    stream = archive.extractfile(member)
    assert stream is not None
    return stream.read().decode("utf-8")


def _brat_names(lines: str, text: str) -> list[Named]:
    """Each mention is two lines: its category, and on the same span its chain's name."""
    types: dict[tuple[int, int], str] = {}
    chains: dict[tuple[int, int], str] = {}
    for line in lines.splitlines():
        if line.startswith("T"):
            label, start, end = line.split("\t")[1].split(" ")
            span = int(start), int(end)
            if re.fullmatch(r"(PROP|NOM|PRON)_[A-Z]{3}", label):
                types[span] = label
            else:
                chains[span] = label
    return [
        Named(*span, text[slice(*span)], label, chains[span])
        for span, label in sorted(types.items())
        if label.startswith("PROP_") and span in chains
    ]


def gum(data: Path) -> Iterator[Story]:
    """GUM's development part: mentions of persons, organizations and places that are names.

    A name begins with a proper noun and has nothing but these, small words and punctuation.
    """
    with tarfile.open(data / "text/GUM-coref-dev.tar.xz") as archive:
        member = next(m for m in archive if m.name.endswith(".conllu"))
        lines = _read(archive, member)
    for block in re.split(r"(?m)^# newdoc id = ", lines)[1:]:
        yield _gum_story(block.split("\n", 1)[0], block.splitlines())


def _gum_story(id: str, lines: list[str]) -> Story:
    text = ""
    names: list[Named] = []
    open_mentions: list[tuple[str, str, int, list[str]]] = []
    for line in lines:
        cells = line.split("\t")
        if len(cells) != 10 or not cells[0].isdigit():
            if not line:
                text += "\n"
            continue
        misc = dict(item.split("=", 1) for item in cells[9].split("|") if "=" in item)
        start = len(text)
        text += cells[1]
        for mark in re.findall(r"\([^()]+\)?|[^()]+\)", misc.get("Entity", "")):
            if mark.startswith("("):
                chain, type = mark.strip("()").split("-")[:2]
                open_mentions.append((chain, type, start, []))
            if mark.startswith("(") and not mark.endswith(")"):
                continue
            chain = mark.strip("()").split("-")[0]
            at = max(i for i, item in enumerate(open_mentions) if item[0] == chain)
            chain, type, begin, tags = open_mentions.pop(at)
            tags = [*tags, cells[3]]
            if type in ("person", "organization", "place") and _is_name(tags):
                names.append(Named(begin, len(text), text[begin:], type, chain))
        for mention in open_mentions:
            mention[3].append(cells[3])
        if misc.get("SpaceAfter") != "No":
            text += " "
    return Story(id, text, sorted(names))


def _is_name(tags: list[str]) -> bool:
    return tags[0] == "PROPN" and set(tags) <= {"PROPN", "ADP", "DET", "PUNCT", "PART", "NUM"}
