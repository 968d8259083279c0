"""What a label credential says: ``LabelFacts`` as JSON and back, member by member.

Both directions stand side by side so that a member added to one is missed in the other by the
round-trip test. Names are those of the shipped JSON-LD context.
"""

from __future__ import annotations

import re

from labels.credential.document import (
    DECIMAL,
    NAME,
    SHA256,
    JsonObject,
    JsonValue,
    Members,
    local_text_json,
)
from labels.credential.envelope import URL
from labels.errors import LabelError
from labels.label import (
    LabelFacts,
    LabelledProduct,
    Party,
    PowerShare,
    PrintedElectricity,
    PrintedFootprint,
    PrintedInterval,
    PrintedRating,
    StageShare,
)

_NUMBER = re.compile(r"[A-Z]{2,6}-[0-9]{4}-[0-9]{6}")
_SERIAL = re.compile(r"[A-Z2-7]{26}")
_GTIN = re.compile(r"[0-9]{8,14}")
_REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_PARTITION_NAME = re.compile(r"[a-z][a-z_]{0,39}")
_RATING = re.compile(r"[1-4](\.[0-9]{1,11})?|5(\.0{1,11})?")  # 1 is the best
_SHARE = re.compile(r"0(\.[0-9]{1,30})?|1(\.0{1,30})?")
_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,29})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?")
_STAGE_VALUE = re.compile(rf"({DECIMAL.pattern})?")  # a stage left out has no figure
_VERSION_MOST = 999


def check_category(category: str) -> None:
    """Nothing when a label can name that product category.

    Raises:
        LabelError: ``category-malformed``.
    """
    if not NAME.fullmatch(category):
        raise LabelError("category-malformed", "/product/category", category=category)


def subject_of(facts: LabelFacts) -> JsonObject:
    """The ``credentialSubject`` of a label."""
    return {
        "id": facts.url,
        "type": "CarbonLabel",
        "labelNumber": facts.number,
        "labelVersion": facts.version,
        "serial": facts.serial,
        "scheme": facts.scheme,
        "schemeVersion": facts.scheme_version,
        "level": facts.level,
        "isSpecimen": facts.is_specimen,
        "product": _product_json(facts.product),
        "footprint": _footprint_json(facts.footprint),
        "verificationBody": _party_json(facts.verification_body),
        "certificationBody": _party_json(facts.certification_body),
        "statementNumber": facts.statement_number,
        "statementOn": facts.statement_on.isoformat(),
        "assuranceLevel": facts.assurance_level,
        "unmetCriteria": list(facts.unmet_criteria),
        "unassessedCriteria": list(facts.unassessed_criteria),
        "issuedOn": facts.issued_on.isoformat(),
        "validUntilDay": facts.valid_until.isoformat(),
    }


def facts_of(subject: JsonObject) -> LabelFacts:
    """The label facts of a ``credentialSubject``, read strictly.

    Raises:
        CredentialError: A ``document-member-...`` code with the place of the member.
    """
    members = Members(subject, "/credentialSubject")
    members.exactly("type", "CarbonLabel")
    facts = LabelFacts(
        number=members.text("labelNumber", _NUMBER),
        version=members.integer("labelVersion", least=1, most=_VERSION_MOST),
        serial=members.text("serial", _SERIAL),
        url=members.text("id", URL),
        scheme=members.text("scheme", NAME),
        scheme_version=members.text("schemeVersion", NAME),
        level=members.text("level", NAME),
        is_specimen=members.flag("isSpecimen"),
        product=_read_product(members.object("product")),
        footprint=_read_footprint(members.object("footprint")),
        verification_body=_read_party(members.object("verificationBody")),
        certification_body=_read_party(members.object("certificationBody")),
        statement_number=members.text("statementNumber", empty=True),
        statement_on=members.day("statementOn"),
        assurance_level=members.text("assuranceLevel", empty=True),
        unmet_criteria=members.texts("unmetCriteria", NAME, most=50),
        unassessed_criteria=members.texts("unassessedCriteria", NAME, most=50),
        issued_on=members.day("issuedOn"),
        valid_until=members.day("validUntilDay"),
    )
    members.finish()
    return facts


def _party_json(party: Party) -> JsonObject:
    return {
        "partyId": party.id,
        "partyName": local_text_json(party.name),
        "legalId": party.legal_id,
        "region": party.region,
        "accreditation": party.accreditation,
    }


def _read_party(members: Members) -> Party:
    party = Party(
        id=members.text("partyId"),
        name=members.local_text("partyName"),
        legal_id=members.text("legalId", empty=True),
        region=members.text("region", _REGION),
        accreditation=members.text("accreditation", empty=True),
    )
    members.finish()
    return party


def _product_json(product: LabelledProduct) -> JsonObject:
    return {
        "productName": local_text_json(product.name),
        "model": product.model,
        "category": product.category,
        "gtin": product.gtin,
        "manufacturer": _party_json(product.manufacturer),
        "plant": product.plant,
    }


def _read_product(members: Members) -> LabelledProduct:
    product = LabelledProduct(
        name=members.local_text("productName"),
        model=members.text("model", empty=True),
        category=members.text("category", NAME),
        gtin=members.optional_text("gtin", _GTIN),
        manufacturer=_read_party(members.object("manufacturer")),
        plant=members.text("plant", empty=True),
    )
    members.finish()
    return product


def _footprint_json(footprint: PrintedFootprint) -> JsonObject:
    stages: list[JsonValue] = [
        {"stage": share.stage, "inclusion": share.inclusion, "kgCo2e": share.kg_co2e}
        for share in footprint.stages
    ]
    return {
        "value": footprint.value,
        "valueUnrounded": footprint.value_unrounded,
        "unit": footprint.unit,
        "per": local_text_json(footprint.per),
        "unitKind": footprint.unit_kind,
        "unitAmount": footprint.unit_amount,
        "unitName": footprint.unit_name,
        "boundary": footprint.boundary,
        "stages": stages,
        "partition": {name: footprint.partition[name] for name in sorted(footprint.partition)},
        "biogenicCo2Emitted": footprint.biogenic_co2_emitted,
        "biogenicCo2Removed": footprint.biogenic_co2_removed,
        "uptakeBasis": footprint.uptake_basis,
        "includingUptake": footprint.including_uptake,
        "excludingUptake": footprint.excluding_uptake,
        "method": footprint.method,
        "gwpSet": footprint.gwp_set,
        "periodFrom": footprint.period_from.isoformat(),
        "periodTo": footprint.period_to.isoformat(),
        "geography": footprint.geography,
        "primaryDataShare": footprint.primary_data_share,
        "draftShare": footprint.draft_share,
        "unswitchableShare": footprint.unswitchable_share,
        "bomSha256": footprint.bom_sha256,
        "resultSha256": footprint.result_sha256,
        "releaseSha256": footprint.release_sha256,
        **_known_json(footprint),
    }


def _known_json(footprint: PrintedFootprint) -> JsonObject:
    """What a study may know or not: a member that is absent says that it does not."""
    members: JsonObject = {}
    if footprint.data_quality is not None:
        quality = footprint.data_quality
        members["dataQuality"] = {"rating": quality.rating, "ratedShare": quality.rated_share}
    if footprint.interval is not None:
        members["interval"] = {
            "probability": footprint.interval.probability,
            "lowerKgCo2e": footprint.interval.lower,
            "upperKgCo2e": footprint.interval.upper,
            "draws": footprint.interval.draws,
        }
    if footprint.biogenic_carbon_kg is not None:
        members["biogenicCarbonKg"] = footprint.biogenic_carbon_kg
    if footprint.packaging_biogenic_carbon_kg is not None:
        members["packagingBiogenicCarbonKg"] = footprint.packaging_biogenic_carbon_kg
    if footprint.electricity is not None:
        power = footprint.electricity
        members["electricity"] = {
            "supplies": [{"supply": s.supply, "share": s.share} for s in power.supplies],
            "withoutInstrumentsKgCo2e": power.without_instruments,
        }
    return members


def _read_footprint(members: Members) -> PrintedFootprint:
    footprint = PrintedFootprint(
        value=members.text("value", DECIMAL),
        value_unrounded=members.text("valueUnrounded", DECIMAL),
        unit=members.text("unit", NAME),
        per=members.local_text("per"),
        unit_kind=members.text("unitKind", NAME),
        unit_amount=members.text("unitAmount", DECIMAL),
        unit_name=members.text("unitName", NAME),
        boundary=members.text("boundary", NAME),
        stages=tuple(_read_stage(stage) for stage in members.each("stages", most=20)),
        partition=members.text_map("partition", _PARTITION_NAME, DECIMAL),
        biogenic_co2_emitted=members.text("biogenicCo2Emitted", DECIMAL),
        biogenic_co2_removed=members.text("biogenicCo2Removed", DECIMAL),
        uptake_basis=members.text("uptakeBasis", NAME),
        including_uptake=members.text("includingUptake", DECIMAL),
        excluding_uptake=members.text("excludingUptake", DECIMAL),
        method=members.text("method", NAME),
        gwp_set=members.text("gwpSet", NAME),
        period_from=members.day("periodFrom"),
        period_to=members.day("periodTo"),
        geography=members.text("geography", NAME),
        primary_data_share=members.text("primaryDataShare"),
        draft_share=members.text("draftShare"),
        unswitchable_share=members.text("unswitchableShare"),
        data_quality=_read_rating(members.optional_object("dataQuality")),
        interval=_read_interval(members.optional_object("interval")),
        biogenic_carbon_kg=members.absent_or_text("biogenicCarbonKg", _AMOUNT),
        packaging_biogenic_carbon_kg=members.absent_or_text("packagingBiogenicCarbonKg", _AMOUNT),
        electricity=_read_electricity(members.optional_object("electricity")),
        bom_sha256=members.text("bomSha256", SHA256),
        result_sha256=members.text("resultSha256", SHA256),
        release_sha256=members.text("releaseSha256", SHA256),
    )
    members.finish()
    return footprint


def _read_rating(members: Members | None) -> PrintedRating | None:
    if members is None:
        return None
    rating = PrintedRating(
        rating=members.text("rating", _RATING), rated_share=members.text("ratedShare", _SHARE)
    )
    members.finish()
    return rating


def _read_interval(members: Members | None) -> PrintedInterval | None:
    if members is None:
        return None
    interval = PrintedInterval(
        probability=members.text("probability", _SHARE),
        lower=members.text("lowerKgCo2e", DECIMAL),
        upper=members.text("upperKgCo2e", DECIMAL),
        draws=members.integer("draws", least=1),
    )
    members.finish()
    return interval


def _read_electricity(members: Members | None) -> PrintedElectricity | None:
    if members is None:
        return None
    power = PrintedElectricity(
        supplies=tuple(_read_power(each) for each in members.each("supplies", least=1, most=20)),
        without_instruments=members.text("withoutInstrumentsKgCo2e", DECIMAL),
    )
    members.finish()
    return power


def _read_power(members: Members) -> PowerShare:
    power = PowerShare(supply=members.text("supply", NAME), share=members.text("share", _SHARE))
    members.finish()
    return power


def _read_stage(members: Members) -> StageShare:
    share = StageShare(
        stage=members.text("stage", NAME),
        inclusion=members.text("inclusion", NAME),
        kg_co2e=members.text("kgCo2e", _STAGE_VALUE, empty=True),
    )
    members.finish()
    return share
