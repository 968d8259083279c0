"""``tanbiao doctor``: what this machine has and lacks, each lack with its cure."""

from __future__ import annotations

import importlib
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import typer
from sqlalchemy import make_url

from api.i18n import sentence
from api.settings import Settings
from labels.errors import LabelError
from lca_db.engine import lacks_file
from lca_db.errors import StorageError

SAMPLE = "碳足迹 碳足跡 Pegada ção 摇篮到坟墓 搖籃到墳墓"


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    name: str
    is_good: bool
    words: str


def examine(settings: Settings) -> Iterator[Finding]:
    """Looks at everything, one finding each."""
    yield Finding("python", sys.version_info >= (3, 11), sys.version.split()[0])
    for name, look in _LOOKS.items():
        try:
            yield Finding(name, True, look(settings))
        except _Lacking as lacking:
            yield Finding(name, False, str(lacking))
        except (LabelError, StorageError, ImportError, OSError) as error:
            yield Finding(name, False, f"{error}. {_CURES[name]}")


class _Lacking(Exception):
    """A lack whose sentence names its own cure."""


def _engine(_: Settings) -> str:
    versions = [
        f"{name} {importlib.import_module(name).__version__}" for name in ("numpy", "scipy")
    ]
    return ", ".join(versions)


def _pdf(_: Settings) -> str:
    from labels.render.paper import missing_glyphs  # noqa: PLC0415  loads Pango

    missing = missing_glyphs(SAMPLE)
    if missing:
        raise OSError(f"no glyph for {missing}")
    return "Pango and fonts print Chinese and Portuguese"


def _qr(_: Settings) -> str:
    from labels.render.qr import png, read_back  # noqa: PLC0415  loads the reader

    address = "HTTPS://LABEL.EXAMPLE/L/AAAAAAAAAAAAAAAAAAAAAAAAAA"
    if read_back(png(address)) != address:
        raise OSError("the QR reader reads something else than was written")
    return "writes and reads back"


def _keys(settings: Settings) -> str:
    from api.keystore import load_keyring  # noqa: PLC0415  only for this look

    folder, passphrase = settings.resolved_key_dir, settings.resolved_passphrase_file
    if not passphrase.exists():
        return "none yet; tanbiao init makes them"
    return f"{len(load_keyring(folder, passphrase, settings.public_base_url).signers)} keys open"


def _identities(settings: Settings) -> str:
    from api.context import open_context  # noqa: PLC0415  only for this look
    from api.security.identities import checked_salt  # noqa: PLC0415  likewise

    if not settings.resolved_passphrase_file.exists() or lacks_file(settings.resolved_database_url):
        return "nobody is registered yet"
    context = open_context(settings, has_keys=False)
    try:
        checked_salt(context)
    except StorageError:
        return "not looked at, for the database does not answer"
    finally:
        context.engine.dispose()
    return "the salt of identity documents is the one people are known under"


def _database(settings: Settings) -> str:
    from lca_db.engine import open_engine  # noqa: PLC0415  only for this look
    from lca_db.revisions import check_current  # noqa: PLC0415  only for this look

    url = settings.resolved_database_url
    if url.startswith("sqlite") and not (settings.data_dir / "tanbiao.db").exists():
        return "none yet; tanbiao db upgrade makes it"
    engine = None
    try:
        engine = open_engine(url)
        check_current(engine)
        return engine.dialect.name
    except StorageError as error:
        if error.code == "storage-failed" and url.startswith("postgresql"):
            raise _Lacking(_unreachable(url)) from error
        raise _Lacking(sentence(error.code, "en", error.parameters)) from error
    finally:
        if engine is not None:
            engine.dispose()


def _unreachable(url: str) -> str:
    """Where the server was looked for, without user and password."""
    parts = make_url(url)
    return (
        f"PostgreSQL at {parts.host or 'a local socket'}:{parts.port or 5432} "
        "does not let us in. Start it, and check the address, name, user and password in "
        f"TANBIAO_DATABASE_URL; the database {parts.database} must exist."
    )


def _disk(settings: Settings) -> str:
    folder = settings.data_dir if settings.data_dir.exists() else settings.data_dir.parent
    free = shutil.disk_usage(folder).free
    if free < 1_000_000_000:
        raise OSError(f"only {free / 1e9:.1f} GB free")
    return f"{free / 1e9:.0f} GB free"


def _browser(_: Settings) -> str:
    found = shutil.which("chromium")
    if found is None:
        raise OSError("chromium not found")
    return found


_LOOKS: dict[str, Callable[[Settings], str]] = {
    "engine": _engine,
    "pdf": _pdf,
    "qr": _qr,
    "keys": _keys,
    "database": _database,
    "identities": _identities,
    "disk": _disk,
    "browser (tests only)": _browser,
}
_CURES = {
    "engine": "Run ./run setup.",
    "pdf": "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk",
    "qr": "Run ./run setup.",
    "keys": "Check TANBIAO_PUBLIC_BASE_URL, TANBIAO_KEY_DIR and TANBIAO_KEY_PASSPHRASE_FILE.",
    "database": "Check TANBIAO_DATABASE_URL.",
    "identities": "Restore identity.salt from the backup.",
    "disk": "Free some space or set TANBIAO_DATA_DIR.",
    "browser (tests only)": "apt-get install chromium libatomic1",
}


def doctor_command() -> None:
    """What this machine has and lacks."""
    is_well = True
    for finding in examine(Settings()):
        is_well = is_well and (finding.is_good or "tests only" in finding.name)
        mark = typer.style("✓", fg="green") if finding.is_good else typer.style("✗", fg="red")
        typer.echo(f"{mark} {finding.name}: {finding.words}")
    raise typer.Exit(0 if is_well else 1)
