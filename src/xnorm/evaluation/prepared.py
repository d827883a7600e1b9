"""A set of a suite made ready: the terminology on disk, the gold documents, what is asked."""

from __future__ import annotations

import hashlib
import inspect
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from xnorm.candidates import Query
from xnorm.corpora import prepare, read_corpus, steps
from xnorm.corpora.names import held_out
from xnorm.document import ConceptId, Document, Mention
from xnorm.errors import DataError, SettingError, did_you_mean
from xnorm.evaluation.pools import POOLS
from xnorm.evaluation.subsets import Training
from xnorm.evaluation.suite import (
    OPTION_PATHS,
    CorpusSettings,
    Suite,
    TerminologySettings,
    data_path,
    inputs,
    terminology_inputs,
)
from xnorm.evaluation.vocabulary import NO_ID, Vocabulary
from xnorm.files import sha256
from xnorm.kb import KnowledgeBase, build_from_files
from xnorm.kb.sources import Options
from xnorm.version import VERSION


class Prepared(NamedTuple):
    """What all systems are given of one set of a suite.

    Attributes:
        suite, place: for the set; the suite's file.
        kb: the terminology.
        vocabulary: how its ids are compared.
        documents: with the mentions that count and their gold ids.
        training: what the training parts have; None if the suite names none.
    """

    suite: Suite
    place: str
    kb: KnowledgeBase
    vocabulary: Vocabulary
    documents: list[Document]
    training: Training | None


def prepared(suite: Suite, place: str, work: Path) -> Prepared:
    """Makes a set of a suite ready.

    Args:
        suite: for the set.
        place: the suite's file.
        work: where knowledge bases are kept.

    Raises:
        SettingError: for what the suite names and there is not.
        DataError: for a file that cannot be read, or when no mention has a concept there.
    """
    kb = _knowledge_base(suite.terminology, place, work)
    vocabulary = Vocabulary(kb=kb)
    corpus = suite.corpus
    ids = _by_xref(kb) if suite.terminology.by_xref else {}

    def gold(split: str) -> list[Document]:
        documents = _documents(corpus, kb, place, split, work)
        return [_with_gold(document, corpus.gold, kb.source, ids) for document in documents]

    documents = gold(corpus.split)
    if not any(_is_known(concept, kb) for concept in _all_gold(documents)):
        raise DataError(
            f"no mention has a concept in the terminology, whose ids are those of {kb.source} "
            f"and look like {kb.concepts['id'][0].as_py()}",
            place=place,
            todo="Correct corpus.gold or the terminology",
        )
    seen = [document for split in corpus.training for document in gold(split)]
    training = Training.of(seen, vocabulary) if seen else None
    return Prepared(suite, place, kb, vocabulary, documents, training)


def _with_gold(
    document: Document, wanted: Sequence[str], source: str, by_xref: Mapping[str, Sequence[str]]
) -> Document:
    """The document with the mentions that have ids of the wanted vocabularies, as `source`'s."""
    mentions = []
    for mention in document.mentions:
        stated = [
            concept.db_id
            for concept in mention.gold
            if concept.db_id not in NO_ID and (not wanted or concept.db_name in wanted)
        ]
        gold = tuple(ConceptId(source, id) for one in stated for id in by_xref.get(one, (one,)))
        if gold:
            mentions.append(replace(mention, gold=gold))
    return replace(document, mentions=tuple(mentions))


def _all_gold(documents: Iterable[Document]) -> Iterator[ConceptId]:
    for document in documents:
        for mention in document.mentions:
            yield from mention.gold


def _is_known(concept: ConceptId, kb: KnowledgeBase) -> bool:
    return kb.concept_row(concept.db_id) is not None


def query_of(document: Document, mention: Mention) -> Query:
    """What is asked for a mention."""
    return Query(mention.surface, mention.long_form, document.language)


def checksums(suite: Suite, place: str) -> dict[str, str]:
    """SHA-256 of all that a suite reads, by the path as the suite writes it; a folder's at once."""
    return {text: checksum(data_path(text, place=place)) for text in inputs(suite)}


def checksum(path: Path) -> str:
    """SHA-256 of a file, or of a folder's files and their names."""
    if not path.is_dir():
        return sha256(path)
    files = sorted(file for file in path.rglob("*") if file.is_file())
    lines = [f"{file.relative_to(path).as_posix()} {sha256(file)}" for file in files]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _documents(
    corpus: CorpusSettings, kb: KnowledgeBase, place: str, split: str, work: Path
) -> Iterator[Document]:
    if corpus.terminology is None:
        path = data_path(corpus.path, place=place)
    else:
        path = _knowledge_base(corpus.terminology, place, work).path
    _check_options(read_corpus, corpus.options, f"{place}, corpus")
    documents = read_corpus(corpus.name, path, split=split or None, **corpus.options)
    if corpus.types:
        documents = prepare.keep_types(documents, corpus.types)
    return steps.prepared(documents, corpus.prepare, kb=kb, place=place)


def _knowledge_base(terminology: TerminologySettings, place: str, work: Path) -> KnowledgeBase:
    """A terminology, built in `work` if need be."""
    read = [checksum(data_path(text, place=place)) for text in terminology_inputs(terminology)]
    key = msgspec.json.encode([VERSION, terminology, read], order="deterministic")
    path = work / f"{terminology.kind}-{hashlib.sha256(key).hexdigest()[:16]}.kb"
    if path.exists():
        return KnowledgeBase.open(path)
    files = [data_path(file, place=place) for file in terminology.files]
    source, release = terminology.source, terminology.release
    if terminology.kind in POOLS:
        pool = POOLS[terminology.kind]
        _check_options(pool, terminology.options, f"{place}, terminology")
        concepts = pool(files[0], **terminology.options)
        return KnowledgeBase.build(concepts, path, source=source, release=release)
    with tempfile.TemporaryDirectory(dir=work) as folder:
        whole = build_from_files(
            terminology.kind,
            files,
            Path(folder) / "whole.kb" if terminology.hold_out else path,
            options=_options(terminology.options, place),
            source=source,
            release=release,
        )
        if not terminology.hold_out:
            return whole
        return KnowledgeBase.build(
            (concept for concept in whole if held_out(concept.id, terminology.hold_out)),
            path,
            source=whole.source,
            release=whole.manifest.release,
            built_from=whole.manifest.built_from,
        )


def _by_xref(kb: KnowledgeBase) -> dict[str, list[str]]:
    """The concepts that have a cross-reference."""
    found: dict[str, list[str]] = {}
    ids = kb.concepts["id"].take(kb.xrefs["concept"]).to_pylist()
    for id, xref in zip(ids, kb.xrefs["xref"].to_pylist(), strict=True):
        found.setdefault(xref, []).append(id)
    return found


def _check_options(function: Callable[..., Any], given: dict[str, Any], place: str) -> None:
    parameters = inspect.signature(function).parameters.values()
    known = [one.name for one in parameters if one.kind is one.KEYWORD_ONLY and one.name != "split"]
    _refuse_unknown(given, known, place)


def _refuse_unknown(given: Iterable[str], known: Sequence[str], place: str) -> None:
    for key in given:
        if key not in known:
            raise SettingError(
                f"unknown option '{key}'", place=place, todo=did_you_mean(key, known)
            )


def _options(given: dict[str, Any], place: str) -> Options:
    _refuse_unknown(given, [field.name for field in msgspec.structs.fields(Options)], place)
    paths = {key: data_path(given[key], place=place) for key in OPTION_PATHS if key in given}
    try:
        return msgspec.convert({**given, **paths}, Options)
    except msgspec.ValidationError as error:
        raise SettingError(str(error), place=place, todo="Correct terminology.options") from error
