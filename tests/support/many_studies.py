"""Many stored studies: the demonstration's bills with other amounts, and releases to move them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np

from api.context import Context
from api.demo.world import DemoProduct
from api.schemas.bom import BomIn
from api.workflows.calculate_footprint import calculate_footprint, current_release, open_table
from labels.access import Scope
from lca_db.inventory.values import Release
from lca_db.records.products.values import Product
from lca_db.records.studies.values import Study
from lca_db.unit_of_work import UnitOfWork
from tests.support.instance import ALUMINIUM, Instance, a_bom_file

MEMBERS = ("amount", "mass", "amount_per_service")
HEAVIER = 1.25


def scaled(document: dict[str, Any], factor: Decimal) -> dict[str, Any]:
    """The bill with every amount of its own lines multiplied."""
    lines = [
        {
            name: str(Decimal(value) * factor) if name in MEMBERS else value
            for name, value in line.items()
        }
        for line in document["lines"]
    ]
    return {**document, "lines": lines}


def some_studies(
    instance: Instance, count: int, made: DemoProduct = ALUMINIUM
) -> list[tuple[Study, bytes]]:
    """Versions of one product, each with a bill of its own; the product is stored."""
    context, organisation = instance.context, instance.organisations[made.maker]
    person = instance.actor(made.preparer).person_id
    document = a_bom_file(made)
    product = Product(
        id=context.ids("prd"),
        organisation_id=organisation,
        names=document["product"]["name"],
        model=f"M-{context.ids('x')[-8:]}",
        category=document["product"]["category"],
        gtin=None,
        created_at=context.now(),
    )
    with UnitOfWork(context.engine, Scope(organisation_id=organisation)) as uow:
        uow.products.add(product)
        uow.commit()
    studies = []
    for number in range(count):
        bill = scaled(document, 1 + Decimal(number) / 1000)
        calculation = calculate_footprint(context, BomIn.model_validate(bill))
        study = Study(
            id=context.ids("std"),
            organisation_id=organisation,
            product_id=product.id,
            version=number + 1,
            bom_sha256=calculation.bom_sha256,
            release_id=calculation.provenance.release_id,
            method=calculation.result.method,
            result_sha256=calculation.result.sha256(),
            result=calculation.result.canonical_bytes(),
            provenance=calculation.provenance.to_json(),
            plant="",
            preparer_id=person,
            created_at=context.now(),
        )
        studies.append((study, calculation.bom_bytes))
    return studies


def store(instance: Instance, studies: Sequence[tuple[Study, bytes]]) -> tuple[str, ...]:
    """Stores studies with their bills, whatever they say."""
    context = instance.context
    with UnitOfWork(context.engine, Scope.everything("test")) as uow:
        for study, content in studies:
            uow.studies.add_bom(study.organisation_id, study.bom_sha256, content, context.now())
            uow.studies.add(study)
        uow.commit()
    return tuple(study.id for study, _ in studies)


def store_studies(instance: Instance, count: int, made: DemoProduct = ALUMINIUM) -> tuple[str, ...]:
    """:func:`some_studies`, as ``submit_bom`` stores them."""
    return store(instance, some_studies(instance, count, made))


def a_heavier_release(
    context: Context, *datasets: str, without: tuple[str, ...] = (), factor: float = HEAVIER
) -> Release:
    """A release whose table has some datasets a quarter heavier, and some not at all."""
    first = current_release(context)
    table = open_table(context, first)
    kept = [row for row, entry in enumerate(table.products) if entry.id not in without]
    values = np.array(table.values)
    for dataset in datasets:
        values[:, table.rows[dataset]] *= factor
    other = replace(
        table, products=tuple(table.products[row] for row in kept), values=values[:, kept]
    )
    release = replace(
        first,
        id=context.ids("rel"),
        table_sha256=context.files.put(other.value_bytes()),
        index_sha256=context.files.put(other.index_bytes()),
        note="heavier",
        created_at=context.now(),
    )
    with UnitOfWork(context.engine, Scope.everything("test")) as uow:
        uow.inventory.add_release(release, ())
        uow.commit()
    return release
