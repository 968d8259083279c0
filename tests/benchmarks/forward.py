"""A bill solved by bw2calc with its factorisation kept: what our engine is measured against."""

from __future__ import annotations

import json
import warnings

import bw2calc
import bw_processing
import numpy as np

from footprint.inventory import InventorySnapshot
from footprint.methods import MethodProfile, UptakeBasis
from footprint.solver import datapackage
from footprint.technosphere import emission_keys

FIRST_FLOW = 1_000_000_000
"""Flows are numbered from here in the datapackage of a snapshot."""


class ForwardSolution:
    """An inventory factorised once, and asked for one demand after the other."""

    def __init__(self, snapshot: InventorySnapshot, method: MethodProfile) -> None:
        products = sorted(snapshot.product_units())
        self._rows = {product: row for row, product in enumerate(products)}
        factors = method.factors(emission_keys(snapshot), UptakeBasis.EXCLUDING)
        flows = [(FIRST_FLOW + number,) * 2 for number in range(len(factors))]
        gwp = bw_processing.create_datapackage()
        gwp.add_persistent_vector(
            matrix="characterization_matrix",
            name="gwp",
            indices_array=np.array(flows, dtype=bw_processing.INDICES_DTYPE),
            data_array=factors,
            global_index=None,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._lca = bw2calc.LCA({0: 1.0}, data_objs=[datapackage(snapshot), gwp])
            self._lca.lci(factorize=True)
            self._lca.lcia()

    def total(self, demand: str) -> str:
        """kgCO2e of amounts by product, from JSON to JSON."""
        return json.dumps({"kg_co2e": self._score(json.loads(demand))})

    def line_by_line(self, demand: str) -> str:
        """kgCO2e of every product's amount on its own, from JSON to JSON: one solution each."""
        amounts = json.loads(demand)
        return json.dumps({p: self._score({p: amount}) for p, amount in amounts.items()})

    def _score(self, amounts: dict[str, float]) -> float:
        wanted = {self._rows[product]: amount for product, amount in amounts.items()}
        self._lca.lci(wanted)
        self._lca.lcia(wanted)
        return float(self._lca.score)
