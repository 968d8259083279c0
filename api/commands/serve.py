"""``tanbiao serve`` and ``tanbiao worker``: the processes of an instance."""

from __future__ import annotations

import signal
import socket
import threading
from typing import Annotated
from urllib.parse import urlsplit

import typer
import uvicorn

from api.commands.failure import failing
from api.context import open_context
from api.demo.instance import demo_settings, newest_label_path, print_sign_ins
from api.security.identities import checked_salt
from api.settings import Settings
from lca_db.engine import is_sqlite

GRACE_SECONDS = 10
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def serve_command(
    host: Annotated[str, typer.Option(help="Address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0: from the base URL")] = 0,
    lan: Annotated[
        bool, typer.Option("--lan", help="Listen on the local network and print a QR code")
    ] = False,
    demo: Annotated[
        bool, typer.Option("--demo", help="Serve what tanbiao demo made, with its sign-ins")
    ] = False,
) -> None:
    """Serves API and pages of this instance, with its sweeps (and jobs, on SQLite)."""
    from api.main import create_app  # noqa: PLC0415  keeps the other commands quick

    with failing():
        settings = demo_settings() if demo else Settings()
        application = create_app(settings)
        if application.state.context.keyring is not None:
            checked_salt(application.state.context)  # before anybody is invited
    listen = port or urlsplit(settings.public_base_url).port or 8000
    _check_port(settings, listen, is_demo=demo)
    if demo:
        print_sign_ins(settings)
    if lan:
        host = "0.0.0.0"  # noqa: S104  asked for by --lan
        path = newest_label_path(application.state.context) or ""
        address = f"{_lan_url(settings, listen)}{path}"
        _print_qr(address)
        typer.echo(address)
    typer.echo(f"Tanbiao serves {settings.public_base_url} (Ctrl-C ends it)")
    uvicorn.run(
        application,
        host=host,
        port=listen,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=5,
    )


def worker_command() -> None:
    """Runs jobs until it is ended; needs PostgreSQL (on SQLite, serve runs the jobs)."""
    from api.jobs.runner import JobRunner  # noqa: PLC0415  DBOS only where jobs run

    with failing():
        context = open_context(Settings())
    if is_sqlite(context.engine):
        typer.secho(
            "tanbiao worker needs PostgreSQL: on SQLite, tanbiao serve runs the jobs itself. "
            "Set TANBIAO_DATABASE_URL=postgresql+psycopg://...",
            err=True,
        )
        raise typer.Exit(2)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    with JobRunner(context).running():
        typer.echo("Tanbiao worker is running jobs (Ctrl-C ends it)")
        ended.wait()


def _check_port(settings: Settings, port: int, *, is_demo: bool) -> None:
    """An instance on loopback is its port: sign-ins, labels and keys name the address.

    The demonstration is refused elsewhere; one's own instance may have its port forwarded.
    """
    own = urlsplit(settings.public_base_url)
    if own.hostname not in LOOPBACK or port == (own.port or 80):
        return
    words = (
        f"this instance is {settings.public_base_url}: its pages and labels name that address, "
        f"and nobody can sign in at port {port} unless it is forwarded there"
    )
    if is_demo:
        raise typer.BadParameter(f"{words}. Leave --port out.", param_hint="--port")
    typer.secho(f"Note: {words}.", err=True)


def _lan_url(settings: Settings, port: int) -> str:
    """The address at which a phone in the same network reaches this machine."""
    try:
        address = _address_in_the_network()
    except OSError as error:
        typer.secho(f"--lan: this machine is in no network ({error.strerror}).", err=True)
        raise typer.Exit(1) from error
    return f"{urlsplit(settings.public_base_url).scheme}://{address}:{port}"


def _address_in_the_network() -> str:
    """The address from which this machine would call another one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # documentation address: connect sends nothing
        return str(probe.getsockname()[0])


def _print_qr(url: str) -> None:
    import qrcode  # noqa: PLC0415  only for --lan

    code = qrcode.QRCode(border=2)
    code.add_data(url)
    code.print_ascii(invert=True)
