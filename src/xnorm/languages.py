"""Language codes: ISO 639-1, lower case, as documents and names carry them."""

from __future__ import annotations

from xnorm.errors import SettingError, did_you_mean

# fmt: off
CODES = frozenset(
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy "
    "da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu "
    "hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb "
    "lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om "
    "or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw "
    "ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu".split()
)
# fmt: on

SPOKEN = {
    "en": "English",
    "es": "Spanish",
    "de": "German",
    "fr": "French",
    "it": "Italian",
    "nl": "Dutch",
    "pt": "Portuguese",
}
"""The languages with a folder in `resources/`: function words, generic words, abbreviations."""


def language_code(text: str, *, place: str = "") -> str:
    """Returns the ISO 639-1 code of a language tag, so that `es-MX` is `es`.

    Raises:
        SettingError: when the tag does not begin with a known code.

    >>> language_code("pt-BR")
    'pt'
    """
    code = text.strip().lower().replace("_", "-").split("-")[0]
    if code not in CODES:
        raise SettingError(
            f"unknown language code '{text}'",
            place=place,
            todo=f"Give an ISO 639-1 code such as es, de or fr. {did_you_mean(code, SPOKEN)}",
        )
    return code
