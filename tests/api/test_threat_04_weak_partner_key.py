"""Threat 4 at the door: a trust list with a weak key is refused as a whole and pins nothing."""

from __future__ import annotations

import json

from labels.credential.keys import SMALL_ORDER_ENCODINGS, base58_encode
from tests.support.instance import Instance

MULTICODEC_ED25519 = b"\xed\x01"
NOT_CANONICAL = (2**255 - 19 + 4).to_bytes(32, "little")
ADMINISTRATOR = "admin"


def multikey(raw: bytes) -> str:
    return "z" + base58_encode(MULTICODEC_ED25519 + raw)


def pinned(instance: Instance) -> int:
    with instance.context.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT count(*) FROM trust_list").scalar_one()
    return int(rows)


def test_threat_04_every_small_order_key_is_refused(sqlite_instance: Instance) -> None:
    content = sqlite_instance.send("GET", "/v1/trust-list").content
    own = next(iter(sqlite_instance.context.signers().signers.values())).public_key.multikey
    assert own in content.decode()
    for raw in (*SMALL_ORDER_ENCODINGS, NOT_CANONICAL):
        weak = content.replace(own.encode(), multikey(raw).encode())
        answer = sqlite_instance.send("PUT", "/v1/trust-list", ADMINISTRATOR, content=weak)
        assert answer.status_code == 422, (raw.hex(), answer.text)
        assert answer.json()["code"] in {"key-weak", "key-not-canonical"}, answer.text
    assert pinned(sqlite_instance) == 0


def test_threat_04_the_same_list_without_a_weak_key_is_pinned(sqlite_instance: Instance) -> None:
    content = sqlite_instance.send("GET", "/v1/trust-list").content
    assert json.loads(content)
    answer = sqlite_instance.send("PUT", "/v1/trust-list", ADMINISTRATOR, content=content)
    assert answer.status_code == 204, answer.text
    assert pinned(sqlite_instance) == 1


def test_threat_04_a_trust_list_that_is_none_is_refused(sqlite_instance: Instance) -> None:
    for content in (b"", b"{}", b"[]", b"\xff", b'{"a":1,"a":2}', b'{"issuers":[{"did":NaN}]}'):
        answer = sqlite_instance.send("PUT", "/v1/trust-list", ADMINISTRATOR, content=content)
        assert 400 <= answer.status_code < 500, (content, answer.text)
    assert pinned(sqlite_instance) == 0


def test_threat_04_only_the_administrator_pins_keys(sqlite_instance: Instance) -> None:
    content = sqlite_instance.send("GET", "/v1/trust-list").content
    for person in ("he.nanling", "wu.verifier", "zhao.certifier", "bai.bank", "guan.authority"):
        answer = sqlite_instance.send("PUT", "/v1/trust-list", person, content=content)
        assert answer.status_code == 403, person
    assert pinned(sqlite_instance) == 0
