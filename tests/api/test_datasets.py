"""A dataset on the wire: its exchanges, and how uncertain each of their amounts is."""

from __future__ import annotations

import pytest

from footprint.inventory import process_body
from footprint.uncertainty import input_uncertainty
from lca_db.inventory.description import uncertainty_of
from lca_db.inventory.reference_files import load_reference
from tests.support.instance import Instance


def test_a_dataset_shows_the_deviation_of_each_amount(sqlite_instance: Instance) -> None:
    dataset = sqlite_instance.get("/v1/datasets/aluminium-extrusion-service-cn")
    process, uncertainty = dataset["process"], dataset["uncertainty"]
    assert len(uncertainty["inputs"]) == len(process["inputs"]) > 0
    assert len(uncertainty["emissions"]) == len(process["emissions"])
    pedigree = process["content"]["pedigree"]
    bought = next(n for n, each in enumerate(process["inputs"]) if each["unit"] != "tkm")
    squared = input_uncertainty("kg", pedigree).squared_deviation
    assert float(uncertainty["inputs"][bought]) == pytest.approx(squared, rel=1e-3)


def test_every_shipped_dataset_states_how_uncertain_it_is() -> None:
    shipped, _ = load_reference()
    for process in shipped.processes:
        uncertainty = uncertainty_of(process_body(process))
        assert uncertainty is not None, process.id
        assert len(uncertainty.inputs) == len(process.inputs)
        assert len(uncertainty.emissions) == len(process.emissions)


def test_a_dataset_without_pedigree_states_none() -> None:
    shipped, _ = load_reference()
    body = process_body(shipped.processes[0])
    del body["content"]["pedigree"]  # type: ignore[attr-defined]
    assert uncertainty_of(body) is None
