"""Describes what flows to a stored study for its report: the merged Sankey as plain data.

Rules:

* It is the same whoever reads the report: what the public may not see the inside of is closed.
* It is of the stored result or it is not there: where the profile is no longer shipped, or gives
  another total today, there is none.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from api.context import Context
from api.schemas.bom import BomIn
from api.schemas.study_flows import SankeyOut
from api.workflows.calculate_footprint import open_table
from api.workflows.link_study import StoredBill, link_bill
from api.workflows.merge_flows import merge_flows
from footprint.methods import method_profile, profile_ids
from footprint.sankey import SankeyLimits
from lca_db.inventory.values import Release
from lca_db.records.studies.values import Study

LIMITS = SankeyLimits(cutoff=0.03, datasets=10)
"""Few enough to be read on a page of paper."""
_SAME = 1e-9


def describe_flows(
    context: Context,
    study: Study,
    release: Release,
    bill: Mapping[str, Any],
    result: Mapping[str, Any],
) -> dict[str, object] | None:
    """The Sankey as ``GET /v1/studies/{id}/sankey`` answers it, with the limits it ends at.

    Args:
        context: The instance.
        study: The stored study.
        release: Its own.
        bill: As submitted.
        result: As stored.
    """
    if study.method not in profile_ids():
        return None
    document = BomIn.model_validate(bill)
    stored = StoredBill(
        study=study,
        release=release,
        bom=document.to_core(),
        table=open_table(context, release),
        method=method_profile(study.method, result["gwp_set"]),
    )
    linked = link_bill(stored)
    within = _SAME * max(linked.impact.scale, abs(linked.impact.total))
    if not math.isclose(
        linked.impact.total, float(result["total_kg_co2e"]), rel_tol=_SAME, abs_tol=within
    ):
        return None
    sankey = SankeyOut.from_core(merge_flows(context, None, linked, LIMITS))
    return {
        "cutoff": str(LIMITS.cutoff),
        "most_datasets": LIMITS.datasets,
        **sankey.model_dump(mode="json", exclude={"release_id"}),
    }
