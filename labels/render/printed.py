"""Values of a label in the words of a reader: what mark, certificate and page share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from urllib.parse import urlsplit

from footprint.bom import COUNTED
from footprint.methods import method_profile, profile_ids
from footprint.quantities import significant_string
from footprint.result import DRAWN_DIGITS, NOT_ASSESSED
from labels.label import LabelFacts, StageShare
from labels.locale import Translator
from labels.scheme import Scheme, schemes

LONGEST_IN_COLUMN = 12
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_INTERVAL = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)/(-?[0-9]+(?:\.[0-9]+)?)")
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


def uncertainty_text(facts: LabelFacts, reader: Translator) -> str:
    """The 95 % interval in words, that there is none, or what another body wrote there."""
    stated = facts.footprint.uncertainty
    if stated == NOT_ASSESSED:
        return reader.text("scan.not_assessed")
    bounds = _INTERVAL.fullmatch(stated)
    if bounds is None:
        return stated
    lower, upper = (interval_bound(bound, reader) for bound in bounds.groups())
    return reader.text("label.interval", lower=lower, upper=upper)


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
