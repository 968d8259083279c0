"""The words a dataset is found by: character pairs of Chinese writing, whole words of the rest.

A word index cannot cut Chinese text into words, and a trigram index finds nothing for the many
words of two characters; so a run of Chinese characters is kept as all its neighbouring pairs, and
its last character alone. Latin words are kept whole and found by their beginning; of a grade such
as ``SUS304`` the letters and the figures are words as well, and a code of the trade is one word of
digits. Text is folded on both sides: compatibility forms (NFKD without marks), case, and
traditional characters to simplified, so that a question in either script finds names in either.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from opencc import OpenCC

from lca_db.inventory.trade_codes import joined

MOST_TERMS = 32
LONGEST_QUESTION = 500
LONGEST_WORD = 60  # the rest of a longer word tells nothing more; databases have limits too
_CHINESE = "㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
_RUNS = re.compile(rf"[{_CHINESE}]+|[^\W_{_CHINESE}]+")
_SAME_KIND = re.compile(r"\d+|\D+")
_IS_CHINESE = re.compile(f"[{_CHINESE}]")


@lru_cache(maxsize=32_768)
def folded(text: str) -> str:
    """The text as it is compared: no width, marks or case, Chinese in simplified characters."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return plain if plain.isascii() else _to_simplified().convert(plain)


@cache
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


def index_words(texts: Iterable[str]) -> str:
    """The words of some texts, each once, in order, one blank between."""
    words: dict[str, None] = {}
    for run in _runs(" ".join(texts)):
        if _IS_CHINESE.match(run):
            pairs = [run[i : i + 2] for i in range(len(run) - 1)]
            words.update(dict.fromkeys([*pairs, run[-1]]))
        else:
            words[run] = None
            words.update(dict.fromkeys(_SAME_KIND.findall(run)))
    return " ".join(words)


def search_terms(text: str) -> tuple[str, ...]:
    """The beginnings of words that must all be there; empty where the text has no letter.

    A pair of Chinese characters is such a beginning as well as a single one.
    """
    terms: dict[str, None] = {}
    for run in _runs(text[:LONGEST_QUESTION]):
        if _IS_CHINESE.match(run) and len(run) > 1:
            terms.update(dict.fromkeys(run[i : i + 2] for i in range(len(run) - 1)))
        else:
            terms[run] = None
    return tuple(terms)[:MOST_TERMS]


def _runs(text: str) -> Iterator[str]:
    for match in _RUNS.finditer(joined(folded(text))):
        run = match[0]
        yield run if _IS_CHINESE.match(run) else run[:LONGEST_WORD]
