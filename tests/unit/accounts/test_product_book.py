"""The product book: certified value times sales, double entry, never summed across books."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.quantities import Quantity
from labels.access import Role
from labels.accounts.books import (
    LARGEST_MG,
    Book,
    BookKind,
    BookTotal,
    Ledger,
    Posting,
    reversal,
)
from labels.accounts.product_book import (
    SOLD,
    DeclaredVolume,
    carried_mg,
    post_product_volume,
    product_book,
)
from labels.errors import LedgerError, NotAllowed
from labels.label import LabelFacts
from labels.label_status import ActivePeriod
from tests.support.cases import MAKER, NOW, PREPARER, TODAY
from tests.support.labels import a_party, some_facts

EVIDENCE = "ab" * 32
OTHER_BODY = a_party("org_other_certifier")
ACTIVE = (ActivePeriod(date(2026, 10, 1), date(2027, 12, 31)),)


def a_label_of(value: str = "93.6", unit_amount: str = "1", unit_name: str = "kWh") -> LabelFacts:
    facts = some_facts()
    printed = replace(facts.footprint, value=value, unit_amount=unit_amount, unit_name=unit_name)
    return replace(facts, footprint=printed)


def a_volume(
    amount: str = "1000", unit: str = "kWh", first: date = TODAY, last: date = TODAY
) -> DeclaredVolume:
    return DeclaredVolume(
        quantity=Quantity.parse(amount, unit),
        period_from=first,
        period_to=last,
        evidence_sha256=EVIDENCE,
    )


def posted(
    facts: LabelFacts,
    volume: DeclaredVolume,
    ledger: Ledger | None = None,
    posting_id: str = "pst_1",
    active: tuple[ActivePeriod, ...] = ACTIVE,
    product_id: str = "prd_battery",
) -> Posting:
    return post_product_volume(
        facts,
        volume,
        product_id=product_id,
        active=active,
        ledger=ledger or Ledger(),
        posting_id=posting_id,
        actor=PREPARER,
        at=NOW,
    )


def refused(facts: LabelFacts, volume: DeclaredVolume, **more: object) -> LedgerError:
    with pytest.raises(LedgerError) as caught:
        posted(facts, volume, **more)  # type: ignore[arg-type]
    return caught.value


@pytest.mark.parametrize(
    ("value", "unit_amount", "unit", "sold", "sold_unit", "expected_mg"),
    [
        ("93.6", "1", "kWh", "1000", "kWh", 93_600_000_000),
        ("93.6", "1", "kWh", "2.5", "MWh", 234_000_000_000),
        ("16100", "1", "t", "250", "kg", 4_025_000_000),
        ("5.00", "10", "kWh", "1", "kWh", 500_000),
        ("0.00123", "1", "kg", "1", "g", 1),
        ("0.0000005", "1", "piece", "1", "piece", 0),
        ("0.0000015", "1", "piece", "1", "piece", 2),
        ("0.0000025", "1", "piece", "1", "piece", 2),
    ],
)
def test_the_amount_is_the_printed_value_times_the_sales_in_the_unit_of_the_label(
    value: str, unit_amount: str, unit: str, sold: str, sold_unit: str, expected_mg: int
) -> None:
    facts = a_label_of(value, unit_amount, unit)
    amount_mg, formula = carried_mg(facts, Quantity.parse(sold, sold_unit))
    assert amount_mg == expected_mg
    assert formula.startswith(f"{value} kgCO2e / {unit_amount} {unit} × ")


def test_the_unrounded_value_is_never_posted() -> None:
    facts = a_label_of("93.6")
    drifted = replace(facts, footprint=replace(facts.footprint, value_unrounded="93.649"))
    assert carried_mg(facts, Quantity.parse("7", "kWh")) == carried_mg(
        drifted, Quantity.parse("7", "kWh")
    )


def test_a_posting_names_label_formula_evidence_and_both_accounts() -> None:
    posting = posted(a_label_of(), a_volume())
    assert posting.debit == product_book(MAKER).account("sold")
    assert posting.credit == product_book(MAKER).account("label:TB-2026-000001")
    assert posting.label_number == "TB-2026-000001:001"
    assert posting.product_id == "prd_battery"
    assert posting.evidence_sha256 == EVIDENCE
    assert posting.to_json()["amount_mg"] == "93600000000"
    ledger = Ledger().appended(posting)
    assert ledger.total(product_book(MAKER).account(SOLD)) == BookTotal(
        product_book(MAKER), 93_600_000_000
    )


@pytest.mark.parametrize("amount", ["0", "-1"])
def test_without_sales_nothing_is_posted(amount: str) -> None:
    with pytest.raises(LedgerError) as caught:
        a_volume(amount)
    assert caught.value.code == "volume-not-positive"


def test_a_volume_in_another_dimension_is_refused() -> None:
    assert refused(a_label_of(), a_volume("5", "kg")).code == "volume-wrong-unit"


@pytest.mark.parametrize("value", ["0", "-3.20", "0.0000001"])
def test_a_value_of_less_than_a_milligram_is_not_posted(value: str) -> None:
    facts = a_label_of(value, unit_name="piece")
    assert refused(facts, a_volume("1", "piece")).code == "posting-not-positive"


def test_an_amount_beyond_the_books_is_refused() -> None:
    assert refused(a_label_of("9990000"), a_volume("1e9")).code == "posting-too-large"


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (TODAY, TODAY + timedelta(days=1), "period-not-ended"),
        (date(2026, 9, 30), TODAY, "label-not-active-in-period"),
        (date(2026, 9, 1), date(2026, 9, 30), "label-not-active-in-period"),
    ],
)
def test_a_period_is_refused_when_it_is_not_over_or_the_label_was_not_active(
    first: date, last: date, code: str
) -> None:
    assert refused(a_label_of(), a_volume(first=first, last=last)).code == code


def test_a_period_across_a_suspension_is_refused() -> None:
    before = ActivePeriod(date(2026, 10, 1), date(2026, 10, 14))
    later = ActivePeriod(date(2026, 10, 20), date(2027, 12, 31))
    across = a_volume(first=date(2026, 10, 10), last=date(2026, 10, 25))
    assert refused(a_label_of(), across, active=(before, later)).code == (
        "label-not-active-in-period"
    )
    within = a_volume(first=date(2026, 10, 20), last=date(2026, 10, 25))
    assert posted(a_label_of(), within, active=(before, later)).amount_mg > 0


def test_the_same_days_of_a_product_are_posted_once_until_reversed() -> None:
    facts = a_label_of()
    october = a_volume(first=date(2026, 10, 1), last=date(2026, 10, 31))
    first = posted(facts, october)
    ledger = Ledger().appended(first)
    overlapping = a_volume(first=date(2026, 10, 31), last=date(2026, 11, 5))
    for label in (
        facts,
        replace(facts, version=2),
        replace(facts, number="TB-2026-000002"),
        replace(facts, number="TB-2026-000002", scheme="another", certification_body=OTHER_BODY),
    ):
        refusal = refused(label, overlapping, ledger=ledger)
        assert refusal.code == "period-already-posted"
        assert refusal.parameters == {
            "posting": "pst_1",
            "label": "TB-2026-000001:001",
            "first": first.period_from.isoformat(),
            "last": first.period_to.isoformat(),
            "kilograms": f"{first.amount_mg / 1_000_000:.6f}",
        }
    other_product = posted(facts, overlapping, ledger, "pst_2", product_id="prd_other")
    assert other_product.product_id == "prd_other"
    next_days = a_volume(first=date(2026, 11, 1), last=date(2026, 11, 5))
    assert posted(facts, next_days, ledger, "pst_2").amount_mg > 0
    back = reversal(ledger, "pst_1", reversal_id="pst_2", reason="wrong", posted_by="per_x", at=NOW)
    assert back.product_id == "prd_battery"
    assert posted(facts, overlapping, ledger.appended(back), "pst_3").amount_mg > 0


def test_only_the_maker_declares_its_sales() -> None:
    stranger = replace(PREPARER, organisation_id="org_other")
    colleague = replace(PREPARER, roles=frozenset({Role.BANK}))
    for actor, code in ((stranger, "organisation-not-party"), (colleague, "step-needs-role")):
        with pytest.raises(NotAllowed) as caught:
            post_product_volume(
                a_label_of(),
                a_volume(),
                product_id="prd_battery",
                active=ACTIVE,
                ledger=Ledger(),
                posting_id="pst_1",
                actor=actor,
                at=NOW,
            )
        assert caught.value.code == code


# Books.


def a_posting(posting_id: str = "pst_1", **changes: object) -> Posting:
    book = product_book(MAKER)
    posting = Posting(
        id=posting_id,
        debit=book.account("sold"),
        credit=book.account("label:TB-2026-000001"),
        amount_mg=5,
        period_from=TODAY,
        period_to=TODAY,
        posted_at=NOW,
        posted_by="per_preparer",
    )
    return replace(posting, **changes)  # type: ignore[arg-type]


INVENTORY = Book(MAKER, BookKind.ORGANISATION_INVENTORY)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"credit": product_book(MAKER).account("sold")}, "posting-same-account"),
        ({"credit": INVENTORY.account("scope-1")}, "books-mixed"),
        ({"credit": product_book("org_other").account("label:x")}, "books-mixed"),
        ({"amount_mg": 0}, "posting-not-positive"),
        ({"amount_mg": -5}, "posting-not-positive"),
        ({"amount_mg": LARGEST_MG + 1}, "posting-too-large"),
        ({"period_to": TODAY - timedelta(days=1)}, "posting-period-reversed"),
    ],
)
def test_a_posting_is_refused_when_the_books_would_not_balance(
    changes: dict[str, object], code: str
) -> None:
    with pytest.raises(LedgerError) as caught:
        a_posting("pst_1", **changes)
    assert caught.value.code == code


@pytest.mark.parametrize("other", [INVENTORY, product_book("org_other")])
def test_totals_of_different_books_or_enterprises_are_never_added(other: Book) -> None:
    mine = BookTotal(product_book(MAKER), 5)
    with pytest.raises(LedgerError) as caught:
        mine + BookTotal(other, 7)
    assert caught.value.code == "books-mixed"
    assert (mine + mine).amount_mg == 10


def test_a_posting_is_reversed_once_and_a_reversal_never() -> None:
    ledger = Ledger().appended(a_posting())
    back = reversal(ledger, "pst_1", reversal_id="pst_2", reason="typo", posted_by="p", at=NOW)
    assert (back.debit, back.credit, back.amount_mg) == (
        a_posting().credit,
        a_posting().debit,
        5,
    )
    reversed_ledger = ledger.appended(back)
    assert reversed_ledger.standing() == ()
    assert reversed_ledger.total(product_book(MAKER).account(SOLD)).amount_mg == 0
    for posting_id, code in (
        ("pst_1", "already-reversed"),
        ("pst_2", "reversal-of-reversal"),
        ("pst_9", "reversal-unknown"),
    ):
        with pytest.raises(LedgerError) as caught:
            reversal(
                reversed_ledger, posting_id, reversal_id="pst_3", reason="x", posted_by="p", at=NOW
            )
        assert caught.value.code == code


def test_a_reversal_is_refused_when_it_is_not_the_mirror_of_the_posting() -> None:
    ledger = Ledger().appended(a_posting())
    back = reversal(ledger, "pst_1", reversal_id="pst_2", reason="typo", posted_by="p", at=NOW)
    for forged in (replace(back, amount_mg=4), a_posting("pst_2", reverses="pst_1")):
        with pytest.raises(LedgerError) as caught:
            ledger.appended(forged)
        assert caught.value.code == "reversal-differs"


def test_a_posting_id_is_used_once() -> None:
    with pytest.raises(LedgerError) as caught:
        Ledger().appended(a_posting()).appended(a_posting(amount_mg=9))
    assert caught.value.code == "posting-exists"


BOOKS = st.sampled_from([product_book("org_a"), product_book("org_b"), INVENTORY])
NAMES = ("sold", "label:1", "label:2", "scope-1")


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    """Ledgers of random postings in three books, some of them reversed."""
    ledger = Ledger()
    for number in range(draw(st.integers(0, 12))):
        standing = ledger.standing()
        is_reversal: bool = draw(st.booleans())
        if standing and is_reversal:
            chosen: Posting = draw(st.sampled_from(standing))
            posting = reversal(
                ledger, chosen.id, reversal_id=f"p{number}", reason="x", posted_by="p", at=NOW
            )
        else:
            book = draw(BOOKS)
            debit, credit = draw(st.permutations(NAMES))[:2]
            posting = a_posting(
                f"p{number}",
                debit=book.account(debit),
                credit=book.account(credit),
                amount_mg=draw(st.integers(1, 10**12)),
            )
        ledger = ledger.appended(posting)
    return ledger


@given(ledgers())
def test_the_balances_of_every_book_sum_to_zero(ledger: Ledger) -> None:
    books = {posting.book for posting in ledger.postings}
    for book in books:
        assert sum(ledger.balances(book).values()) == 0


@given(ledgers())
def test_reversed_postings_leave_every_balance_as_if_they_had_not_been(ledger: Ledger) -> None:
    standing = Ledger(ledger.standing())
    for book in {posting.book for posting in ledger.postings}:
        nonzero = {a: mg for a, mg in ledger.balances(book).items() if mg}
        assert nonzero == {a: mg for a, mg in standing.balances(book).items() if mg}


@given(
    st.decimals("0.001", "99900", places=3),
    st.lists(st.integers(1, 10**6), min_size=1, max_size=6),
)
def test_sales_posted_in_parts_differ_from_the_whole_by_rounding_alone(
    value: Decimal, parts: list[int]
) -> None:
    facts = a_label_of(f"{value:f}", unit_name="piece")
    amounts = [carried_mg(facts, Quantity(Decimal(part), "piece"))[0] for part in parts]
    whole, _ = carried_mg(facts, Quantity(Decimal(sum(parts)), "piece"))
    assert abs(sum(amounts) - whole) <= (len(parts) + 1) / 2
