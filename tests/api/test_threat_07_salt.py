"""Threat 7 at the salt: the hashes of identity documents are of one salt, or of none."""

from __future__ import annotations

import re

import pytest

from api.keystore import IDENTITY_SALT_FILE, write_private
from api.security.identities import identity_hash
from api.workflows.accept_invitation import ATTEMPTS_PER_LINK
from labels.errors import CredentialError
from labels.identity_document import IdentityDocument, IdentityKind
from tests.api.test_threat_07_one_person import PASSPORT, SAME_PASSPORT, accept, invite, joined
from tests.support.instance import Instance


def test_the_number_is_stored_nowhere_and_its_hash_needs_the_instances_salt(
    sqlite_instance: Instance,
) -> None:
    joined(sqlite_instance, "zhujiang", "verifier", PASSPORT)
    document = IdentityDocument(
        kind=IdentityKind.PASSPORT, issuer="CN", number=PASSPORT["identity_number"]
    )
    stored = identity_hash(sqlite_instance.context, document)
    database = sqlite_instance.settings.data_dir / "tanbiao.db"
    files = [database, database.with_name("tanbiao.db-wal")]
    content = b"".join(file.read_bytes() for file in files if file.exists())
    assert stored.encode() in content
    assert not re.search(rb"E ?1234-?5678", content, re.IGNORECASE)
    salt = sqlite_instance.settings.resolved_key_dir / "identity.salt"
    assert salt.stat().st_mode & 0o077 == 0
    assert salt.read_bytes() not in content
    salt.unlink()
    write_private(salt, bytes(16))
    with pytest.raises(CredentialError, match="identity-salt-foreign"):
        identity_hash(sqlite_instance.context, document)


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, "missing"), (b"", "malformed"), (b"x" * 16, "foreign")],
)
def test_without_the_salt_nobody_joins_and_nobody_s_link_is_used_up(
    sqlite_instance: Instance, content: bytes | None, code: str
) -> None:
    """Under another salt one passport would be two persons."""
    joined(sqlite_instance, "zhujiang", "verifier", PASSPORT)
    token = invite(sqlite_instance, "tanbiao-gd", "certifier", SAME_PASSPORT)
    path = sqlite_instance.context.settings.resolved_key_dir / IDENTITY_SALT_FILE
    salt = path.read_bytes()
    path.unlink()
    if content is not None:
        write_private(path, content)
    for _ in range(ATTEMPTS_PER_LINK + 1):
        answer = accept(sqlite_instance, token, "late@specimen.example", SAME_PASSPORT)
        assert answer.status_code == 503
        assert f"identity-salt-{code}" in answer.text
    refused = invite(sqlite_instance, "tanbiao-gd", "reviewer", SAME_PASSPORT, status=503)
    assert refused == f"identity-salt-{code}"
    path.unlink(missing_ok=True)
    write_private(path, salt)
    assert accept(sqlite_instance, token, "late@specimen.example", SAME_PASSPORT).status_code == 303
