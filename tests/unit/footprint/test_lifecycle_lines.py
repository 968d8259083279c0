"""Lines after the gate and in the air, each against a figure worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from footprint.bom import LinePart, Stage, check_amounts
from footprint.calculate import calculate
from footprint.errors import FootprintError, FootprintErrors
from footprint.intensities import IntensityTable
from footprint.methods import method_profile
from footprint.result import FootprintResult
from tests.support.builders import ANY_SHA256, a_bom, a_material, a_result, an_energy
from tests.unit.footprint.tables import a_table

METHOD = method_profile("gbt24067-2024")
TABLE = a_table(
    ("cold-truck", "tkm", 0.2),
    ("grid", "kWh", 0.5),
    ("lorry", "vkm", 0.9),
    ("plant", "kg", 0.1),
    ("steel", "kg", 2.0),
    ("truck", "tkm", 0.1),
)
COLD = replace(
    TABLE,
    products=tuple(
        replace(entry, is_refrigerated=entry.id == "cold-truck") for entry in TABLE.products
    ),
)
ALL = dict.fromkeys(
    ("raw-material", "manufacturing", "distribution", "use", "end-of-life"), "included"
)
LEG = {"kind": "transport", "name": "leg", "mass": "500", "mass_unit": "kg", "distance": "200"}
LEAK: dict[str, Any] = {
    "kind": "leakage",
    "name": "refrigerant",
    "substance": "HFC32",
    "charge": "800",
    "charge_unit": "g",
    "yearly_rate": "0.02",
    "lifetime_years": "12",
    "recovered_share": "0.7",
}
BURNT: dict[str, Any] = {
    "kind": "incineration",
    "name": "burnt",
    "mass": "3",
    "mass_unit": "kg",
    "share": "0.5",
    "fossil_carbon": "0.6",
    "biogenic_carbon": "0.2",
    "oxidation": "0.9",
}
CAPTURED = {
    "kind": "captured-co2",
    "name": "captured",
    "origin": "fossil",
    "amount": "0.4",
    "unit": "t",
    "evidence": "storage record 3",
}
FILLING: list[dict[str, object]] = [
    a_material("m", "steel", "1"),
    an_energy("e", "grid", "1"),
    {"ref": "d", "stage": "distribution", "dataset": "truck", **LEG},
    {**an_energy("u", "grid", "1"), "stage": "use"},
    {**an_energy("z", "grid", "1"), "stage": "end-of-life"},
]


def the_result(
    *lines: Mapping[str, object], table: IntensityTable = COLD, **more: Any
) -> FootprintResult:
    bom = a_bom(
        [*FILLING, *({"ref": f"x{i}", **line} for i, line in enumerate(lines))],
        boundary="cradle-to-grave",
        unit_kind="functional",
        stages=ALL,
        **more,
    )
    return a_result(bom, table)


def parts_of(result: FootprintResult, ref: str = "x0") -> dict[tuple[LinePart, Stage], float]:
    return {(p.part, p.stage): p.kg_co2e for p in result.lines if p.ref == ref}


def refused(*lines: Mapping[str, object]) -> list[tuple[str, str]]:
    with pytest.raises(FootprintError) as found:
        the_result(*lines)
    errors = found.value.errors if isinstance(found.value, FootprintErrors) else (found.value,)
    return [(error.code, error.place.removeprefix(f"/lines/{len(FILLING)}")) for error in errors]


def test_leg_by_tonne_kilometres_is_mass_times_distance() -> None:
    parts = parts_of(the_result({**LEG, "dataset": "truck"}))
    assert parts[LinePart.LINE, Stage.DISTRIBUTION] == pytest.approx(0.1 * 0.5 * 200)


def test_leg_by_vehicle_kilometres_shares_the_vehicle_by_its_load_and_counts_the_way_back() -> None:
    leg = {**LEG, "dataset": "lorry", "load": "8", "return_share": "0.5"}
    parts = parts_of(the_result(leg))
    vehicle_km = 0.5 / 8 * 200 * 1.5
    assert parts[LinePart.LINE, Stage.DISTRIBUTION] == pytest.approx(0.9 * vehicle_km)


def test_load_may_be_in_another_unit_of_mass() -> None:
    tonnes = the_result({**LEG, "dataset": "lorry", "load": "8", "return_share": "0"})
    kilos = {"load": "8000", "load_unit": "kg", "return_share": "0"}
    assert the_result({**LEG, "dataset": "lorry", **kilos}).total_kg_co2e == tonnes.total_kg_co2e


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"dataset": "lorry"}, [("transport-load-missing", "/load")]),
        ({"dataset": "lorry", "load": "8"}, [("transport-load-missing", "/return_share")]),
        ({"dataset": "lorry", "return_share": "0"}, [("transport-load-missing", "/load")]),
        (
            {"dataset": "truck", "load": "8", "return_share": "0"},
            [("transport-load-not-taken", "/load")],
        ),
        (
            {"dataset": "truck", "return_share": "0"},
            [("transport-load-not-taken", "/return_share")],
        ),
        (
            {"dataset": "truck", "load": "0", "return_share": "0"},
            [("transport-load-not-positive", "/load")],
        ),
        (
            {"dataset": "lorry", "load": "8", "return_share": "1.5"},
            [("share-out-of-range", "/return_share")],
        ),
        (
            {"dataset": "lorry", "load": "8", "load_unit": "km", "return_share": "0"},
            [("unit-wrong-dimension", "/load_unit")],
        ),
        (
            {"dataset": "truck", "is_refrigerated": True},
            [("transport-not-refrigerated", "/dataset")],
        ),
    ],
)
def test_leg_that_its_dataset_cannot_be_is_refused(
    change: dict[str, object], found: list[tuple[str, str]]
) -> None:
    assert refused({**LEG, **change}) == found


def test_refrigerated_leg_goes_by_a_dataset_that_cools() -> None:
    parts = parts_of(the_result({**LEG, "dataset": "cold-truck", "is_refrigerated": True}))
    assert parts[LinePart.LINE, Stage.DISTRIBUTION] == pytest.approx(0.2 * 100)


def test_energy_of_every_year_counts_over_the_lifetime() -> None:
    use = {"kind": "use", "name": "use", "dataset": "grid", "amount_per_service": "150"}
    yearly = {**use, "unit": "kWh", "services": "1", "lifetime_years": "10"}
    assert parts_of(the_result(yearly)) == {(LinePart.LINE, Stage.USE): pytest.approx(750)}
    cycles = {**use, "amount_per_service": "0.7", "unit": "kWh", "services": "220"}
    result = the_result({**cycles, "lifetime_years": "12.5"})
    assert parts_of(result)[LinePart.LINE, Stage.USE] == pytest.approx(0.5 * 0.7 * 220 * 12.5)


@pytest.mark.parametrize("years", ["-1", "1001"])
def test_lifetime_nobody_means_is_refused(years: str) -> None:
    assert ("lifetime-out-of-range", "/lifetime_years") in refused(
        {**LEAK, "lifetime_years": years}
    )


def test_topped_up_refrigerant_leaks_every_year_and_is_all_there_at_the_end() -> None:
    """TEWI: L n in use, m (1 - alpha) at the end; HFC-32 at 771 of AR6."""
    parts = parts_of(the_result(LEAK))
    assert parts == {
        (LinePart.LEAKAGE, Stage.USE): pytest.approx(771 * 0.8 * 0.02 * 12),
        (LinePart.END_OF_LIFE_RELEASE, Stage.END_OF_LIFE): pytest.approx(771 * 0.8 * 0.3),
    }


def test_refrigerant_that_nobody_tops_up_declines() -> None:
    parts = parts_of(the_result({**LEAK, "is_topped_up": False}))
    left = 0.98**12
    assert parts == {
        (LinePart.LEAKAGE, Stage.USE): pytest.approx(771 * 0.8 * (1 - left)),
        (LinePart.END_OF_LIFE_RELEASE, Stage.END_OF_LIFE): pytest.approx(771 * 0.8 * left * 0.3),
    }


def test_refrigerant_recovered_to_the_last_needs_no_end_of_life() -> None:
    line: dict[str, object] = {"ref": "leak", **LEAK, "recovered_share": "1"}
    stages = {**ALL, "distribution": "not-applicable", "end-of-life": "not-applicable"}
    bom = a_bom(
        [*FILLING[:2], line],
        boundary="cradle-to-grave",
        unit_kind="functional",
        stages=stages,
        stage_reasons={"end-of-life": "It is taken back as it is."},
    )
    check_amounts(bom)
    assert [p.part for p in a_result(bom, TABLE).lines if p.ref == "leak"] == [LinePart.LEAKAGE]


def test_refrigerant_let_off_at_the_end_is_refused_where_the_end_is_left_out() -> None:
    with pytest.raises(FootprintError) as found:
        a_bom(
            [*FILLING[:2], {"ref": "leak", **LEAK}],
            boundary="cradle-to-grave",
            unit_kind="functional",
            stages={**ALL, "distribution": "not-applicable", "end-of-life": "not-applicable"},
            stage_reasons={"end-of-life": "It is taken back as it is."},
        )
    assert (found.value.code, found.value.place) == ("line-in-excluded-stage", "/lines/2")


@pytest.mark.parametrize("years", ["0", "1", "1000"])
def test_rate_of_everything_leaves_nothing_after_a_year(years: str) -> None:
    line = {**LEAK, "yearly_rate": "1", "lifetime_years": years, "is_topped_up": False}
    parts = parts_of(the_result(line))
    leaked = 0.0 if years == "0" else 0.8
    assert parts[LinePart.LEAKAGE, Stage.USE] == pytest.approx(771 * leaked)


def test_stage_of_a_leak_is_never_another() -> None:
    with pytest.raises(ValueError, match="stage"):
        the_result({**LEAK, "stage": "manufacturing"})


def test_use_without_any_leak_is_no_filled_stage() -> None:
    line: dict[str, object] = {"ref": "leak", **LEAK, "yearly_rate": "0"}
    kept = [one for one in FILLING if one["ref"] != "u"]
    bom = a_bom([*kept, line], boundary="cradle-to-grave", unit_kind="functional", stages=ALL)
    with pytest.raises(FootprintError) as found:
        check_amounts(bom)
    assert (found.value.code, found.value.place) == ("stage-without-amounts", "/stages/use")


def test_incineration_emits_the_carbon_that_burns_fossil_and_biogenic_apart() -> None:
    """IPCC 2006, volume 5, equation 5.1: carbon x oxidation x 44/12."""
    result = the_result(BURNT)
    fossil, biogenic = (1.5 * carbon * 0.9 * 44 / 12 for carbon in (0.6, 0.2))
    assert parts_of(result) == {
        (LinePart.FOSSIL_CARBON, Stage.END_OF_LIFE): pytest.approx(fossil),
        (LinePart.BIOGENIC_CARBON, Stage.END_OF_LIFE): pytest.approx(biogenic),
    }
    assert result.biogenic_co2.emitted_kg == pytest.approx(biogenic)
    assert result.partition.biogenic_emissions == pytest.approx(biogenic)
    without = the_result({**BURNT, "biogenic_carbon": "0"})
    assert result.excluding_uptake_kg_co2e == pytest.approx(without.excluding_uptake_kg_co2e)


def test_plant_of_an_incineration_is_a_part_of_its_own() -> None:
    parts = parts_of(the_result({**BURNT, "dataset": "plant"}))
    assert parts[LinePart.LINE, Stage.END_OF_LIFE] == pytest.approx(0.1 * 1.5)
    assert len(parts) == 3


def test_more_carbon_than_mass_is_refused() -> None:
    assert refused({**BURNT, "biogenic_carbon": "0.5"}) == [
        ("carbon-content-over-one", "/biogenic_carbon")
    ]


def test_captured_co2_stands_beside_the_footprint_and_moves_nothing() -> None:
    with_it, without = the_result(CAPTURED), the_result()
    assert with_it.beside.captured_co2_kg == pytest.approx(400)
    assert with_it.total_kg_co2e == without.total_kg_co2e
    assert "captured" not in dict(with_it.partition.items())
    assert {str(g.key): g.kg_co2e for g in with_it.gases}["captured-CO2:fossil:removal"] == 0


@pytest.mark.parametrize("origin", ["fossil", "biogenic"])
def test_captured_co2_is_netted_where_the_method_says_so(origin: str) -> None:
    """On either basis, and as a part of its own in the partition."""
    lines: list[Mapping[str, object]] = [*FILLING, {"ref": "x0", **CAPTURED, "origin": origin}]
    bom = a_bom(lines, boundary="cradle-to-grave", unit_kind="functional", stages=ALL)
    netting = replace(METHOD, nets_captured_co2=True)
    net = calculate(bom, TABLE, netting, bom_sha256=ANY_SHA256)
    gross = calculate(bom, TABLE, METHOD, bom_sha256=ANY_SHA256)
    assert net.total_kg_co2e == pytest.approx(gross.total_kg_co2e - 400)
    assert net.excluding_uptake_kg_co2e == pytest.approx(gross.excluding_uptake_kg_co2e - 400)
    assert dict(net.partition.items())["captured"] == pytest.approx(-400)
    assert sum(v for _, v in net.partition.items()) == pytest.approx(net.total_kg_co2e)


def test_no_shipped_method_nets_captured_co2() -> None:
    assert METHOD.nets_captured_co2 is False


def test_captured_co2_alone_fills_no_stage() -> None:
    lines: list[Mapping[str, object]] = [FILLING[0], {"ref": "x0", **CAPTURED}]
    with pytest.raises(FootprintError) as found:
        check_amounts(a_bom(lines))
    assert found.value.code == "stage-without-amounts"
    assert found.value.place == "/stages/manufacturing"


def test_captured_co2_needs_its_evidence() -> None:
    assert refused({**CAPTURED, "evidence": " "}) == [("name-length", "/evidence")]


def test_biogenic_carbon_is_what_the_lines_state_packaging_apart() -> None:
    wood = {**a_material("w", "steel", "2"), "biogenic_carbon": "0.5"}
    grams = {**a_material("g", "steel", "500", "g"), "biogenic_carbon": "0.0004"}
    box = {**a_material("b", "steel", "0.2"), "kind": "packaging", "biogenic_carbon": "0.4"}
    beside = the_result(wood, grams, box).beside
    assert beside.biogenic_carbon_kg == pytest.approx(1.2)
    assert beside.packaging_biogenic_carbon_kg == pytest.approx(0.08)


def test_carbon_that_no_line_states_is_not_zero() -> None:
    assert the_result().beside.biogenic_carbon_kg is None
    assert the_result().to_json()["biogenic_carbon_kg"] is None


def test_carbon_lost_on_the_way_is_not_in_the_product() -> None:
    loss = {"rate": "0.5", "route": "sold-scrap"}
    wood = {**a_material("w", "steel", "2"), "biogenic_carbon": "0.5", "loss": loss}
    assert the_result(wood).beside.biogenic_carbon_kg == pytest.approx(1)


@pytest.mark.parametrize(
    ("unit", "content"), [("kg", "1.1"), ("g", "0.0011"), ("t", "1001"), ("mg", "0.0000011")]
)
def test_more_biogenic_carbon_than_mass_is_refused(unit: str, content: str) -> None:
    wood = {**a_material("w", "steel", "2", unit), "biogenic_carbon": content}
    assert refused(wood) == [("carbon-content-over-one", "/biogenic_carbon")]


@pytest.mark.parametrize("share", ["-0.1", "1", "1.5"])
def test_product_that_uses_up_all_it_makes_is_refused(share: str) -> None:
    with pytest.raises(FootprintError) as found:
        the_result(internal_loop=share)
    assert (found.value.code, found.value.place) == (
        "internal-loop-out-of-range",
        "/internal_loop",
    )


def test_leak_is_never_primary_data() -> None:
    """Its charge may be weighed; its rate and its recovery are a scenario."""
    result = the_result({**LEAK, "activity_origin": "measured"})
    assert [p.primary_share for p in result.lines if p.ref == "x0"] == [0.0, 0.0]


def test_lines_say_what_they_hold() -> None:
    bom = a_bom(
        [*FILLING, {"ref": "x", **LEAK}],
        boundary="cradle-to-grave",
        unit_kind="functional",
        stages=ALL,
    )
    leak = bom.lines[-1]
    assert leak.stages == leak.filled_stages == (Stage.USE, Stage.END_OF_LIFE)
    assert Decimal("0.02") == leak.yearly_rate  # type: ignore[attr-defined]
