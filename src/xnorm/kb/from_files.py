"""From terminology files to a knowledge base in one call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from xnorm.errors import SettingError
from xnorm.files import sha256, unreadable
from xnorm.kb.builder import Progress
from xnorm.kb.knowledge_base import KnowledgeBase
from xnorm.kb.manifest import BuiltFrom, Dropped
from xnorm.kb.mappings import add_mappings
from xnorm.kb.model import Concept
from xnorm.kb.name_rules import DEFAULT, apply_rules
from xnorm.kb.rekey import rekey, vocabulary
from xnorm.kb.sources import Options, find_source, hpo, read_concepts


def build_from_files(
    kind: str,
    files: Sequence[str | Path],
    path: str | Path,
    *,
    options: Options | None = None,
    source: str = "",
    release: str = "",
    name_rules: Sequence[str] = DEFAULT,
    progress: Progress | None = None,
) -> KnowledgeBase:
    """Reads a terminology, writes the knowledge base `path` and opens it.

    Args:
        kind: a key of `sources.SOURCES`.
        files: the terminology's files; none for a kind that brings its own, such as `hpo`.
        path: the folder to write, conventionally `NAME.kb`.
        options: what the source is to do.
        source: the terminology's name; by default the source's own, or the first file's. Ids of
            another vocabulary (`options.ids`) belong to that one, and names to this one.
        release: the terminology's version; by default what the file says.
        name_rules: keys of `name_rules.RULES` by which names get variants.
        progress: told the number of concepts so far, now and then.

    Raises:
        DataError: naming the place of what cannot be read, or of an output that cannot be written.
        SettingError: for an unknown kind, unfit options, or an output that is something else.
    """
    module = find_source(kind)
    if not files and not hasattr(module, "default"):
        raise SettingError(f"source '{kind}' needs a file", todo="Name the terminology's file")
    first, *more = [Path(file) for file in files] or [module.default()]
    asked = msgspec.structs.replace(options or Options(), more=tuple(more))
    options = _for_source(module, asked)
    read = module.files(first, options) if hasattr(module, "files") else [first, *more]
    named = module.name(options) if hasattr(module, "name") else getattr(module, "NAME", "")
    source = source or named or first.name.split(".")[0]
    concepts = read_concepts(kind, first, options)
    if asked.xrefs:
        concepts = add_mappings(concepts, asked.xrefs)
    dropped = None
    if asked.ids:
        if not options.ids:
            rekeyed = rekey(concepts, asked.ids, source=source)
            concepts = iter(rekeyed.concepts)
            dropped = Dropped(concepts_without_id=rekeyed.without)
        source = vocabulary(asked.ids)
    return KnowledgeBase.build(
        apply_rules(concepts, name_rules) if name_rules else concepts,
        path,
        source=source,
        release=release or (module.release(first) if hasattr(module, "release") else ""),
        built_from=[_built_from(file) for file in (*read, *asked.xrefs)],
        name_rules=name_rules,
        dropped=dropped,
        progress=progress,
    )


def _for_source(module: object, options: Options) -> Options:
    """What a source is to heed; other ids are given to the concepts of any that does not."""
    ids = options.ids if "ids" in getattr(module, "USES", ()) else ""
    return msgspec.structs.replace(options, ids=ids, xrefs=())


def default_sources() -> list[Path]:
    """The files of the terminology that ships with xnorm: HPO and its translations."""
    return list(hpo.files(hpo.default(), Options()))


def default_concepts(languages: Sequence[str] = ()) -> Iterator[Concept]:
    """The concepts of the terminology that ships with xnorm: HPO with its translations.

    Retired ones are among them, without names (`Concept.replaced_by`); a build resolves them.

    Args:
        languages: keep only names in these, such as `["en"]`; empty keeps all.

    Raises:
        DataError: for a language without a single name.
    """
    return read_concepts("hpo", hpo.default(), Options(languages=tuple(languages)))


def _built_from(file: Path) -> BuiltFrom:
    try:
        return BuiltFrom(file.name, sha256(file))
    except OSError as error:
        raise unreadable(str(file), error) from error
