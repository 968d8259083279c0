"""RFC 8785 bytes of large values: what holds no number beyond integers is written in one go.

The bytes are those of :func:`rfc8785.dumps`. Python's own encoder writes the same text as RFC 8785
where there is no float and every name of a member is ASCII (then the order of code points is that
of UTF-16), in a fraction of the time; any other value goes to ``rfc8785``.
"""

from __future__ import annotations

import json
from typing import Any

import rfc8785

_LARGEST = 2**53 - 1
_PLAIN = frozenset({str, bool, type(None)})
_WRITER = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")
)


def canonical_json(value: Any) -> bytes:
    """The RFC 8785 bytes of a JSON value.

    Raises:
        rfc8785.CanonicalizationError: What has none.
    """
    if _is_plain(value):
        try:
            return _WRITER.encode(value).encode()
        except UnicodeEncodeError:
            pass  # half of a surrogate pair: refused below, in the words of rfc8785
    try:
        return rfc8785.dumps(value)
    except UnicodeEncodeError as error:  # the same in the name of a member, which it only sorts
        raise rfc8785.CanonicalizationError(str(error)) from error


def _is_plain(value: Any) -> bool:
    """Whether it holds only text, truth values, null and integers of JSON, under ASCII names."""
    waiting = [value]
    names: set[Any] = set()  # those already looked at: a long list says the same ones again
    for one in waiting:  # grows while it is walked
        kind = type(one)
        if kind is dict:
            if not one.keys() <= names:
                if not all(type(name) is str and name.isascii() for name in one):
                    return False
                names.update(one)
            within: Any = one.values()
        elif kind is list or kind is tuple:
            within = one
        elif kind in _PLAIN or (kind is int and -_LARGEST <= one <= _LARGEST):
            continue
        else:
            return False
        if not _PLAIN.issuperset(map(type, within)):
            waiting.extend(within)
    return True
