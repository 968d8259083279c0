"""The bad input of a bill of materials: each gives its code and the JSON Pointer of the place."""

from __future__ import annotations

import pytest

from api.schemas.bom import BomIn
from api.workflows.add_evidence import file_name_of
from api.workflows.calculate_footprint import exact_bom
from labels.errors import LabelError
from tests.unit.api.documents import LINE, STAGES, a_full_document, changed, faults_of, without

IN_PART = "/assemblies/part/lines/0/dataset"


def at(ref: str, member: str = "") -> str:
    return f"/lines/{LINE[ref]}" + (f"/{member}" if member else "")


def test_the_full_document_has_no_fault() -> None:
    assert faults_of(a_full_document()) == []


@pytest.mark.parametrize(
    ("pointer", "value", "code", "place"),
    [
        # unknown dataset
        ("/lines/material/dataset", "stel", "dataset-unknown", at("material", "dataset")),
        ("/lines/energy/dataset", "none", "dataset-unknown", at("energy", "dataset")),
        ("/lines/leg/dataset", "none", "dataset-unknown", at("leg", "dataset")),
        ("/lines/use/dataset", "none", "dataset-unknown", at("use", "dataset")),
        ("/lines/end/dataset", "none", "dataset-unknown", at("end", "dataset")),
        ("/lines/material/loss/dataset", "x", "dataset-unknown", at("material", "loss/dataset")),
        (IN_PART, "x", "dataset-unknown", IN_PART),
        # unit unknown, ambiguous or of the wrong dimension
        ("/lines/material/unit", "pound", "unit-unknown", at("material", "unit")),
        ("/lines/material/unit", "斤", "unit-ambiguous", at("material", "unit")),
        ("/lines/material/unit", "kWh", "unit-wrong-dimension", at("material", "unit")),
        ("/lines/energy/unit", "kg", "unit-wrong-dimension", at("energy", "unit")),
        ("/lines/gas/unit", "m3", "unit-wrong-dimension", at("gas", "unit")),
        ("/lines/leg/mass_unit", "km", "unit-wrong-dimension", at("leg", "mass_unit")),
        ("/lines/leg/distance_unit", "h", "unit-wrong-dimension", at("leg", "distance_unit")),
        ("/lines/leg/dataset", "steel", "unit-wrong-dimension", at("leg", "dataset")),
        ("/lines/use/unit", "kg", "unit-wrong-dimension", at("use", "unit")),
        ("/lines/end/mass_unit", "m3", "unit-wrong-dimension", at("end", "mass_unit")),
        ("/unit/unit", "furlong", "unit-unknown", "/unit/unit"),
        ("/lines/energy/unit", "标准立方米", "gas-volume-without-condition", at("energy", "unit")),
        ("/lines/gas-fuel/unit", "m3", "gas-volume-without-condition", at("gas-fuel", "unit")),
        ("/lines/gas-fuel/unit", "kg", "unit-wrong-dimension", at("gas-fuel", "unit")),
        # negative amounts and shares
        ("/lines/material/amount", "-1", "amount-negative", at("material", "amount")),
        ("/lines/packaging/amount", "-1", "amount-negative", at("packaging", "amount")),
        ("/lines/energy/amount", "-0.5", "amount-negative", at("energy", "amount")),
        ("/lines/gas/amount", "-1", "amount-negative", at("gas", "amount")),
        ("/lines/leg/mass", "-1", "amount-negative", at("leg", "mass")),
        ("/lines/leg/distance", "-1", "amount-negative", at("leg", "distance")),
        ("/lines/use/services", "-1", "amount-negative", at("use", "services")),
        ("/lines/use/amount_per_service", "-1", "amount-negative", at("use", "amount_per_service")),
        ("/lines/end/mass", "-1", "amount-negative", at("end", "mass")),
        ("/lines/part/quantity", "-1", "amount-negative", at("part", "quantity")),
        ("/lines/end/share", "1.2", "share-out-of-range", at("end", "share")),
        ("/lines/end/share", "0.6", "end-of-life-shares-over-one", at("burnt", "share")),
        ("/lines/material/loss/rate", "1", "loss-rate-out-of-range", at("material", "loss/rate")),
        (
            "/lines/material/loss/route",
            "sold-scrap",
            "loss-route-dataset-mismatch",
            at("material", "loss/dataset"),
        ),
        (
            "/lines/supplied/supplier_footprint/kg_co2e_per_unit",
            "-4",
            "supplier-footprint-negative",
            at("supplied", "supplier_footprint/kg_co2e_per_unit"),
        ),
        (
            "/lines/supplied/supplier_footprint/primary_share",
            "2",
            "share-out-of-range",
            at("supplied", "supplier_footprint/primary_share"),
        ),
        ("/unit/amount", "0", "unit-amount-not-positive", "/unit/amount"),
        # unknown gas
        ("/lines/gas/substance", "XF9", "gas-unknown", at("gas", "substance")),
        ("/lines/gas/substance", "CO2e", "gas-unknown", at("gas", "substance")),
        ("/lines/gas/direction", "removal", "removal-not-allowed", at("gas", "direction")),
        # assemblies
        ("/lines/part/assembly", "parts", "assembly-unknown", at("part", "assembly")),
        ("/lines/material/ref", "energy", "line-ref-twice", at("energy", "ref")),
        # frame
        ("/reference_period/to", "2023-12-31", "period-reversed", "/reference_period"),
        ("/unit/kind", "declared", "declared-unit-needs-partial", "/unit/kind"),
        ("/stages/use", "cut", "stage-required", "/stages/use"),
        ("/stages/use", "not-applicable", "line-in-excluded-stage", at("leak")),
        ("/stage_reasons", {"use": "\u202e"}, "name-character-refused", "/stage_reasons/use"),
        ("/stages/manufacturing", "cut", "stage-required", "/stages/manufacturing"),
        # texts with something hidden
        ("/lines/energy/name", "grid\u202e", "name-character-refused", at("energy", "name")),
        ("/product/name/en", "Mi\u200bdea", "name-character-refused", "/product/name/en"),
        ("/product/model", "M\x1b[0m", "name-character-refused", "/product/model"),
        ("/product/plant", "Foshan \u202ework", "name-character-refused", "/product/plant"),
        ("/product/plant", "Foshan\nworks", "name-character-refused", "/product/plant"),
        ("/product/plant", "  ", "name-length", "/product/plant"),
        ("/product/name/en", "Z" + "\u0301" * 400, "text-marks-heaped", "/product/name/en"),
        ("/geography", "CN\x00", "value-malformed", "/geography"),
        ("/geography", "广东", "value-malformed", "/geography"),
        # malformed on the wire
        ("/lines/energy/amount", 5, "amount-not-text", at("energy", "amount")),
        ("/lines/energy/amount", None, "amount-not-text", at("energy", "amount")),
        ("/lines/energy/kind", "power", "value-not-allowed", at("energy", "kind")),
        ("/stages/usage", "included", "value-not-allowed", "/stages/usage"),
        ("/stage_reasons/usage", "-", "value-not-allowed", "/stage_reasons/usage"),
        ("/product/name/de", "Ding", "value-not-allowed", "/product/name/de"),
        ("/lines/energy/state", "x", "member-unknown", at("energy", "state")),
        ("/lines/part/stage", "use", "value-malformed", at("part", "stage")),
        (
            "/lines/supplied/supplier_footprint/is_verified",
            False,
            "verification-not-claimed",
            at("supplied", "supplier_footprint/is_verified"),
        ),
        (
            "/lines/supplied/supplier_footprint/verification/document_sha256",
            "statement.pdf",
            "value-malformed",
            at("supplied", "supplier_footprint/verification/document_sha256"),
        ),
        (
            "/lines/supplied/supplier_footprint/verification/verifier",
            "VB\u200b",
            "name-character-refused",
            at("supplied", "supplier_footprint/verification/verifier"),
        ),
        (
            "/lines/supplied/supplier_footprint/is_verified",
            "yes",
            "value-malformed",
            at("supplied", "supplier_footprint/is_verified"),
        ),
        ("/boundary", "cradle-to-cradle", "value-not-allowed", "/boundary"),
        ("/reference_period/from", "2024-13-01", "date-malformed", "/reference_period/from"),
        ("/reference_period/from", 1704067200, "date-malformed", "/reference_period/from"),
        ("/reference_period/from", "2024-01-01T00:00", "date-malformed", "/reference_period/from"),
        ("/product/gtin", "abc", "value-malformed", "/product/gtin"),
        ("/product/gtin", "12345678", "gtin-check-digit", "/product/gtin"),
        ("/product/gtin", "123456789", "gtin-malformed", "/product/gtin"),
        ("/owner", "org_2", "member-unknown", "/owner"),
    ],
)
def test_fault_names_its_code_and_its_place(
    pointer: str, value: object, code: str, place: str
) -> None:
    assert (code, place) in faults_of(changed(pointer, value))


@pytest.mark.parametrize("stage", STAGES)
def test_missing_stage_is_named(stage: str) -> None:
    assert ("stage-missing", f"/stages/{stage}") in faults_of(without(f"/stages/{stage}"))


@pytest.mark.parametrize(
    "member",
    [
        "/product",
        "/unit/amount",
        "/boundary",
        "/stages",
        "/lines/energy/amount",
        "/lines/energy/kind",
    ],
)
def test_missing_member_is_named(member: str) -> None:
    place = member.replace("energy", str(LINE["energy"]))
    assert faults_of(without(member)) == [("member-missing", place)]


def test_material_without_dataset_or_supplier_is_named() -> None:
    faults = faults_of(without("/lines/packaging/dataset"))
    assert faults == [("dataset-or-supplier-footprint", at("packaging", "dataset"))]


def test_cyclic_bill_is_named_with_its_assembly() -> None:
    inside = {"ref": "x", "kind": "assembly", "name": "x", "assembly": "part", "quantity": "1"}
    assert faults_of(changed("/assemblies/part/lines/0", inside)) == [
        ("bom-cycle", "/assemblies/part")
    ]


def test_every_malformed_member_is_reported_at_once() -> None:
    document = changed("/lines/energy/amount", "1,5")
    document["boundary"] = "nowhere"
    document["lines"][LINE["gas"]]["origin"] = "martian"
    assert sorted(faults_of(document)) == sorted(
        [
            ("amount-not-a-number", at("energy", "amount")),
            ("value-not-allowed", "/boundary"),
            ("value-not-allowed", at("gas", "origin")),
        ]
    )


def test_every_impossible_line_is_reported_at_once() -> None:
    document = changed("/lines/energy/amount", "-1")
    document["lines"][LINE["material"]]["unit"] = "pound"
    document["lines"][LINE["supplied"]]["supplier_footprint"]["unit"] = "stone"
    document["unit"]["amount"] = "0"
    document["product"]["model"] = "M\u202e1"
    assert sorted(faults_of(document)) == sorted(
        [
            ("amount-negative", at("energy", "amount")),
            ("unit-unknown", at("material", "unit")),
            ("unit-unknown", at("supplied", "supplier_footprint/unit")),
            ("unit-amount-not-positive", "/unit/amount"),
            ("name-character-refused", "/product/model"),
        ]
    )


def test_document_goes_over_the_wire_and_back_unchanged() -> None:
    bom = BomIn.model_validate(a_full_document())
    again = BomIn.model_validate_json(bom.model_dump_json(by_alias=True, exclude_none=True))
    assert again == bom
    assert again.to_core() == bom.to_core()


@pytest.mark.parametrize("name", ["电阻 10kΩ ±5%", "α-Al2O3 粉", "铝型材 100×50 mm"])
def test_a_product_and_its_files_are_called_as_makers_call_them(name: str) -> None:
    bom = BomIn.model_validate(changed("/product/name/en", name))
    assert exact_bom(bom).bom.product.name["en"] == name
    assert file_name_of(f"{name}.pdf") == f"{name}.pdf"


def test_a_product_name_that_reads_as_another_is_refused_at_its_place() -> None:
    with pytest.raises(LabelError) as refused:
        exact_bom(BomIn.model_validate(changed("/product/name/en", "M\u0456dea")))
    assert (refused.value.code, refused.value.place) == ("name-mixed-scripts", "/product/name/en")
