"""The demonstration as a buyer sees it: scan, read, verify offline, refuse forgeries."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.context import system_clock
from api.demo.client import DemoFailed, InstanceClient
from labels.credential.keys import KEY_BYTES, Purpose, Signer
from labels.credential.proof import sign as sign_credential
from labels.credential.proof import to_be_signed
from labels.credential.trust_list import parse_trust_list
from labels.credential.verdict import NOTHING_REMEMBERED, Verdict, VerdictState
from labels.credential.verify import verify_label
from labels.locale import translator
from labels.render.qr import read_back

PAGE_LANGUAGES = ("zh-Hans", "zh-Hant", "en", "pt")


@dataclass(frozen=True)
class LabelFiles:
    """Where the demonstration wrote the files of one label."""

    certificate: Path
    mark: Path
    credential: Path


def scan(client: InstanceClient, label: dict[str, Any], folder: Path) -> LabelFiles:
    """Decodes the printed code from its image, opens the address, and keeps the files."""
    base = f"/L/{label['url'].rpartition('/')[2]}"
    mark = client.fetch(client.base_url + f"{base}/label.png").content
    address = read_back(mark)
    if address != label["url"]:
        raise DemoFailed(f"the code on the mark says {address}, not {label['url']}")
    for language in PAGE_LANGUAGES:
        page = client.fetch(f"{address.lower().replace('/l/', '/L/')}?lang={language}")
        figure = translator(language).number(label["value"])
        if label["number"] not in page.text or figure not in page.text:
            raise DemoFailed(f"the page in {language} does not show number and figure")
    folder.mkdir(parents=True, exist_ok=True)
    files = LabelFiles(folder / "certificate.pdf", folder / "label.png", folder / "credential.json")
    files.mark.write_bytes(mark)
    files.certificate.write_bytes(client.fetch(client.base_url + f"{base}/certificate.pdf").content)
    files.credential.write_bytes(client.fetch(client.base_url + f"{base}/credential").content)
    return files


@dataclass(frozen=True)
class PinnedTrust:
    """What a verifier keeps on its own disk: the trust list, and a status list seen once."""

    trust_list: bytes
    status_list: bytes

    def judge(self, credential: bytes) -> Verdict[Any]:
        """The verdict without any network."""
        return verify_label(
            credential,
            trust_list=parse_trust_list(self.trust_list),
            status_list=self.status_list,
            remembered=NOTHING_REMEMBERED,
            at=system_clock(),
        )


def pin(client: InstanceClient, folder: Path) -> PinnedTrust:
    """Fetches trust list and status list once and keeps them as files."""
    pinned = PinnedTrust(
        client.fetch(client.base_url + "/v1/trust-list").content,
        client.fetch(client.base_url + "/status/labels").content,
    )
    (folder / "trust-list.json").write_bytes(pinned.trust_list)
    (folder / "status-list.json").write_bytes(pinned.status_list)
    return pinned


def verify_offline(pinned: PinnedTrust, credential: bytes) -> Verdict[Any]:
    """Believes the real credential and refuses three forgeries, with no server running."""
    verdict = pinned.judge(credential)
    if not verdict.is_signature_valid or verdict.status_as_of is None:
        raise DemoFailed(f"the credential was not believed offline: {verdict.state}")
    document = json.loads(credential)
    value = document["credentialSubject"]["footprint"]["value"]
    lowered = credential.replace(f'"{value}"'.encode(), b'"1.00"', 1)
    stranger = Signer.from_seed(
        f"{document['issuer']}#{Purpose.LABEL}-forged",
        Purpose.LABEL,
        secrets.token_bytes(KEY_BYTES),
    )
    forgeries = {
        "a changed figure": lowered,
        "an unlisted key": _signed_by(document, stranger),
        "a key it brings along": _with_own_key(document, stranger),
    }
    for name, forged in forgeries.items():
        if pinned.judge(forged).state not in _REFUSED:
            raise DemoFailed(f"a credential with {name} was believed")
    return verdict


_REFUSED = {VerdictState.TAMPERED, VerdictState.UNKNOWN_ISSUER, VerdictState.MALFORMED}


def _signed_by(document: dict[str, Any], stranger: Signer) -> bytes:
    """The same credential, well-formed, signed by a key nobody listed."""
    content = {name: value for name, value in document.items() if name != "proof"}
    unsigned = to_be_signed(content, kid=stranger.kid, created_at=system_clock())
    return sign_credential(unsigned, stranger, Purpose.LABEL)


def _with_own_key(document: dict[str, Any], stranger: Signer) -> bytes:
    """A credential that brings the key it wants to be verified with."""
    forged = json.loads(_signed_by(document, stranger))
    forged["proof"]["publicKeyMultibase"] = stranger.public_key.multikey
    return json.dumps(forged).encode()
