"""Bodies, labels and status lists for tests of credentials; everything is made from seeds."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import rfc8785

from labels.credential.credential import LabelCredential, label_credential, sign_label
from labels.credential.did import did_of, host_of_did
from labels.credential.document import JsonObject
from labels.credential.keys import PublicKey, Purpose, Signer
from labels.credential.status_list import (
    sign_status_list,
    status_bits,
    status_list_credential,
)
from labels.credential.trust_list import KeyState, TrustedIssuer, TrustedKey, TrustList
from labels.credential.verdict import (
    NOTHING_REMEMBERED,
    RegisterEvidence,
    Remembered,
    Verdict,
)
from labels.credential.verify import verify_label
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

START = datetime(2026, 1, 1, tzinfo=UTC)
ISSUED = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
SLOT = 40_961
SERIAL = "ABCDEFGHIJKLMNOPQRSTUVWX23"


@dataclass(frozen=True)
class Body:
    """A certification body with one key for each purpose."""

    did: str
    region: str

    @property
    def host(self) -> str:
        return host_of_did(self.did)

    @property
    def status_url(self) -> str:
        return f"https://{self.host}/status/1"

    def signer(self, purpose: Purpose, name: str = "1") -> Signer:
        kid = f"{self.did}#{purpose.value}-{name}"
        return Signer.from_seed(kid, purpose, hashlib.sha256(kid.encode()).digest())

    def key(self, purpose: Purpose, name: str = "1") -> TrustedKey:
        signer = self.signer(purpose, name)
        return TrustedKey(
            kid=signer.kid,
            key=signer.public_key,
            purpose=purpose,
            state=KeyState.ACTIVE,
            added_at=START,
            valid_from=START,
        )

    def trusted(self, *keys: TrustedKey) -> TrustedIssuer:
        return TrustedIssuer(
            did=self.did,
            name={"en": f"Body of {self.region}"},
            region=self.region,
            hosts=(self.host,),
            keys=keys or tuple(self.key(purpose) for purpose in Purpose),
        )


GUANGDONG = Body(did_of("https://gd.example"), "CN-GD")
HONG_KONG = Body(did_of("https://hk.example:8443"), "HK")
MACAO = Body(did_of("https://mo.example"), "MO")


def a_trust_list(*issuers: TrustedIssuer, next_update: datetime | None = None) -> TrustList:
    return TrustList(
        publisher=HONG_KONG.did,
        sequence=1,
        issued_at=START,
        next_update=next_update or NOW + timedelta(days=90),
        cooling_off=timedelta(hours=72),
        issuers=issuers or (GUANGDONG.trusted(), HONG_KONG.trusted()),
    )


def a_label(
    body: Body = GUANGDONG,
    *,
    number: str = "TB-2026-000123",
    version: int = 1,
    level: str = "disclosed",
    category: str = "cpc-46420",
    boundary: str = "cradle-to-grave",
    scheme: str = "tanbiao-reference",
    is_specimen: bool = True,
    serial: str = SERIAL,
) -> LabelFacts:
    party = Party(
        id="org-1",
        name={"zh-Hans": "示例认证机构", "en": "Example certification body"},
        legal_id="91440000EXAMPLE000",
        region=body.region,
        accreditation="",
    )
    product = LabelledProduct(
        name={"zh-Hans": "磷酸铁锂电池系统", "zh-Hant": "磷酸鐵鋰電池系統", "en": "LFP battery"},
        model="LFP-280",
        category=category,
        gtin=None,
        manufacturer=replace(party, id="org-2", region="CN-GD"),
        plant="Plant 1, Shenzhen",
    )
    return LabelFacts(
        number=number,
        version=version,
        serial=serial,
        url=f"HTTPS://{body.host.upper()}/L/{serial}",
        scheme=scheme,
        scheme_version="1.0",
        level=level,
        is_specimen=is_specimen,
        product=product,
        footprint=a_printed_footprint(boundary),
        verification_body=replace(party, id="org-3"),
        certification_body=party,
        statement_number="VS-2026-17",
        statement_on=date(2026, 11, 18),
        assurance_level="limited",
        unmet_criteria=("draft-share",),
        unassessed_criteria=("completeness",),
        issued_on=date(2026, 11, 21),
        valid_until=date(2029, 11, 20),
    )


def a_printed_footprint(boundary: str = "cradle-to-grave") -> PrintedFootprint:
    return PrintedFootprint(
        value="74.1",
        value_unrounded="74.0987654321",
        unit="kgCO2e",
        per={"zh-Hans": "每1千瓦时", "en": "per 1 kWh"},
        unit_kind="functional",
        unit_amount="1",
        unit_name="kWh",
        boundary=boundary,
        stages=(
            StageShare(stage="raw-material", inclusion="included", kg_co2e="60.0987654321"),
            StageShare(stage="manufacturing", inclusion="included", kg_co2e="14"),
            StageShare(stage="use", inclusion="not-specified", kg_co2e=""),
        ),
        partition={"fossil": "73.5", "land_use": "-0.1", "unspecified": "0.6987654321"},
        biogenic_co2_emitted="6.76116",
        biogenic_co2_removed="6.76116",
        uptake_basis="excluding-uptake",
        including_uptake="73.0987654321",
        excluding_uptake="74.0987654321",
        method="gbt24067-2024",
        gwp_set="AR6",
        period_from=date(2025, 1, 1),
        period_to=date(2025, 12, 31),
        geography="CN-GD",
        primary_data_share="0.42",
        draft_share="0.31",
        unswitchable_share="0.05",
        data_quality=PrintedRating(rating="2.140", rated_share="0.97"),
        interval=PrintedInterval(probability="0.95", lower="65.23", upper="84.10", draws=1000),
        biogenic_carbon_kg="1.2345",
        packaging_biogenic_carbon_kg="0.4",
        electricity=PrintedElectricity(
            supplies=(
                PowerShare(supply="certificate", share="0.400"),
                PowerShare(supply="consumption-mix", share="0.600"),
            ),
            without_instruments="81.2",
        ),
        bom_sha256="a" * 64,
        result_sha256="b" * 64,
        release_sha256="c" * 64,
    )


def a_label_of_a_study_that_knows_little() -> LabelFacts:
    """Its data have no scores, nothing was drawn, no carbon is stated, no instrument declared."""
    facts = a_label()
    footprint = replace(
        facts.footprint,
        data_quality=None,
        interval=None,
        biogenic_carbon_kg=None,
        packaging_biogenic_carbon_kg=None,
        electricity=None,
    )
    return replace(facts, footprint=footprint)


def an_unsigned_label(
    facts: LabelFacts | None = None,
    *,
    body: Body = GUANGDONG,
    kid: str | None = None,
    slot: int = SLOT,
    issued_at: datetime = ISSUED,
) -> bytes:
    return label_credential(
        facts or a_label(body),
        issuer_did=body.did,
        kid=kid or body.signer(Purpose.LABEL).kid,
        status_url=body.status_url,
        status_slot=slot,
        issued_at=issued_at,
    )


def a_signed_label(
    facts: LabelFacts | None = None,
    *,
    body: Body = GUANGDONG,
    slot: int = SLOT,
    issued_at: datetime = ISSUED,
) -> bytes:
    unsigned = an_unsigned_label(facts, body=body, slot=slot, issued_at=issued_at)
    return sign_label(unsigned, body.signer(Purpose.LABEL))


def a_status_list(
    *,
    body: Body = GUANGDONG,
    sequence: int = 1,
    revoked: tuple[int, ...] = (),
    suspended: tuple[int, ...] = (),
    made_at: datetime = NOW,
    validity: timedelta = timedelta(hours=1),
) -> bytes:
    signer = body.signer(Purpose.STATUS_LIST)
    unsigned = status_list_credential(
        url=body.status_url,
        issuer_did=body.did,
        kid=signer.kid,
        sequence=sequence,
        bits=status_bits(revoked=revoked, suspended=suspended),
        valid_from=made_at,
        validity=validity,
    )
    return sign_status_list(unsigned, signer)


def judged(
    data: bytes,
    *,
    status_list: bytes | None = None,
    trust_list: TrustList | None = None,
    remembered: Remembered = NOTHING_REMEMBERED,
    at: datetime = NOW,
    evidence: RegisterEvidence | None = None,
    offline: bool = False,
) -> Verdict[LabelCredential]:
    """The verdict, with a fresh clean status list unless one is given or the test is offline."""
    listed = status_list if status_list is not None or offline else a_status_list(made_at=at)
    return verify_label(
        data,
        trust_list=trust_list or a_trust_list(),
        status_list=listed,
        remembered=remembered,
        at=at,
        evidence=evidence,
    )


def loaded(data: bytes) -> JsonObject:
    """A document as plain JSON, for tests that change it."""
    document: JsonObject = json.loads(data)
    return document


def dumped(document: JsonObject) -> bytes:
    """Plain JSON back to canonical bytes, whatever it says."""
    return rfc8785.dumps(document)


def a_public_key(text: str) -> PublicKey:
    """Some key, from a name."""
    seed = hashlib.sha256(text.encode()).digest()
    return Signer.from_seed("did:web:x.example#1", Purpose.LABEL, seed).public_key
