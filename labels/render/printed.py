"""Values of a label in the words of a reader: what mark, certificate and page share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from urllib.parse import urlsplit

from footprint.bom import COUNTED
from footprint.methods import method_profile, profile_ids
from footprint.quantities import significant_string
from footprint.result import DRAWN_DIGITS
from labels.label import LabelFacts, StageShare
from labels.locale import Translator
from labels.scheme import Scheme, schemes

LONGEST_IN_COLUMN = 12
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_RATING_FIGURES = 2
PARTITION = (
    "fossil",
    "biogenic_emissions",
    "biogenic_removals",
    "land_use",
    "aircraft",
    "unspecified",
    "captured",
)
_COUNTED = frozenset(inclusion.value for inclusion in COUNTED)


def is_counted(stage: StageShare) -> bool:
    """Whether the figure of a stage is part of the total."""
    return stage.inclusion in _COUNTED


def counted_figures(stages: Sequence[StageShare]) -> tuple[tuple[str, Decimal], ...]:
    """(stage, kgCO2e) of every stage that counts, in order."""
    return tuple((stage.stage, Decimal(stage.kg_co2e)) for stage in stages if is_counted(stage))


def figure_text(facts: LabelFacts, reader: Translator) -> str:
    """The certified figure with the separators of the language."""
    return reader.number(facts.footprint.value)


def unit_text(facts: LabelFacts, reader: Translator) -> str:
    """What the figure is of: the quantity that accounts are kept in, then its words."""
    footprint = facts.footprint
    return reader.unit_words(footprint.unit_amount, footprint.unit_name, footprint.per)


def per_text(facts: LabelFacts, reader: Translator) -> str:
    """:func:`unit_text` behind "per"."""
    return reader.text("label.per", unit=unit_text(facts, reader))


def three_figures(kg_co2e: str | Decimal, reader: Translator) -> str:
    """A part of the figure to three significant figures, as the language writes it.

    In columns: as a power of ten where it would be too long for one.
    """
    return _figures(kg_co2e, 3, reader)


def interval_bound(kg_co2e: str | Decimal, reader: Translator) -> str:
    """An end of an interval, to the four figures that the draws carry."""
    return _figures(kg_co2e, DRAWN_DIGITS, reader)


def _figures(kg_co2e: str | Decimal, figures: int, reader: Translator) -> str:
    rounded = significant_string(Decimal(kg_co2e), figures)
    plain = reader.number(rounded)
    if len(plain) <= LONGEST_IN_COLUMN:
        return plain
    digits, exponent = f"{Decimal(rounded):.{figures - 1}E}".split("E")
    power = str(int(exponent)).translate(_RAISED)
    return f"{reader.number(digits)}\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10{power}"


def partition_texts(facts: LabelFacts, reader: Translator) -> tuple[tuple[str, str], ...]:
    """(name, figure) of every part of the total by origin, in the order of the policy."""
    parts = facts.footprint.partition
    return tuple(
        (reader.text(f"partition.{name}"), three_figures(parts[name], reader))
        for name in PARTITION
        if name in parts
    )


def biogenic_texts(facts: LabelFacts, reader: Translator) -> Mapping[str, str]:
    """Kilograms of biogenic CO2 emitted and removed, which the excluding basis does not count."""
    footprint = facts.footprint
    return {
        "emitted": three_figures(footprint.biogenic_co2_emitted, reader),
        "removed": three_figures(footprint.biogenic_co2_removed, reader),
    }


def uptake_texts(facts: LabelFacts, reader: Translator) -> Mapping[str, str]:
    """Both totals, whichever of them is certified: with and without biogenic uptake."""
    footprint = facts.footprint
    return {
        "including": three_figures(footprint.including_uptake, reader),
        "excluding": three_figures(footprint.excluding_uptake, reader),
    }


def uncertainty_text(facts: LabelFacts, reader: Translator, *, is_sentence: bool = False) -> str:
    """The interval in words, as a sentence for the public or short for paper; or that none is."""
    interval = facts.footprint.interval
    if interval is None:
        return reader.text("scan.interval_none" if is_sentence else "scan.not_assessed")
    return reader.text(
        "scan.interval" if is_sentence else "label.interval",
        probability=reader.percent(interval.probability),
        lower=interval_bound(interval.lower, reader),
        upper=interval_bound(interval.upper, reader),
    )


def rating_text(facts: LabelFacts, reader: Translator) -> str:
    """The data quality rating in words; or that the data are not rated."""
    quality = facts.footprint.data_quality
    if quality is None:
        return reader.text("scan.data_quality_none")
    rating = significant_string(Decimal(quality.rating), _RATING_FIGURES)
    return reader.text("scan.data_quality_value", rating=reader.number(rating))


def quality_text(facts: LabelFacts, reader: Translator) -> str:
    """:func:`rating_text`, and how much of the figure is rated."""
    quality, rating = facts.footprint.data_quality, rating_text(facts, reader)
    if quality is None:
        return rating
    share = reader.percent(quality.rated_share)
    return reader.text("scan.data_quality_rated", rating=rating, share=share)


def biogenic_carbon_texts(facts: LabelFacts, reader: Translator) -> tuple[tuple[str, str], ...]:
    """(name, kg C) of the biogenic carbon in the product and, where it is known, its packaging."""
    product = facts.footprint.biogenic_carbon_kg
    packaging = facts.footprint.packaging_biogenic_carbon_kg
    stated = reader.text("scan.not_stated")
    rows = [("scan.biogenic_carbon", product)]
    rows += [("scan.packaging_biogenic_carbon", packaging)] if packaging is not None else []
    return tuple(
        (
            reader.text(key),
            stated
            if mass is None
            else f"{three_figures(mass, reader)}\N{NO-BREAK SPACE}kg\N{NO-BREAK SPACE}C",
        )
        for key, mass in rows
    )


def supply_texts(facts: LabelFacts, reader: Translator) -> tuple[tuple[str, str], ...]:
    """(what supplies the electricity, its share) where the study declares instruments."""
    power = facts.footprint.electricity
    rows = []
    for part in power.supplies if power else ():
        key = f"supply.{part.supply}"
        name = reader.text(key) if reader.has(key) else part.supply  # another body's word
        rows.append((name, reader.percent(part.share)))
    return tuple(rows)


def power_claims(facts: LabelFacts, reader: Translator) -> tuple[str, ...]:
    """What is said of the instruments: their effect, and that a certificate backs one claim."""
    power = facts.footprint.electricity
    if power is None:
        return (reader.text("scan.electricity_text"),)
    total = three_figures(power.without_instruments, reader)
    effect = reader.text("scan.electricity_without", total=total)
    is_certified = any(part.supply == "certificate" for part in power.supplies)
    return (reader.text("scan.electricity_claim"), effect) if is_certified else (effect,)


def geography_text(facts: LabelFacts, reader: Translator) -> str:
    """The place the study stands for, by name where we have one: "Guangdong (CN-GD)"."""
    code = facts.footprint.geography
    key = f"region.{code}"
    return f"{reader.text(key)} ({code})" if reader.has(key) else code


def scheme_text(facts: LabelFacts, reader: Translator) -> str:
    """The scheme by name, its identifier where the version is not one we ship."""
    scheme = _find_scheme(facts)
    return reader.local(scheme.name) if scheme else facts.scheme


def category_text(facts: LabelFacts, reader: Translator) -> str:
    """The product category in the words of the scheme: "Accumulators and batteries (cpc-46420)"."""
    code = facts.product.category
    scheme = _find_scheme(facts)
    group = scheme.find_category(code) if scheme else None
    if group is None:
        return code
    return reader.text("scan.stage_note", stage=reader.local(group.name), note=code)


def method_text(facts: LabelFacts, reader: Translator) -> str:
    """The title of the method profile, its identifier where it is not one we ship."""
    method = facts.footprint.method
    return reader.local(method_profile(method).title) if method in profile_ids() else method


def unmet_texts(facts: LabelFacts, reader: Translator) -> tuple[str, ...]:
    """The scheme's criteria that were not met, then those that were not assessed, in words."""
    by_outcome = (
        ("scan.unmet_item", facts.unmet_criteria),
        ("scan.unassessed_item", facts.unassessed_criteria),
    )
    return tuple(
        reader.text(key, criterion=reader.text(f"criterion.{name}"))
        for key, names in by_outcome
        for name in names
    )


def _find_scheme(facts: LabelFacts) -> Scheme | None:
    wanted = (facts.scheme, facts.scheme_version)
    return next((s for s in schemes() if (s.id, s.version) == wanted), None)


def host_of(url: str) -> str:
    """The host of a label's address in lower case, as printed beside the code."""
    return urlsplit(url.lower()).netloc
