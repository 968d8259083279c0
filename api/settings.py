"""Settings of one instance, read from the environment as ``TANBIAO_...``.

Everything written at run time lies below ``data_dir``. Signing keys have a folder of their own,
never the database; by default it lies below ``data_dir`` as well, which suits a demonstration and
not a body (docs/operating.md, "Keys").
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from lca_db.errors import StorageError

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


class Settings(BaseSettings):
    """One instance: where its data lies, who it is, what it is reachable as."""

    model_config = SettingsConfigDict(env_prefix="TANBIAO_", extra="forbid", frozen=True)

    data_dir: Path = Field(
        default=Path(".tanbiao"), description="Folder of everything written at run time"
    )
    database_url: str = Field(
        default="",
        description="sqlite:///... or postgresql+psycopg://...; empty: SQLite in data_dir",
    )
    database_url_file: Path | None = Field(
        default=None,
        description="File that holds database_url, as containers hand on secrets; not both",
    )
    public_base_url: str = Field(
        default="http://127.0.0.1:8000",
        description="Address people and QR codes reach this instance at; https outside loopback",
    )
    region: Literal["CN-GD", "HK", "MO"] = Field(
        default="CN-GD", description="Home region of the body"
    )
    body_name_zh: str = Field(
        default="碳标参考认证中心",
        description="Name of the certification body, Chinese in simplified characters",
    )
    body_name_zh_hant: str = Field(
        default="", description="The same in traditional characters; empty: the name above"
    )
    body_name_en: str = Field(
        default="Tanbiao Reference Certification",
        description="Name of the certification body, English",
    )
    body_name_pt: str = Field(
        default="", description="The same in Portuguese; empty: the English name"
    )
    key_dir: Path | None = Field(
        default=None, description="Folder of encrypted signing keys; default data_dir/keys"
    )
    key_passphrase_file: Path | None = Field(
        default=None,
        description="File with the passphrase of the signing keys; default key_dir/passphrase",
    )
    is_demo: bool = Field(
        default=False, description="Everything issued is a SPECIMEN; demo sign-ins exist"
    )
    allow_plain_http: bool = Field(
        default=False,
        description="Allow http for a host of a local network, for demonstrations only",
    )
    allow_private_partners: bool = Field(
        default=False,
        description="Let recognition partners have loopback or private addresses (demo, tests)",
    )
    is_background_on: bool = Field(
        default=True, description="Run sweeps (and jobs, on SQLite) inside serve"
    )
    session_idle_minutes: int = Field(
        default=30, ge=1, le=240, description="Sign-in ends after idling"
    )
    session_hours: int = Field(default=12, ge=1, le=24, description="Sign-in ends in any case")
    max_body_mb: int = Field(
        default=20,
        ge=1,
        le=50,
        description="Largest request body, files in it included; documents may have 50",
    )
    status_list_minutes: int = Field(
        default=60, ge=1, le=60, description="How long a signed status list may be relied on"
    )
    sampling_draws: int = Field(
        default=1000,
        ge=0,
        le=10_000,
        description="Draws of a release when it is frozen; 0: its uncertainty is not assessed",
    )
    cores: int = Field(default=2, ge=1, le=256, description="Processor cores this instance may use")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="Log level"
    )

    @field_validator("public_base_url")
    @classmethod
    def _without_trailing_slash(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
            raise ValueError("public_base_url is scheme://host[:port], nothing more")
        return url.rstrip("/")

    @property
    def is_https(self) -> bool:
        """True when people reach the instance over https; cookies are then Secure."""
        return self.public_base_url.startswith("https://")

    @property
    def is_plain_http_allowed(self) -> bool:
        """Plain http only on loopback, or where a demonstration asks for it."""
        host = urlsplit(self.public_base_url).hostname or ""
        return host in LOOPBACK_HOSTS or self.allow_plain_http

    @property
    def resolved_database_url(self) -> str:
        """The database's address, with the default filled in.

        Raises:
            StorageError: ``database-url-twice`` or ``database-url-unreadable``: never another
                database instead.
        """
        if self.database_url_file is not None:
            return _address_in(self.database_url_file, self.database_url)
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'tanbiao.db'}"

    @property
    def resolved_key_dir(self) -> Path:
        """Folder of the signing keys."""
        return self.key_dir or self.data_dir / "keys"

    @property
    def resolved_passphrase_file(self) -> Path:
        """File with the passphrase of the signing keys."""
        return self.key_passphrase_file or self.resolved_key_dir / "passphrase"


def _address_in(file: Path, given: str) -> str:
    if given:
        raise StorageError("database-url-twice")
    try:
        address = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError("database-url-unreadable", file=str(file)) from error
    if not address:
        raise StorageError("database-url-unreadable", file=str(file))
    return address
