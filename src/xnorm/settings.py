"""What a linker can be told, and the stages made from it: the only place that builds them by name.

`configs/link.yaml` lists the same keys with their defaults, for people.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from xnorm.candidates.fuse import Fuse
from xnorm.coreference.sharing import ShareEvidence
from xnorm.decision import Decide
from xnorm.decision.overrides import Overrides, read_rules
from xnorm.encoders.transformer import Precision
from xnorm.errors import SettingError, did_you_mean
from xnorm.mentions.cross_lingual import LONGEST, THRESHOLD
from xnorm.mentions.long_forms import ExpandAbbreviations
from xnorm.reranking.scoring import TOKENS
from xnorm.titles.back_off import BackOffSettings

if TYPE_CHECKING:
    from xnorm.index import Index
    from xnorm.stage import Stage


class FindSettings(msgspec.Struct, frozen=True):
    """How mentions are found in documents that have none.

    Attributes:
        finder: `auto` (by dictionary where the terminology has names in the text's language, by
            meaning besides), `dictionary`, `cross-lingual` or `spacy`.
        threshold: 0 to 1, of the cross-lingual finder's probability; lower finds more.
        longest: words of the longest mention, for the cross-lingual finder.
        types: only concepts of these types, for the dictionary; all if empty.
        type: the type that found mentions get.
        model: for `spacy`: an installed pipeline, a folder, or `blank:CODE`.
        labels: for `spacy`: only entities with these labels; all if empty.
    """

    finder: str = "auto"
    threshold: float = THRESHOLD
    longest: int = LONGEST
    types: tuple[str, ...] = ()
    type: str = ""
    model: str = ""
    labels: tuple[str, ...] = ()


class CoreferenceSettings(msgspec.Struct, frozen=True):
    """How names of one thing are found, where `stages` has `coreference` before `retrieve`.

    Attributes:
        types: only mentions of these types are names; all if empty.
        resolver: `coreferee` or `fastcoref`, for pronouns and nominals; none if empty.
        model: the resolver's.
    """

    types: tuple[str, ...] = ()
    resolver: str = ""
    model: str = ""


class RetrieveSettings(msgspec.Struct, frozen=True):
    """How candidates are generated: `k` a mention, their scores made one by `fuse`."""

    k: int = 64
    fuse: Fuse = Fuse()


class RerankSettings(msgspec.Struct, frozen=True):
    """How candidates are re-ranked, where `stages` has `rerank` after `retrieve`.

    Attributes:
        model: a folder that `xnorm train reranker` wrote, or any cross-encoder with one output.
        k: candidates a mention that are re-ranked; by default as many as in training.
        sure: a mention whose best candidate matched exactly and leads by this much is not asked
            about; 1 asks about all.
        tokens: that go through the model at a time; fewer take less memory.
        precision: of the products: `float32`, or `bfloat16`, two to three times as fast on
            processors that have units for it, with logits that differ by about a hundredth.
    """

    model: str = ""
    k: int | None = None
    sure: float = 1.0
    tokens: int = TOKENS
    precision: Precision = "float32"


class KeepSettings(msgspec.Struct, frozen=True):
    """Which candidates are kept, where `stages` has `keep`.

    Attributes:
        types: of concepts, as the terminology writes them.
        groups: of UMLS semantic types, such as `DISO`; their types are added.
    """

    types: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


class ReorderSettings(msgspec.Struct, frozen=True):
    """How nearly equal candidates are ordered, where `stages` has `reorder`.

    Attributes:
        rules: most important first: `exact`, `preferred`, `same-language`, `agreed` (found by most
            retrievers), `specific` (deeper in the hierarchy), `general`.
        margin: scores that differ by at most this are nearly equal; 0 orders ties only.
    """

    rules: tuple[str, ...] = ("exact", "preferred", "same-language")
    margin: float = 0.0


class OverrideSettings(msgspec.Struct, frozen=True):
    """What people say about words: files of `decision.overrides`."""

    files: tuple[str, ...] = ()


class Settings(msgspec.Struct, frozen=True):
    """A linker's settings, a section a stage.

    Attributes:
        index: what `--index` takes; `default` is the terminology that ships.
        encoder: of the index of a `.kb`, each for a retriever of its own; empty: what it has.
        stages: their names, in order.
    """

    index: str = "default"
    encoder: tuple[str, ...] = ()
    stages: tuple[str, ...] = (
        "find",
        "abbreviations",
        "retrieve",
        "share",
        "overrides",
        "decide",
    )
    find: FindSettings = FindSettings()
    abbreviations: ExpandAbbreviations = ExpandAbbreviations()
    coreference: CoreferenceSettings = CoreferenceSettings()
    retrieve: RetrieveSettings = RetrieveSettings()
    share: ShareEvidence = ShareEvidence()
    rerank: RerankSettings = RerankSettings()
    keep: KeepSettings = KeepSettings()
    reorder: ReorderSettings = ReorderSettings()
    overrides: OverrideSettings = OverrideSettings()
    decide: Decide = Decide()
    back_off: BackOffSettings = BackOffSettings()


def build_stages(settings: Settings, index: Index) -> list[Stage]:
    """The stages that the settings name, over one index.

    Raises:
        SettingError: for an unknown stage or finder.
    """
    stages: list[Stage] = []
    for name in settings.stages:
        if name not in STAGES:
            raise SettingError(
                f"unknown stage '{name}'", place="stages", todo=did_you_mean(name, STAGES)
            )
        stages.append(STAGES[name](settings, index))
    return stages


def _identify(_: Settings, index: Index) -> Stage:
    from xnorm.languages import SPOKEN
    from xnorm.mentions.languages import IdentifyLanguages
    from xnorm.text.language_id import LanguageIdentifier

    return IdentifyLanguages(LanguageIdentifier({*SPOKEN, *index.kb.languages}))


def _find(settings: Settings, index: Index) -> Stage:
    find = settings.find
    if find.finder not in FINDERS:
        raise SettingError(
            f"unknown finder '{find.finder}'",
            place="find.finder",
            todo=did_you_mean(find.finder, FINDERS),
        )
    from xnorm.mentions.languages import FindByLanguage

    return FindByLanguage(FINDERS[find.finder](find, index))


def _coreference(settings: Settings, _: Index) -> Stage:
    from xnorm.coreference import NormalizeCoreference
    from xnorm.coreference.resolvers import resolver_named

    chosen = settings.coreference
    return NormalizeCoreference(chosen.types, resolver_named(chosen.resolver, chosen.model))


def _retrieve(settings: Settings, index: Index) -> Stage:
    from xnorm.candidates.stage import Retrieve

    return Retrieve(index, k=settings.retrieve.k, fuse=settings.retrieve.fuse)


def _rerank(settings: Settings, index: Index) -> Stage:
    from xnorm.reranking.model import open_model
    from xnorm.reranking.stage import Rerank

    rerank = settings.rerank
    if not rerank.model:
        raise SettingError(
            "re-ranking needs a model",
            place="rerank.model",
            todo="Name a folder that `xnorm train reranker` wrote",
        )
    model, reading = open_model(rerank.model)
    return Rerank(
        model,
        reading,
        index.kb,
        k=rerank.k,
        sure=rerank.sure,
        tokens=rerank.tokens,
        precision=rerank.precision,
    )


def _keep(settings: Settings, index: Index) -> Stage:
    from xnorm.kb.semantic_types import types_in_groups
    from xnorm.reranking.rules import KeepTypes

    keep = settings.keep
    return KeepTypes(index.kb, (*keep.types, *sorted(types_in_groups(keep.groups))))


def _reorder(settings: Settings, index: Index) -> Stage:
    from xnorm.reranking.rules import Reorder

    return Reorder(index.kb, settings.reorder.rules, margin=settings.reorder.margin)


def _merge(_: Settings, index: Index) -> Stage:
    from xnorm.reranking.rules import MergeEqual

    return MergeEqual(index.kb)


def _titles(settings: Settings, index: Index) -> Stage:
    from xnorm.titles.stage import CALIBRATED, RetrieveTitles

    fuse = settings.retrieve.fuse
    return RetrieveTitles(index, k=settings.retrieve.k, fuse=CALIBRATED if fuse == Fuse() else fuse)


def _back_off(settings: Settings, index: Index) -> Stage:
    from xnorm.titles.back_off import BackOff

    return BackOff(index.kb, settings.back_off)


def _overrides(settings: Settings, index: Index) -> Stage:
    rules = (rule for file in settings.overrides.files for rule in read_rules(file))
    return Overrides(rules, index.kb)


def _dictionary(find: FindSettings, index: Index) -> Stage:
    from xnorm.mentions import DictionaryFinder

    return DictionaryFinder(index, types=find.types, type=find.type)


def _cross_lingual(find: FindSettings, index: Index) -> Stage:
    from xnorm.mentions import CrossLingualFinder

    return CrossLingualFinder(index, find.threshold, find.longest, find.type)


def _spacy(find: FindSettings, _: Index) -> Stage:
    from xnorm.mentions import SpacyFinder

    if not find.model:
        raise SettingError(
            "the spaCy finder needs a pipeline",
            place="find.model",
            todo="Name an installed one, such as en_core_sci_sm",
        )
    return SpacyFinder(find.model, labels=find.labels)


def _auto(find: FindSettings, index: Index) -> Stage:
    from xnorm.mentions import FindMentions

    return FindMentions(index, threshold=find.threshold, longest=find.longest, type=find.type)


FINDERS: dict[str, Callable[[FindSettings, Index], Stage]] = {
    "auto": _auto,
    "dictionary": _dictionary,
    "cross-lingual": _cross_lingual,
    "spacy": _spacy,
}
"""What `find.finder` may name."""

STAGES: dict[str, Callable[[Settings, Index], Stage]] = {
    "identify": _identify,
    "find": _find,
    "abbreviations": lambda settings, _: settings.abbreviations,
    "coreference": _coreference,
    "retrieve": _retrieve,
    "share": lambda settings, _: settings.share,
    "rerank": _rerank,
    "keep": _keep,
    "merge": _merge,
    "overrides": _overrides,
    "reorder": _reorder,
    "decide": lambda settings, _: settings.decide,
    "titles": _titles,
    "back-off": _back_off,
}
"""What a configuration's `stages` may name."""
