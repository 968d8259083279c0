"""What names that a reader takes for one another have in common (security threat 30).

A skeleton is a name without case, blanks, punctuation and modifier letters, in compatibility form,
letters that are drawn alike made one. A register keeps three of each name unique:

* the name as written, each letter of another alphabet replaced by the Latin one it looks like;
* the same by its capitals, for a Greek or Cyrillic name is one name in either case;
* the name with its case kept, where capital I, small l and the digit 1 are one stroke.

The pairs are the single letters of Unicode Technical Standard 39 (confusables) that are drawn alike
in print, chosen and written by us. Not folded: 0 and O, rn and m, simplified and traditional
characters, Latin letters with marks, and alphabets other than Greek and Cyrillic, which are refused
in the names that a register keeps unique (:mod:`labels.names`).
"""

from __future__ import annotations

import unicodedata

from labels.alphabets import script_of

_SALTILLO = "\ua78c"  # a letter drawn as an apostrophe
_REPETITION = "々"  # the one modifier letter that is read as a word
# Small Latin letters, the Chinese zero, and Katakana (left) for Chinese characters.
_ALIKE = str.maketrans(
    "\u0251\u0131\u0261\u0237〇エカロトニハタオチヒノーェヵミメ",
    "aigjo工力口卜二八夕才千匕丿一工力三乂",
)
_ONE_DIGIT = str.maketrans("oil", "011")
_CAPITALS = {
    **dict(zip("АВЕЅІЈКМНОРСТУХԚԜҮѴӀ", "ABESIJKMHOPCTYXQWYVI", strict=True)),  # Cyrillic
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),  # Greek
}
_SMALL = {
    **dict(zip("авеѕіјкмнорстухԛԝүѵӏԁһгпьҽ", "abesijkmhopctyxqwyvldhrnbe", strict=True)),
    **dict(zip("αγικνορτυχϳ", "ayikvoptuxj", strict=True)),
    **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz", strict=True)),
}
_LUNATE = str.maketrans("Ϲϲ", "Cc")  # before the compatibility form makes a common sigma of it
_LOOKS = str.maketrans(_CAPITALS | _SMALL)
_BY_CAPITAL = str.maketrans(
    {capital.casefold(): latin.casefold() for capital, latin in _CAPITALS.items()}
)
_ONE_STROKE = str.maketrans("I1", "ll")
CONFUSABLE = frozenset(_CAPITALS) | frozenset(_SMALL)


def name_skeletons(name: str) -> frozenset[str]:
    """Every skeleton of a name; no two names in a register share one."""
    by_capital = _compatible(name).casefold().translate(_BY_CAPITAL)
    stroke = _recomposed(_compatible(name).translate(_LOOKS).translate(_ONE_STROKE))
    return frozenset({name_skeleton(name), _bones(_recomposed(by_capital)), "=" + _bones(stroke)})


def name_skeleton(name: str) -> str:
    """What two names have in common when a reader would take one for the other."""
    return _bones(_recomposed(_compatible(name).translate(_LOOKS).casefold()))


def registration_skeleton(number: str) -> str:
    """What two writings of one registration number have in common.

    Digits of every script are one, and so are O and 0, and I, l and 1, as in the numbers of
    identity documents; case, blanks and signs do not count.
    """
    digits = (unicodedata.decimal(each, None) for each in number)
    plain = "".join(
        each if digit is None else str(digit) for each, digit in zip(number, digits, strict=True)
    )
    return name_skeleton(plain).translate(_ONE_DIGIT).replace("+", "")


def _compatible(name: str) -> str:
    """Letters apart from their marks, so that a letter is replaced under its mark too."""
    return unicodedata.normalize("NFKD", name.translate(_LUNATE))


def _recomposed(name: str) -> str:
    return unicodedata.normalize("NFKC", name)


def _bones(folded: str) -> str:
    """Letters, numbers, the marks of their own script and ``+``: C is not C+."""
    kept, script = [], ""
    for character in folded.translate(_ALIKE):
        category = unicodedata.category(character)
        if category[0] == "M":
            if _is_mark_of(character, script):
                kept.append(character)
        elif character == "+" or (category[0] in "LN" and not _is_apostrophe(character, category)):
            kept.append(character)
            script = script_of(character)
    return "".join(kept)


def _is_mark_of(character: str, script: str) -> bool:
    """Whether a mark is drawn on a letter of that script; variation selectors have none."""
    return script_of(character) in {"COMBINING", script}


def _is_apostrophe(character: str, category: str) -> bool:
    """Whether a letter is drawn as a sign beside other letters."""
    return character == _SALTILLO or (category == "Lm" and character != _REPETITION)
