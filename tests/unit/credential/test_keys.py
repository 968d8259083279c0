"""Keys: multikey, key files, possession, and a signer that does not show its seed."""

from __future__ import annotations

import pickle

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from labels.credential.keys import (
    Passphrase,
    PublicKey,
    Purpose,
    Signer,
    base58_decode,
    base58_encode,
    verify_possession,
)
from labels.errors import CredentialError
from tests.unit.credential.builders import GUANGDONG, HONG_KONG, a_public_key

PASSPHRASE = Passphrase(b"correct horse battery")
SALT = bytes(range(16))
NONCE = bytes(range(32))
SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")


@pytest.mark.parametrize(
    ("text", "data"),
    [
        # draft-msporny-base58-03, section 5, test vectors
        ("2NEpo7TZRRrLZSi2U", b"Hello World!"),
        (
            "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
            b"The quick brown fox jumps over the lazy dog.",
        ),
        ("11233QC4", bytes.fromhex("0000287fb4cd")),
        ("", b""),
        ("11", b"\0\0"),
    ],
)
def test_base58_agrees_with_the_published_vectors(text: str, data: bytes) -> None:
    assert base58_encode(data) == text
    assert base58_decode(text) == data


def test_a_signature_of_rfc_8032_is_reproduced() -> None:
    # RFC 8032, 7.1, test 1: the empty message
    signer = Signer.from_seed("did:web:x.example#1", Purpose.LABEL, SEED)
    assert signer.public_key.raw.hex() == (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    )
    assert signer.sign(Purpose.LABEL, b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )


def test_a_multikey_reads_back_as_the_same_key() -> None:
    key = a_public_key("some")
    assert key.multikey.startswith("z6Mk")
    assert PublicKey.from_multikey(key.multikey) == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "z",
        "u7QE",
        "z6Mk",
        "z" + base58_encode(b"\xec\x01" + b"\x09" * 32),  # X25519
        "z" + base58_encode(b"\xed\x01" + b"\x09" * 31),
        "z1" + base58_encode(b"\xed\x01" + b"\x09" * 32),
        "z6MkO0Il",
        "z" + "2" * 5000,
    ],
)
def test_a_multikey_is_refused_when_it_is_no_ed25519_key(text: str) -> None:
    with pytest.raises(CredentialError, match="key-malformed"):
        PublicKey.from_multikey(text)


def test_a_fingerprint_is_read_in_groups_of_four() -> None:
    groups = a_public_key("some").fingerprint.split(" ")
    assert [len(group) for group in groups] == [4] * 16


def test_a_signature_is_refused_when_its_scalar_is_not_reduced() -> None:
    """S + L signs the same message in other bytes; a second valid form must not exist."""
    order = 2**252 + 27742317777372353535851937790883648493
    signer = GUANGDONG.signer(Purpose.LABEL)
    signature = signer.sign(Purpose.LABEL, b"message")
    scalar = int.from_bytes(signature[32:], "little") + order
    signer.public_key.verify(signature, b"message")
    with pytest.raises(CredentialError, match="signature-wrong"):
        signer.public_key.verify(signature[:32] + scalar.to_bytes(32, "little"), b"message")


def test_the_text_of_a_signer_never_shows_its_seed() -> None:
    signer = Signer.from_seed("did:web:x.example#1", Purpose.LABEL, SEED)
    shown = f"{signer!r} {signer} {signer.__dict__}"
    assert SEED.hex() not in shown
    assert str(SEED) not in shown
    with pytest.raises(TypeError):
        pickle.dumps(signer)


def test_a_signer_refuses_another_purpose() -> None:
    with pytest.raises(CredentialError, match="key-wrong-purpose"):
        GUANGDONG.signer(Purpose.CHECKPOINT).sign(Purpose.LABEL, b"x")


def test_a_key_file_opens_with_its_passphrase() -> None:
    signer = GUANGDONG.signer(Purpose.LABEL)
    data = signer.to_encrypted_pem(PASSPHRASE, SALT)
    opened = Signer.from_encrypted_pem(data, PASSPHRASE)
    assert (opened.kid, opened.purpose) == (signer.kid, Purpose.LABEL)
    assert opened.sign(Purpose.LABEL, b"x") == signer.sign(Purpose.LABEL, b"x")


def test_a_key_file_stays_shut_when_the_passphrase_is_wrong() -> None:
    data = GUANGDONG.signer(Purpose.LABEL).to_encrypted_pem(PASSPHRASE, SALT)
    with pytest.raises(CredentialError, match="key-passphrase-wrong"):
        Signer.from_encrypted_pem(data, Passphrase(b"incorrect horse"))


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"purpose: label", b"purpose: recognition"), (b"#label-1", b"#label-2")],
)
def test_a_key_file_stays_shut_when_its_header_was_changed(old: bytes, new: bytes) -> None:
    data = GUANGDONG.signer(Purpose.LABEL).to_encrypted_pem(PASSPHRASE, SALT)
    with pytest.raises(CredentialError, match="key-passphrase-wrong"):
        Signer.from_encrypted_pem(data.replace(old, new), PASSPHRASE)


def test_a_key_file_is_refused_when_it_holds_another_kind_of_key() -> None:
    signer = GUANGDONG.signer(Purpose.LABEL)
    header, _, _ = signer.to_encrypted_pem(PASSPHRASE, SALT).partition(b"-----BEGIN")
    password = PASSPHRASE.password(SALT, signer.kid, signer.purpose)
    other = X25519PrivateKey.from_private_bytes(SEED).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password)
    )
    with pytest.raises(CredentialError, match="key-file-malformed"):
        Signer.from_encrypted_pem(header + other, PASSPHRASE)


@pytest.mark.parametrize(
    "data",
    [b"", b"-----BEGIN PRIVATE KEY-----\n", b"tanbiao-key: 2\n", b"x" * 9000],
)
def test_a_key_file_is_refused_when_it_is_none_of_ours(data: bytes) -> None:
    with pytest.raises(CredentialError, match="key-file-malformed"):
        Signer.from_encrypted_pem(data, PASSPHRASE)


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(CredentialError, match="key-passphrase-short"):
        Passphrase(b"short")


def test_the_text_of_a_passphrase_never_shows_it() -> None:
    assert "correct" not in f"{PASSPHRASE!r} {PASSPHRASE}"


def test_keys_of_one_body_have_passwords_of_their_own_under_one_salt() -> None:
    signers = [GUANGDONG.signer(purpose) for purpose in Purpose]
    passwords = {PASSPHRASE.password(SALT, s.kid, s.purpose) for s in signers}
    assert len(passwords) == len(Purpose)
    assert PASSPHRASE.password(bytes(16), signers[0].kid, Purpose.LABEL) not in passwords


def test_possession_is_proven_over_our_nonce() -> None:
    signer = GUANGDONG.signer(Purpose.RECOGNITION)
    verify_possession(
        signer.public_key,
        kid=signer.kid,
        purpose=signer.purpose,
        nonce=NONCE,
        proof=signer.prove_possession(NONCE),
    )


@pytest.mark.parametrize("what", ["nonce", "kid", "purpose", "key"])
def test_possession_is_unproven_when_anything_differs(what: str) -> None:
    signer = GUANGDONG.signer(Purpose.RECOGNITION)
    other = HONG_KONG.signer(Purpose.RECOGNITION)
    with pytest.raises(CredentialError, match="key-possession-unproven"):
        verify_possession(
            other.public_key if what == "key" else signer.public_key,
            kid=other.kid if what == "kid" else signer.kid,
            purpose=Purpose.LABEL if what == "purpose" else signer.purpose,
            nonce=b"\1" * 32 if what == "nonce" else NONCE,
            proof=signer.prove_possession(NONCE),
        )


def test_a_nonce_that_can_be_guessed_is_refused() -> None:
    with pytest.raises(CredentialError, match="key-nonce-short"):
        GUANGDONG.signer(Purpose.LABEL).prove_possession(b"1234")
