"""Identifiers of imported datasets: readable, unique, and the same whenever a file is read again.

An identifier is ``prefix-name-location-digest``: the words are for people, the digest of what the
process is in its file makes it unique. It does not depend on the other processes of the file, so
one that is added or taken out renames no other. A name without Latin letters is in the digest.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

LONGEST = 90
_LONGEST_PLACE = 12
_DIGEST = 10  # hexadecimal digits: two of a million datasets meet in one of two million tries
_OTHER = re.compile(r"[^a-z0-9]+")


def slug(text: str, most: int) -> str:
    """Small Latin letters and digits of a text, hyphens between; "" where it has none."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    plain = decomposed.encode("ascii", "ignore").decode()
    return _OTHER.sub("-", plain)[:most].strip("-")


def dataset_id(prefix: str, name: str, location: str, *identity: str) -> str:
    """The identifier of a dataset, or of one of its co-products.

    Args:
        prefix: Of the whole import (``uslci``); may be "".
        name: Of the process, or of the co-product.
        location: As the file writes it.
        identity: What else tells it apart from others of that name and place: its identity in
            the file, the flow.
    """
    told_apart = "\0".join((name, location, *identity))
    digest = hashlib.sha256(told_apart.encode()).hexdigest()[:_DIGEST]
    front, place = slug(prefix, 20), slug(location, _LONGEST_PLACE)
    room = LONGEST - sum(len(part) + 1 for part in (front, place, digest) if part)
    return "-".join(part for part in (front, slug(name, room), place, digest) if part)
