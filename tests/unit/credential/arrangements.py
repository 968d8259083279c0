"""Arrangements for tests of recognition."""

from __future__ import annotations

from datetime import date

from labels.arrangement import (
    Arrangement,
    ArrangementParty,
    ArrangementScope,
    Direction,
    SignedArrangement,
    countersign_arrangement,
    propose_arrangement,
    verify_arrangement,
)
from labels.credential.keys import Purpose
from tests.unit.credential.builders import (
    GUANGDONG,
    HONG_KONG,
    MACAO,
    NOW,
    Body,
    a_trust_list,
)

ALL_THREE = a_trust_list(GUANGDONG.trusted(), HONG_KONG.trusted(), MACAO.trusted())


def a_party(body: Body) -> ArrangementParty:
    return ArrangementParty(did=body.did, name={"en": body.region}, region=body.region)


def a_scope() -> ArrangementScope:
    return ArrangementScope(
        schemes=("tanbiao-reference",),
        levels=("disclosed",),
        categories=("cpc-464", "cpc-41533"),
        boundaries=("cradle-to-grave", "cradle-to-gate"),
        regions=("CN-GD",),
    )


def an_arrangement(
    first: Body = GUANGDONG,
    second: Body = HONG_KONG,
    *,
    direction: Direction = Direction.MUTUAL,
    scope: ArrangementScope | None = None,
    is_fictional: bool = True,
    from_on: date = date(2026, 10, 1),
    to_on: date = date(2027, 9, 30),
) -> Arrangement:
    return Arrangement(
        id="gd-hk-reference-2026",
        title={"en": "Fictional reference arrangement", "zh-Hans": "虚构参考安排"},
        is_fictional=is_fictional,
        first=a_party(first),
        second=a_party(second),
        direction=direction,
        scope=scope or a_scope(),
        conditions=({"en": "Specimens only."},),
        from_on=from_on,
        to_on=to_on,
    )


def signed_bytes(arrangement: Arrangement, first: Body, second: Body) -> bytes:
    proposed = propose_arrangement(arrangement, first.signer(Purpose.RECOGNITION), at=NOW)
    return countersign_arrangement(
        proposed, second.signer(Purpose.RECOGNITION), trust_list=ALL_THREE, at=NOW
    )


def a_signed_arrangement(
    arrangement: Arrangement | None = None, first: Body = GUANGDONG, second: Body = HONG_KONG
) -> SignedArrangement:
    data = signed_bytes(arrangement or an_arrangement(first, second), first, second)
    return verify_arrangement(data, trust_list=ALL_THREE, at=NOW)
