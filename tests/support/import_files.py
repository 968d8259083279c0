"""Small files in our own template, as a plant sends them; one of them cannot be solved."""

from __future__ import annotations

import ast
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from api.jobs.work import run_due_jobs
from api.workflows.ask_import import ask_import
from lca_db.inventory import importers
from lca_db.inventory.importers.options import ImportOptions, Unlinked
from lca_db.inventory.stored_imports import ImportTerms
from tests.support.instance import Instance

HEADINGS = "id,name in English,location,year,amount,unit,source"
EXCHANGES = (
    "dataset id,direction,flow,provider,flow amount,flow unit,compartment,origin,flow source"
)


def a_table(*exchanges: str, names: tuple[str, ...] = ("P-1", "P-2")) -> bytes:
    """A template of datasets of 1 kg each and their exchanges."""
    datasets = [f"{name},Rod {name},CN-GD,2024,1,kg,plant meters 2024" for name in names]
    lines = ["#Datasets", HEADINGS, *datasets, "", "#Exchanges", EXCHANGES, *exchanges]
    return ("\n".join(lines) + "\n").encode()


PLANT = a_table(
    "P-1,emission,CO2,,2.5,kg,air,fossil,gas meter",
    "P-2,input,Rod P-1,P-1,1.05,kg,,,scales",
    "P-2,resource,Water,,3,m3,,,water meter",
)
"""Two datasets: the second takes 1.05 kg of the first, whose emission is 2.5 kgCO2."""

LOOPING = a_table(
    "P-1,input,Rod P-2,P-2,2,kg,,,scales",
    "P-1,emission,CO2,,1,kg,air,fossil,gas meter",
    "P-2,input,Rod P-1,P-1,1,kg,,,scales",
)
"""Two datasets that together use up more of themselves than they make."""

WANTING = (
    PLANT
    + b"""P-2,input,Unobtainium,,1,t,,,scales
P-1,input,Aluminium rod of a supplier nobody knows,,0.2,kg,,,delivery notes
P-1,emission,HFCs unspecified,,0.001,kg,air,,gas meter
"""
)
"""The same with inputs that nothing supplies and an emission to ask about."""

NOTED = b"""#Datasets
id,name in English,location,year,amount,unit,share,source
N-1,Rod N-1,CN-GD,2024,1,kg,0.985,plant meters 2024
N-2,Rod N-2,CN-GD,2024,1,kg,0.5,plant meters 2024

#Exchanges
dataset id,direction,flow,flow amount,flow unit,compartment,CAS,co-product share,flow source
N-1,emission,Kohlendioxid,2,kg,air,124-38-9,,gas meter
N-1,emission,HFCs unspecified,0.001,kg,air,,,delivery notes
N-1,resource,Halon 1301,0.1,kg,air,,,delivery notes
N-1,emission,SF6,-0.001,kg,air,,,delivery notes
N-1,input,waste-incineration-pe-pp-cn,-0.1,kg,,,,scales
N-1,co-product,Slag N-1,0.1,kg,,,0.01,scales
N-2,co-product,Slag N-2,0.1,kg,,,0.1,scales
"""
"""A file whose import has every finding there is; ``note_codes`` says which these are."""


def note_codes() -> frozenset[str]:
    """The codes of everything an import can ask its reader to look at."""
    calls = (
        node
        for path in Path(importers.__path__[0]).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "ImportNote"
    )
    return frozenset(ast.literal_eval(call.args[0]) for call in calls)


OPEN = ImportTerms(licence="CC-BY-4.0", is_publishable=True)


def an_import_of(
    instance: Instance,
    content: bytes = PLANT,
    *,
    person_id: str | None = None,
    terms: ImportTerms = OPEN,
) -> str:
    """The id of a stored import of that file, by the administrator: a person as told."""
    actor = instance.actor("admin")
    ask_import(
        instance.context,
        replace(actor, person_id=person_id or actor.person_id),
        file_name="plant.csv",
        content=content,
        options=ImportOptions(
            prefix="plant",
            unlinked=Unlinked.CUT_OFF,
            estimates={"kg": Decimal(2)},
        ),
        terms=terms,
    )
    run_due_jobs(instance.context)
    newest = instance.get("/v1/inventory-imports?limit=1", "admin")
    return str(newest[0]["id"])
