"""The identity document that names one human: its kind, who issued it, and its number.

Rules:

* Each part is read in one way only: the same document entered twice is the same value, whatever
  the language of the form and the writing of the digits. What cannot be read so is refused.
* The kind is one of a closed list. One numbering is one kind: resident identity cards, residence
  permits and permanent residence cards of the mainland share the citizen number (GB 11643-1999).
* Only a passport says who issued it, as ISO 3166-1 alpha-2; passports of Hong Kong and Macao are
  China's (ICAO Doc 9303-3, section 5). Every other kind has one issuer.
* Numbers with a check digit are entered with it and must agree with it. A passport's has none and
  at most nine characters (ICAO Doc 9303-4, 4.2.2), China's just nine: the check digit of its
  machine-readable line is not of it. There O and 0, and I and 1, which readers confuse, are one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from labels.errors import LabelError


class IdentityKind(StrEnum):
    """Kinds of documents; the first that a person has is the one to name them by."""

    MAINLAND_CARD = "cn-resident-card"
    HONG_KONG_CARD = "hk-identity-card"
    MACAO_CARD = "mo-identity-card"
    HONG_KONG_MACAO_PERMIT = "hk-mo-travel-permit"
    TAIWAN_PERMIT = "tw-travel-permit"
    PASSPORT = "passport"


# Members of the United Nations, the Holy See, Palestine and Kosovo; residents of Taiwan are named
# by their travel permit.
_ISSUERS = (
    "AD AE AF AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CF"
    " CG CH CI CL CM CN CO CR CU CV CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FM FR GA GB GD"
    " GE GH GM GN GQ GR GT GW GY HN HR HT HU ID IE IL IN IQ IR IS IT JM JO JP KE KG KH KI KM KN KP"
    " KR KW KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MM MN MR MT MU MV MW MX MY"
    " MZ NA NE NG NI NL NO NP NR NZ OM PA PE PG PH PK PL PS PT PW PY QA RO RS RU RW SA SB SC SD SE"
    " SG SI SK SL SM SN SO SR SS ST SV SY SZ TD TG TH TJ TL TM TN TO TR TT TV TZ UA UG US UY UZ VA"
    " VC VE VN VU WS XK YE ZA ZM ZW"
)
PASSPORT_ISSUERS = tuple(_ISSUERS.split())
_NUMBERS: Mapping[IdentityKind, re.Pattern[str]] = {
    IdentityKind.MAINLAND_CARD: re.compile(r"[1-9][0-9]{16}[0-9X]"),
    IdentityKind.HONG_KONG_CARD: re.compile(r"[A-Z]{1,2}[0-9]{6}[0-9A]"),
    IdentityKind.MACAO_CARD: re.compile(r"[0-9]{8}"),
    IdentityKind.HONG_KONG_MACAO_PERMIT: re.compile(r"[HM][0-9]{8}"),
    IdentityKind.TAIWAN_PERMIT: re.compile(r"[0-9]{8}"),
    IdentityKind.PASSPORT: re.compile(r"(?=.*[0-9])[A-Z0-9]{5,9}"),
}
_IGNORED = frozenset({"Zs", "Pd", "Ps", "Pe"})  # blanks, hyphens, brackets
_CONFUSED = str.maketrans("OI", "01")
_CHINESE_PASSPORT = 9  # characters, of Hong Kong and Macao too
_MAINLAND_CHECKS = "10X98765432"  # GB 11643-1999, 4.2: ISO 7064 MOD 11-2


@dataclass(frozen=True, kw_only=True)
class IdentityDocument:
    """A document as it is compared.

    Attributes:
        kind: One of the list.
        issuer: Whose passport it is, ISO 3166-1 alpha-2; "" for every other kind.
        number: As printed, with its check digit; kept in capital letters and digits alone.

    Raises:
        LabelError: ``identity-issuer-unfit``, ``identity-issuer-unknown``,
            ``identity-character-refused`` or ``identity-number-malformed``.
    """

    kind: IdentityKind
    issuer: str = ""
    number: str = field(repr=False)  # nothing writes it down

    def __post_init__(self) -> None:
        if (self.kind is IdentityKind.PASSPORT) != bool(self.issuer):
            raise LabelError("identity-issuer-unfit", "/identity_issuer")
        if self.issuer and self.issuer not in PASSPORT_ISSUERS:
            raise LabelError("identity-issuer-unknown", "/identity_issuer", issuer=self.issuer)
        number = _folded(self.number)
        is_short = self.issuer == "CN" and len(number) != _CHINESE_PASSPORT
        if is_short or not _NUMBERS[self.kind].fullmatch(number) or not _agrees(self.kind, number):
            raise LabelError("identity-number-malformed", "/identity_number")
        is_passport = self.kind is IdentityKind.PASSPORT
        object.__setattr__(self, "number", number.translate(_CONFUSED) if is_passport else number)

    @property
    def canonical(self) -> str:
        """The one text two entries of the same document have in common."""
        return f"{self.kind.value}:{self.issuer}:{self.number}"


def _folded(number: str) -> str:
    """The number in ASCII capitals and digits: all a reader may write in two ways taken away."""
    kept = []
    for character in unicodedata.normalize("NFKC", number):
        if unicodedata.category(character) in _IGNORED or character == "/":  # old Macao cards
            continue
        digit = unicodedata.decimal(character, None)
        written = character if digit is None else str(digit)
        if not (written.isascii() and written.isalnum()):
            raise LabelError(
                "identity-character-refused",
                "/identity_number",
                character=f"U+{ord(character):04X}",
            )
        kept.append(written.upper())
    return "".join(kept)


def _agrees(kind: IdentityKind, number: str) -> bool:
    """Whether the check digit is that of the number, where the kind has a published one."""
    match kind:
        case IdentityKind.MAINLAND_CARD:
            total = sum(int(digit) * 2 ** (17 - at) for at, digit in enumerate(number[:17]))
            return number[17] == _MAINLAND_CHECKS[total % 11]
        case IdentityKind.HONG_KONG_CARD:
            values = [36] * (9 - len(number)) + [int(each, 36) for each in number]
            return sum(v * (9 - at) for at, v in enumerate(values)) % 11 == 0
        case _:
            return True
