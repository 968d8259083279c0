"""Opaque secrets: session tokens, API keys and one-time links, stored only as SHA-256."""

from __future__ import annotations

import hashlib
import secrets

LIVE_PREFIX = "tb_live_"
TEST_PREFIX = "tb_test_"


def new_token(prefix: str = "") -> str:
    """A fresh secret of 256 random bits."""
    return prefix + secrets.token_urlsafe(32)


def token_sha256(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
