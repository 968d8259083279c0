"""``tanbiao demo``: three products from bill of materials to scanned, recognised, rated label.

Everything people do goes through the HTTP API of two instances in processes of their own; the
demonstration ends with exit status 1 when anything is missing.
"""

from __future__ import annotations

import json
import time
from importlib.resources import files
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from api.context import open_context, system_clock
from api.demo import finance, recognition, scanning
from api.demo.certification import CERTIFIER, Certification, CertifiedProduct
from api.demo.client import DemoFailed, InstanceClient
from api.demo.instance import demo_folder, new_settings, print_sign_ins, serving
from api.demo.seed import Seeded, prepare_instance, seed
from api.demo.world import (
    GUANGDONG_ORGANISATIONS,
    GUANGDONG_PEOPLE,
    HONG_KONG_ORGANISATIONS,
    HONG_KONG_PEOPLE,
    PRODUCTS,
    DemoProduct,
)
from api.settings import Settings

_CONSOLE = Console()
STAGES = ("raw-material", "manufacturing", "distribution", "use", "end-of-life")


def demo_command() -> None:
    """Three products from bill of materials to scanned label, on a fresh database."""
    started = time.monotonic()
    try:
        _run(demo_folder())
    except DemoFailed as failure:
        typer.secho(f"The demonstration failed: {failure}", fg=typer.colors.RED, err=True)
        raise typer.Exit(1) from failure
    _say(f"Done in {time.monotonic() - started:.1f} s")


def _say(words: str) -> None:
    _CONSOLE.print(f"[green]•[/green] {words}")


def _run(folder: Path) -> None:
    guangdong_settings, hong_kong_settings = new_settings(folder)
    guangdong = _seeded(guangdong_settings, with_inventory=True)
    hong_kong = _seeded(hong_kong_settings, with_inventory=False)
    _say("Fresh databases, keys and inventory release; all organisations are fictional")
    client = InstanceClient(guangdong_settings.public_base_url, guangdong.keys)
    partner = InstanceClient(hong_kong_settings.public_base_url, hong_kong.keys)
    with serving(hong_kong_settings):
        _play(folder, guangdong_settings, guangdong, client, partner)


def _play(
    folder: Path,
    guangdong_settings: Settings,
    guangdong: Seeded,
    client: InstanceClient,
    partner: InstanceClient,
) -> None:
    """The story itself; Hong Kong runs all the time, Guangdong is stopped in the middle."""
    with serving(guangdong_settings):
        client.wait_until_ready()
        certified = [_certified(client, guangdong, product) for product in PRODUCTS]
        labels = {c.product.key: _scanned(client, c, folder) for c in certified}
        pinned = scanning.pin(client, folder)
        _say("Trust list and status list pinned on disk; stopping the server")
    for item in certified:
        verdict = scanning.verify_offline(pinned, labels[item.product.key].credential.read_bytes())
        _say(
            f"Offline, {item.label['number']}: signature valid, status as of "
            f"{verdict.status_as_of:%Y-%m-%d %H:%M} UTC; three forgeries refused"
        )
    with serving(guangdong_settings):
        client.wait_until_ready()
        partner.wait_until_ready()
        arrangement = recognition.sign_arrangement(client, partner)
        _say(f"Arrangement {arrangement} signed by both bodies")
        for item in certified:
            recognition.recognise(client, partner, item.label)
            _say(f"{item.label['number']} recognised in Hong Kong; suspension at home followed")
        _accounts_and_rating(client, guangdong, certified)
    _print_table(certified)
    for item in certified:
        found = labels[item.product.key]
        _CONSOLE.print(f"  {item.label['number']}  {item.label['url']}")
        for path in (found.certificate, found.mark, found.credential):
            _CONSOLE.print(f"    {path}", soft_wrap=True)
    _CONSOLE.print("./run serve shows the same data in the browser.")
    print_sign_ins(guangdong_settings)


def _seeded(settings: Settings, *, with_inventory: bool) -> Seeded:
    prepare_instance(settings, system_clock().year)
    context = open_context(settings)
    is_home = settings.region == "CN-GD"
    seeded = seed(
        context,
        GUANGDONG_ORGANISATIONS if is_home else HONG_KONG_ORGANISATIONS,
        GUANGDONG_PEOPLE if is_home else HONG_KONG_PEOPLE,
        with_inventory=with_inventory,
    )
    context.engine.dispose()
    return seeded


def _certified(client: InstanceClient, seeded: Seeded, product: DemoProduct) -> CertifiedProduct:
    bom = json.loads(_bom_text(product))
    study = client.post("/v1/footprints", product.preparer, bom)
    result = study["result"]
    _say(f"{product.bom_file}: {result['certified_value']} kgCO2e per unit, study stored")
    certified = Certification(client, seeded.organisations).certify(product, study)
    _say(f"{certified.label['number']} verified, reviewed, decided and issued by four people")
    return certified


def _bom_text(product: DemoProduct) -> str:
    return (files("api.demo") / "boms" / product.bom_file).read_text(encoding="utf-8")


def _scanned(
    client: InstanceClient, certified: CertifiedProduct, folder: Path
) -> scanning.LabelFiles:
    job = next(
        job
        for job in client.get("/v1/jobs", CERTIFIER)
        if job["input"].get("label_id") == certified.label["id"]
    )
    client.wait_for_job(job["id"], CERTIFIER)
    found = scanning.scan(client, certified.label, folder / "labels" / certified.product.key)
    _say(f"{certified.label['number']}: code on the printed mark read, page opened in 4 languages")
    return found


def _accounts_and_rating(
    client: InstanceClient, seeded: Seeded, certified: list[CertifiedProduct]
) -> None:
    for item in certified:
        record = client.keep(item.product.preparer, "sales-record", b"SPECIMEN sales record")
        posting = finance.post_volume(client, item, record)
        tonnes = int(posting["amount_mg"]) / 1e9
        _say(f"{item.label['number']}: {tonnes:,.0f} t CO2e posted to the product book")
    first = certified[0]
    register = client.keep(first.product.preparer, "own-register", b"SPECIMEN enterprise record")
    rating = finance.rate(client, first.product.preparer, register)
    answered = finance.read_as_bank(
        client,
        first.product.preparer,
        first.case["applicant_id"],
        seeded.organisations["lingnan-bank"],
    )
    indication = answered["indication"]
    _say(
        f"Rated {rating['grade']} ({rating['score']} points) by the reference model; the bank's "
        f"own table indicates {indication['basis_points']} bp, and the bank decides"
    )


def _print_table(certified: list[CertifiedProduct]) -> None:
    table = Table(title="kgCO2e per unit, by life-cycle stage", title_justify="left")
    table.add_column("Product", no_wrap=True)
    for stage in STAGES:
        table.add_column(stage, justify="right")
    table.add_column("certified", justify="right")
    for item in certified:
        result = item.study["result"]
        figures = {s["stage"]: s for s in result["stages"]}
        cells = []
        for stage in STAGES:
            is_counted = figures[stage]["inclusion"] in {"included", "partly-included"}
            cells.append(f"{float(figures[stage]['kg_co2e']):,.2f}" if is_counted else "-")
        table.add_row(item.product.title, *cells, result["certified_value"])
    Console(width=max(_CONSOLE.width, 120)).print(table)
