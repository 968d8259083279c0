"""The two instances of the demonstration: where their data lies and who signs in there."""

from __future__ import annotations

import json
import shutil
import socket
from pathlib import Path

import typer

from api.context import Context
from api.demo.world import DEMO_PASSWORD, GUANGDONG_PEOPLE
from api.settings import Settings
from labels.access import Scope
from lca_db.unit_of_work import UnitOfWork

_HOME_NAMES = {
    "body_name_zh": "碳标参考认证中心（虚构）",
    "body_name_zh_hant": "碳標參考認證中心（虛構）",
    "body_name_en": "Tanbiao Reference Certification (fictional)",
    "body_name_pt": "Certificação de Referência Tanbiao (fictícia)",
}
_PARTNER_NAMES = {
    "body_name_zh": "香江参考认证中心（虚构）",
    "body_name_zh_hant": "香江參考認證中心（虛構）",
    "body_name_en": "Heung Gong Reference Certification (fictional)",
    "body_name_pt": "Certificação de Referência Heung Gong (fictícia)",
}


def demo_folder() -> Path:
    """Where the demonstration lies, below the data folder."""
    return Settings().data_dir / "demo"


def free_port(wanted: int) -> int:
    """The wanted port, or another one where it is taken."""
    for port in (wanted, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port")


def new_settings(folder: Path) -> tuple[Settings, Settings]:
    """Settings of a fresh Guangdong and a fresh Hong Kong instance; what was there is removed."""
    shutil.rmtree(folder, ignore_errors=True)
    guangdong = _settings(folder / "guangdong", free_port(8000), "CN-GD")
    hong_kong = _settings(folder / "hong-kong", free_port(8001), "HK")
    for settings in (guangdong, hong_kong):
        settings.data_dir.mkdir(parents=True)
        path = settings.data_dir / "settings.json"
        path.write_text(json.dumps(environment_of(settings), indent=2), encoding="utf-8")
    return guangdong, hong_kong


def _settings(data_dir: Path, port: int, region: str) -> Settings:
    is_home = region == "CN-GD"
    return Settings.model_validate(
        {
            "data_dir": data_dir.resolve(),
            "public_base_url": f"http://127.0.0.1:{port}",
            "region": region,
            **(_HOME_NAMES if is_home else _PARTNER_NAMES),
            "is_demo": True,
            "allow_private_partners": True,
        }
    )


def environment_of(settings: Settings) -> dict[str, str]:
    """The settings as environment variables of a process."""
    return {
        f"TANBIAO_{name.upper()}": str(value)
        for name, value in settings.model_dump().items()
        if value is not None
    }


def demo_settings() -> Settings:
    """Settings of the Guangdong instance the last demonstration made.

    Raises:
        typer.BadParameter: No demonstration has run here.
    """
    path = demo_folder() / "guangdong" / "settings.json"
    if not path.exists():
        raise typer.BadParameter("run `tanbiao demo` first")
    stored = json.loads(path.read_text(encoding="utf-8"))
    return Settings.model_validate(
        {name.removeprefix("TANBIAO_").lower(): value for name, value in stored.items()}
    )


def print_sign_ins(settings: Settings) -> None:
    """Who can sign in to the demonstration, all with the same password."""
    typer.echo(f"Sign in at {settings.public_base_url}/sign-in, password {DEMO_PASSWORD}:")
    for person in GUANGDONG_PEOPLE:
        typer.echo(f"  {person.email:32} {person.role.value:14} {person.name}")


def newest_label_path(context: Context) -> str | None:
    """The path of the newest label's public page."""
    scope = Scope.everything("show a label")
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        found = uow.labels.list_(limit=1).items
    return f"/L/{found[0].serial}" if found else None
