"""The demonstration's recognition: two bodies sign one fictional arrangement, Hong Kong recognises.

Suspension at home suspends the recognition there; reinstatement lifts it again.
"""

from __future__ import annotations

import json
import time
from typing import Any

from api.demo.client import DemoFailed, InstanceClient
from api.demo.world import CATEGORIES

GD_ADMIN, HK_ADMIN = "admin", "hk.admin"
PAGE_SECONDS = 60
GD_CERTIFIER, HK_CERTIFIER = "zhao.certifier", "lee.certifier"


def sign_arrangement(guangdong: InstanceClient, hong_kong: InstanceClient) -> str:
    """Pins each other's keys, proposes, countersigns, accepts; the arrangement's id."""
    for one, admin, other in (
        (guangdong, GD_ADMIN, hong_kong),
        (hong_kong, HK_ADMIN, guangdong),
    ):
        listed = other.fetch(other.base_url + "/v1/trust-list").content
        one.send("PUT", "/v1/trust-list", admin, listed)
    draft = arrangement_draft(_did(guangdong), _did(hong_kong))
    proposed = guangdong.send(
        "POST", "/v1/arrangements", GD_ADMIN, json.dumps(draft, ensure_ascii=False).encode()
    )
    signed = hong_kong.send("POST", "/v1/arrangements/countersigned", HK_ADMIN, proposed)
    guangdong.send("POST", "/v1/arrangements/accepted", GD_ADMIN, signed)
    return str(draft["id"])


def _did(client: InstanceClient) -> str:
    return str(client.get("/.well-known/did.json")["id"])


def _body_name(client: InstanceClient) -> str:
    """The English name a body goes by on its own trust list."""
    own, listed = _did(client), client.get("/v1/trust-list")["issuers"]
    return str(next(issuer["name"]["en"] for issuer in listed if issuer["did"] == own))


def arrangement_draft(guangdong_did: str, hong_kong_did: str) -> dict[str, Any]:
    """A scoped, fictional arrangement between the two specimen bodies."""
    return {
        "type": "TanbiaoRecognitionArrangement",
        "id": "specimen-gd-hk-2026",
        "title": {
            "zh-Hans": "粤港碳标签互认安排（虚构样本）",
            "zh-Hant": "粵港碳標籤互認安排（虛構樣本）",
            "en": "Guangdong - Hong Kong recognition arrangement (fictional specimen)",
            "pt": "Acordo de reconhecimento Guangdong - Hong Kong (amostra fictícia)",
        },
        "isFictional": True,
        "parties": [
            {
                "did": guangdong_did,
                "name": {
                    "zh-Hans": "碳标参考认证中心（虚构）",
                    "en": "Tanbiao Reference (fictional)",
                },
                "region": "CN-GD",
            },
            {
                "did": hong_kong_did,
                "name": {"zh-Hant": "香江參考認證中心（虛構）", "en": "Heung Gong (fictional)"},
                "region": "HK",
            },
        ],
        "direction": "mutual",
        "scope": {
            "schemes": ["tanbiao-reference"],
            "levels": ["disclosed"],
            "categories": list(CATEGORIES),
            "boundaries": ["cradle-to-gate", "cradle-to-grave"],
            "regions": ["CN-GD", "HK"],
        },
        "conditions": [
            {
                "zh-Hans": "仅为样本，不具法律效力。",
                "zh-Hant": "僅為樣本，不具法律效力。",
                "en": "A specimen without legal effect.",
                "pt": "Uma amostra sem efeito jurídico.",
            }
        ],
        "fromOn": "2026-01-01",
        "toOn": "2031-10-31",
    }


def recognise(
    guangdong: InstanceClient, hong_kong: InstanceClient, label: dict[str, Any]
) -> dict[str, Any]:
    """Recognised, suspended with the label at home, and recognised again; each on the page."""
    words = f"recognised by {_body_name(hong_kong)} since"
    _expect_on_page(guangdong, label, words, is_there=False)
    recognition: dict[str, Any] = hong_kong.post(
        "/v1/recognitions", HK_CERTIFIER, {"label_url": label["url"]}
    )
    if recognition["state"] != "recognised":
        raise DemoFailed(f"not recognised: {recognition}")
    _expect_on_page(guangdong, label, words, is_there=True)
    _change_at_home(guangdong, label, "suspend", "missed-surveillance")
    _expect_standing(hong_kong, recognition["id"], "suspended")
    _expect_on_page(guangdong, label, words, is_there=False)
    _change_at_home(guangdong, label, "reinstate", None)
    _expect_standing(hong_kong, recognition["id"], "recognised")
    _expect_on_page(guangdong, label, words, is_there=True)
    return recognition


def _change_at_home(
    guangdong: InstanceClient, label: dict[str, Any], move: str, reason: str | None
) -> None:
    seen = guangdong.get(f"/v1/labels/{label['id']}", GD_CERTIFIER)["state_version"]
    guangdong.post(
        f"/v1/labels/{label['id']}/status",
        GD_CERTIFIER,
        {"move": move, "seen_state_version": seen, "reason": reason, "note": "demonstration"},
        expected=200,
    )


def _expect_standing(hong_kong: InstanceClient, recognition_id: str, state: str) -> None:
    """Hong Kong follows now (or its sweep did already)."""
    hong_kong.post("/v1/recognitions/refresh", HK_CERTIFIER, None, expected=200)
    found = hong_kong.get(f"/v1/recognitions/{recognition_id}", HK_CERTIFIER)["state"]
    if found != state:
        raise DemoFailed(f"the recognition is {found}, not {state}")


def _expect_on_page(
    client: InstanceClient, label: dict[str, Any], words: str, *, is_there: bool
) -> None:
    """The home body is told by the other one, so its page may be a moment behind."""
    serial = label["url"].rpartition("/")[2]
    deadline = time.monotonic() + PAGE_SECONDS
    while (words in client.fetch(f"{client.base_url}/L/{serial}?lang=en").text) is not is_there:
        if time.monotonic() > deadline:
            fault = "lacks" if is_there else "still has"
            raise DemoFailed(f"the page of {label['number']} {fault} {words!r}")
        time.sleep(0.1)
