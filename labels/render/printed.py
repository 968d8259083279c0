"""Values of a label in the words of a reader: what mark, certificate and page share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from urllib.parse import urlsplit

from footprint.bom import COUNTED
from footprint.quantities import significant_string
from labels.label import LabelFacts, StageShare
from labels.locale import Translator

PARTITION = (
    "fossil",
    "aircraft",
    "biogenic_emissions",
    "biogenic_removals",
    "land_use",
    "unspecified",
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


def three_figures(kg_co2e: str | Decimal, reader: Translator) -> str:
    """A part of the figure to three significant figures, as the language writes it."""
    return reader.number(significant_string(Decimal(kg_co2e), 3))


def partition_texts(facts: LabelFacts, reader: Translator) -> tuple[tuple[str, str], ...]:
    """(name, figure) of every part of the total by origin, in the order of the policy."""
    parts = facts.footprint.partition
    return tuple(
        (reader.text(f"partition.{name}"), three_figures(parts[name], reader))
        for name in PARTITION
        if name in parts
    )


def uptake_texts(facts: LabelFacts, reader: Translator) -> Mapping[str, str]:
    """Both totals, whichever of them is certified: with and without biogenic uptake."""
    footprint = facts.footprint
    return {
        "including": three_figures(footprint.including_uptake, reader),
        "excluding": three_figures(footprint.excluding_uptake, reader),
    }


def geography_text(facts: LabelFacts, reader: Translator) -> str:
    """The place the study stands for, by name where we have one: "Guangdong (CN-GD)"."""
    code = facts.footprint.geography
    key = f"region.{code}"
    return f"{reader.text(key)} ({code})" if reader.has(key) else code


def host_of(url: str) -> str:
    """The host of a label's address in lower case, as printed beside the code."""
    return urlsplit(url.lower()).netloc
