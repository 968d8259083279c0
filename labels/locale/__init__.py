"""The words of pages, PDFs and problems in four languages: one gettext catalogue.

Rules:

* Languages are ``zh-Hans``, ``zh-Hant`` (Hong Kong and Macao wording), ``en`` and ``pt`` (pt-PT).
* A message is named by a dotted key (``label.valid_until``); English is a translation like the
  others. Parameters stand in braces: ``{unit}``. A parameter is text and is never evaluated.
* The catalogues are this package's ``.po`` files, one line for each key and each message; they are
  read at first use, in every process: a general reader of such files takes ten times as long.
* A key that does not exist is answered by the key itself: a reader sees a strange word, not a
  failed page. Tests find such keys before a reader does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, localcontext
from functools import lru_cache
from importlib import resources
from types import MappingProxyType

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent

DEFAULT_LANGUAGE = "zh-Hans"
LANGUAGES = ("zh-Hans", "zh-Hant", "en", "pt")

# Keys of these families are looked up by data (a stage, a state, an error code), not by name.
VOCABULARIES = (
    "action.",
    "activity_origin.",
    "assurance.",
    "body_kind.",
    "body_standing.",
    "book.",
    "boundary.",
    "biogenic_masses.",
    "case_event.",
    "case_state.",
    "check.",
    "comparison.",
    "check_outcome.",
    "check_severity.",
    "consent_purpose.",
    "criterion.",
    "criterion_outcome.",
    "document.",
    "effect.",
    "event.",
    "finding_state.",
    "gate.",
    "identity_kind.",
    "inclusion.",
    "industry.",
    "indicator.",
    "indicator_value.",
    "label_move.",
    "label_state.",
    "language.",
    "level.",
    "line_kind.",
    "loss_route.",
    "mark.",
    "nav.",
    "notice.",
    "opinion.",
    "organisation_kind.",
    "partition.",
    "problem.",
    "rating_block.",
    "rating_colour.",
    "rating_grade.",
    "reason.",
    "recognition_move.",
    "recognition_state.",
    "region.",
    "report_member.",
    "review_move.",
    "review_obstacle.",
    "review_status.",
    "role.",
    "seal.",
    "severity.",
    "side.",
    "stage.",
    "supply.",
    "term.",
    "unit_kind.",
    "uptake_basis.",
    "verdict.",
)

_SMALL_SHARE = Decimal("0.0995")  # what would be rounded to ten per cent
_BABEL_LOCALES = {"zh-Hans": "zh_Hans_CN", "zh-Hant": "zh_Hant_HK", "en": "en_HK", "pt": "pt_PT"}
_HTML_LANGUAGES = {"zh-Hans": "zh-Hans", "zh-Hant": "zh-Hant-HK", "en": "en", "pt": "pt-PT"}
_MESSAGE = re.compile(r'^msgid "((?:[^"\\\n]|\\.)+)"\nmsgstr "((?:[^"\\\n]|\\.)+)"$', re.MULTILINE)
_ESCAPED = re.compile(r"\\(.)")
_PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_MAX_HEADER = 1000
_MAX_RANGES = 20


@lru_cache(maxsize=len(LANGUAGES))
def translations(language: str) -> Mapping[str, str]:
    """The messages of a language by their keys.

    Raises:
        ValueError: the language is not one of ``LANGUAGES``.
    """
    if language not in LANGUAGES:
        raise ValueError(language)
    path = resources.files(__package__) / language / "LC_MESSAGES" / "tanbiao.po"
    found = _MESSAGE.findall(path.read_text(encoding="utf-8"))
    return MappingProxyType({_plain(key): _plain(message) for key, message in found})


def _plain(quoted: str) -> str:
    """What stands between the quotes of a ``.po`` file, its escapes taken back."""
    if "\\" not in quoted:
        return quoted
    return _ESCAPED.sub(lambda found: "\n" if found[1] == "n" else found[1], quoted)


@dataclass(frozen=True)
class Translator:
    """One reader's language: words, numbers and dates."""

    language: str

    def gettext(self, key: str) -> str:
        """The message of ``key`` with its placeholders still in it; the key when it is unknown."""
        return translations(self.language).get(key, key)

    def has(self, key: str) -> bool:
        """Whether the catalogue holds ``key``."""
        return self.gettext(key) != key

    def text(self, key: str, /, **parameters: object) -> str:
        """The message of ``key``, each ``{name}`` replaced by its parameter, ``{key}`` included.

        A placeholder without parameter stays as it is; braces in parameters are left alone.
        """
        return _PLACEHOLDER.sub(
            lambda found: str(parameters.get(found[1], found[0])), self.gettext(key)
        )

    def problem(self, code: str, parameters: Mapping[str, str]) -> str:
        """The sentence of an error code: what happened and what to do."""
        return self.text(f"problem.{code}", **parameters)

    def local(self, texts: Mapping[str, str]) -> str:
        """The reader's version of a text given in some languages, else the nearest one."""
        return local_text(texts, self.language)

    def local_tag(self, texts: Mapping[str, str]) -> str:
        """The language of what :meth:`local` gives, "" where there is none."""
        return local_tag(texts, self.language)

    def unit_words(self, amount: str | Decimal, unit: str, words: Mapping[str, str]) -> str:
        """What a figure is per: the quantity it is calculated and booked by, then its words."""
        quantity = f"{self.number(amount)} {unit}"
        return self.text("label.unit_words", quantity=quantity, words=self.local(words))

    def number(self, value: str | Decimal) -> str:
        """A decimal with the separators of the language; its number of decimals is kept."""
        return format_number(value, self.language)

    def percent(self, share: str | Decimal, decimals: int | None = None) -> str:
        """A share between 0 and 1 as per cent: one decimal below ten per cent, or as many as asked.

        The same share is thereby the same figure on page, chart, certificate and report.
        """
        if decimals is None:
            decimals = 1 if 0 < abs(Decimal(share)) < _SMALL_SHARE else 0
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "") + "%"
        shown = format_percent(Decimal(share), pattern, locale=_BABEL_LOCALES[self.language])
        return shown.replace("-", "\N{MINUS SIGN}")

    def place(self, code: str) -> str:
        """A place by its code: a country (ISO 3166-1), or one of the areas of the catalogue."""
        if self.has(f"place.{code}"):
            return self.gettext(f"place.{code}")
        names = Locale.parse(_BABEL_LOCALES[self.language]).territories
        return str(names.get(code, code)) if code.isalpha() else code

    def date(self, day: date) -> str:
        """A date in words as the language writes it: "3 May 2026", "2026年5月3日"."""
        return format_date(day, "long", locale=_BABEL_LOCALES[self.language])

    def moment(self, at: datetime) -> str:
        """A date and time of day with its time zone; ``at`` is aware."""
        pattern = "d MMM y, HH:mm z" if self.language in {"en", "pt"} else "y年M月d日 HH:mm z"
        return format_datetime(at, pattern, locale=_BABEL_LOCALES[self.language])


@lru_cache(maxsize=len(LANGUAGES))
def translator(language: str) -> Translator:
    """The translator of one of ``LANGUAGES``.

    Raises:
        ValueError: the language is not one of ``LANGUAGES``.
    """
    translations(language)
    return Translator(language)


def format_number(value: str | Decimal, language: str) -> str:
    """``value`` with grouping and decimal sign of ``language``; trailing zeros stay ("16.0")."""
    number = value if isinstance(value, Decimal) else Decimal(value)
    exponent = number.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    with localcontext(prec=max(28, number.adjusted() + 1 + decimals)):  # babel quantizes
        return format_decimal(
            number, pattern, locale=_BABEL_LOCALES[language], decimal_quantization=False
        ).replace("-", "\N{MINUS SIGN}")


def local_text(texts: Mapping[str, str], language: str) -> str:
    """The text in ``language``, else in the nearest language given, else ""."""
    return texts.get(local_tag(texts, language), "")


def local_tag(texts: Mapping[str, str], language: str) -> str:
    """The language of what :func:`local_text` gives, "" where there is none."""
    near = {
        "zh-Hans": ("zh-Hans", "zh-Hant", "en", "pt"),
        "zh-Hant": ("zh-Hant", "zh-Hans", "en", "pt"),
        "en": ("en", "pt", "zh-Hans", "zh-Hant"),
        "pt": ("pt", "en", "zh-Hant", "zh-Hans"),
    }[language]
    return next((tag for tag in (*near, *texts) if texts.get(tag)), "")


def html_language(language: str) -> str:
    """The BCP 47 tag for ``lang`` attributes: zh-Hant is written as used in Hong Kong."""
    return _HTML_LANGUAGES[language]


def match_language(tag: str) -> str | None:
    """The catalogue language for one BCP 47 tag (RFC 5646), None where we have none.

    zh-HK, zh-MO, zh-TW and zh-Hant read traditional characters; zh, zh-CN and zh-SG simplified.
    Cantonese (yue) is read in traditional characters; every pt is served pt-PT.
    """
    primary, *rest = tag.strip().replace("_", "-").lower().split("-")
    if primary in {"en", "pt"}:
        return primary
    if primary == "yue":
        return "zh-Hans" if {"hans", "cn"} & set(rest) else "zh-Hant"
    if primary != "zh":
        return None
    if "hans" in rest:
        return "zh-Hans"
    return "zh-Hant" if {"hant", "hk", "mo", "tw"} & set(rest) else "zh-Hans"


def negotiate(accept_language: str | None) -> str:
    """The language to answer in, from an ``Accept-Language`` header (RFC 9110, 12.5.4).

    The highest quality wins, the earlier range among equals; ``*`` and anything unreadable
    give the default.
    """
    best, best_quality = DEFAULT_LANGUAGE, 0.0
    for part in (accept_language or "")[:_MAX_HEADER].split(",")[:_MAX_RANGES]:
        tag, _, parameter = part.partition(";")
        language = match_language(tag)
        quality = _quality(parameter)
        if language is not None and quality > best_quality:
            best, best_quality = language, quality
    return best


def _quality(parameter: str) -> float:
    found = re.fullmatch(r"\s*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*", parameter)
    if found:
        return float(found[1])
    return 0.0 if parameter.strip() else 1.0


def template_globals(language: str) -> dict[str, Callable[..., str] | str | tuple[str, ...]]:
    """What templates of pages and PDFs find for one language: ``t``, ``lang``, ``number`` ..."""
    reader = translator(language)
    return {
        "t": reader.text,
        "lang": language,
        "html_lang": html_language(language),
        "languages": LANGUAGES,
        "local": reader.local,
        "local_tag": reader.local_tag,
        "unit_words": reader.unit_words,
        "number": reader.number,
        "percent": reader.percent,
        "place": reader.place,
        "date": reader.date,
        "moment": reader.moment,
    }
