"""The story of the demonstration: three products from bill of materials to scanned, rated label.

Everything people do goes through the HTTP API of two running instances; whatever is missing raises
:class:`api.demo.client.DemoFailed`. Certificates are printed in the background, as durable jobs,
while Hong Kong recognises the labels and the bank reads the rating.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from rich.console import Console
from rich.table import Table

from api.demo import finance, recognition, scanning
from api.demo.certification import CERTIFIER, Certification, CertifiedProduct
from api.demo.client import InstanceClient
from api.demo.seed import Seeded
from api.demo.world import PRODUCTS, DemoProduct

CONSOLE = Console()
STAGES = ("raw-material", "manufacturing", "distribution", "use", "end-of-life")


def say(words: str) -> None:
    """One line of progress."""
    CONSOLE.print(f"[green]•[/green] {words}")


@dataclass(frozen=True)
class Told:
    """What the story made.

    Attributes:
        certified: The products with study, case and label.
        labels: The files of each label by the short name of its product.
        pinned: What a verifier keeps to judge labels without any server.
    """

    certified: list[CertifiedProduct]
    labels: dict[str, scanning.LabelFiles]
    pinned: scanning.PinnedTrust


def with_servers(
    folder: Path, client: InstanceClient, seeded: Seeded, partner: InstanceClient
) -> Told:
    """All that needs both instances: certified, recognised, posted, rated, scanned."""
    certified = [_certified(client, seeded, product) for product in PRODUCTS]
    arrangement = recognition.sign_arrangement(client, partner)
    say(f"Arrangement {arrangement} signed by both bodies")
    for item in certified:
        recognition.recognise(client, partner, item.label)
        say(f"{item.label['number']} recognised in Hong Kong; suspension at home followed")
    _accounts_and_rating(client, seeded, certified)
    labels = {c.product.key: _scanned(client, c, folder) for c in certified}
    pinned = scanning.pin(client, folder)
    say("Trust list and status list pinned on disk")
    return Told(certified, labels, pinned)


def without_servers(told: Told) -> None:
    """The labels judged from files alone, real and forged; then table and paths."""
    for item in told.certified:
        files_of_label = told.labels[item.product.key]
        verdict = scanning.verify_offline(told.pinned, files_of_label.credential.read_bytes())
        say(
            f"Offline, {item.label['number']}: signature valid, status as of "
            f"{verdict.status_as_of:%Y-%m-%d %H:%M} UTC; three forgeries refused"
        )
    _print_table(told.certified)
    for item in told.certified:
        found = told.labels[item.product.key]
        CONSOLE.print(f"  {item.label['number']}  {item.label['url']}")
        for path in (found.certificate, found.mark, found.credential):
            CONSOLE.print(f"    {path}", soft_wrap=True)


def _certified(client: InstanceClient, seeded: Seeded, product: DemoProduct) -> CertifiedProduct:
    bom = json.loads(_bom_text(product))
    study = client.post("/v1/footprints", product.preparer, bom)
    result = study["result"]
    say(f"{product.bom_file}: {result['certified_value']} kgCO2e per unit, study stored")
    certified = Certification(client, seeded.organisations).certify(product, study)
    say(f"{certified.label['number']} verified, reviewed, decided and issued by four people")
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
    say(f"{certified.label['number']}: code on the printed mark read, page opened in 4 languages")
    return found


def _accounts_and_rating(
    client: InstanceClient, seeded: Seeded, certified: list[CertifiedProduct]
) -> None:
    for item in certified:
        record = client.keep(item.product.preparer, "sales-record", b"SPECIMEN sales record")
        posting = finance.post_volume(client, item, record)
        tonnes = int(posting["amount_mg"]) / 1e9
        say(f"{item.label['number']}: {tonnes:,.0f} t CO2e posted to the product book")
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
    say(
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
    Console(width=max(CONSOLE.width, 120)).print(table)
