"""Reads the JSON document a study report is drawn from: the one place that knows its members.

Rules:

* A member that a study may have or not (uncertainty, data quality rating, allocation, mass
  balance, completeness, electricity ...) is read by :meth:`Twin.optional`: None where the study
  does not have it, so that the report says so in words.
* Figures stay the decimal strings of the result.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from footprint.result import NOT_ASSESSED
from labels.label import StageShare
from labels.locale import Translator
from labels.render.interval_chart import Spread
from labels.render.paper import missing_glyphs
from labels.render.written import MISSING_GLYPH, RenderError

Json = Mapping[str, Any]
_NUMBER = re.compile(r"(?<![\w.])[0-9]+(?:\.[0-9]+)?(?![\w.])")  # none of those in a unit
_OF_A_DECLARATION: Json = {"kind": "displaced-product", "activity_origin": "estimated"}


@dataclass(frozen=True)
class Twin:
    """A study as one JSON document."""

    body: Json

    @classmethod
    def parse(cls, content: bytes) -> Twin:
        """The document of such bytes."""
        return cls(json.loads(content))

    @property
    def study(self) -> Json:
        """Id, version, plant and hashes."""
        return self._member("study")

    @property
    def bill(self) -> Json:
        """The bill of materials as submitted."""
        return self._member("bill")

    @property
    def result(self) -> Json:
        """The result as it was hashed."""
        return self._member("result")

    @property
    def method(self) -> Json:
        """The method profile in words."""
        return self._member("method")

    @property
    def datasets(self) -> Json:
        """Datasets by id."""
        return self._member("datasets")

    def _member(self, name: str) -> Json:
        found: Json = self.body[name]
        return found

    @property
    def calculated_at(self) -> datetime:
        """When the study was calculated: the report's date."""
        return datetime.fromisoformat(self.body["provenance"]["calculated_at"])

    @property
    def period(self) -> tuple[date, date]:
        """The reference period."""
        period = self.bill["reference_period"]
        return date.fromisoformat(period["from"]), date.fromisoformat(period["to"])

    @property
    def total(self) -> Decimal:
        """kgCO2e on the certified basis, with all its digits."""
        return Decimal(self.result["total_kg_co2e"])

    @property
    def stages(self) -> tuple[StageShare, ...]:
        """The stages as charts take them."""
        return tuple(
            StageShare(stage=s["stage"], inclusion=s["inclusion"], kg_co2e=s["kg_co2e"])
            for s in self.result["stages"]
        )

    @cached_property
    def lines(self) -> tuple[Json, ...]:
        """Parts of lines with their amounts and results, the largest first."""
        amounts = self.body["line_amounts"]
        return tuple(
            sorted(
                (
                    {**line, "amount": amount}
                    for line, amount in zip(self.result["lines"], amounts, strict=True)
                ),
                key=lambda line: (-abs(Decimal(line["kg_co2e"])), line["assembly"], line["ref"]),
            )
        )

    @cached_property
    def absolute(self) -> Decimal:
        """The sum of absolute contributions of the lines, kgCO2e: what shares are of."""
        return sum((abs(Decimal(line["kg_co2e"])) for line in self.lines), Decimal(0))

    def share(self, kg_co2e: str | Decimal) -> Decimal:
        """|kgCO2e| as a share of :attr:`absolute`."""
        return abs(Decimal(kg_co2e)) / self.absolute if self.absolute else Decimal(0)

    def dataset_name(self, dataset: str, reader: Translator) -> str:
        """A dataset by name; its id, a supplier's document or a gas where there is none."""
        facts = self.datasets.get(dataset)
        if facts:
            return reader.local(facts["names"]) or dataset
        gas, _, origin = dataset.partition(":")
        return f"{gas} · {reader.text(key)}" if reader.has(key := f"origin.{origin}") else dataset

    @cached_property
    def _submitted(self) -> Mapping[tuple[str, str], Json]:
        found = {("", line["ref"]): line for line in self.bill["lines"]}
        for name, assembly in self.bill["assemblies"].items():
            found |= {(name, line["ref"]): line for line in assembly["lines"]}
        return found

    def submitted(self, line: Json) -> Json:
        """The line of the bill that a line of the result is of; what a co-product displaces is
        of a declaration, and estimated.
        """
        if line["part"] == "displaced-product":
            return _OF_A_DECLARATION
        return self._submitted[line["assembly"], line["ref"]]

    def optional(self, name: str) -> Any:
        """A member of the result that not every study has; None where it does not."""
        found = self.result.get(name)
        return None if found in (None, NOT_ASSESSED, [], {}) else found

    @property
    def spread(self) -> Spread | None:
        """The 95 % interval, None where it was not assessed."""
        found = self.optional("uncertainty")
        if found is None:
            return None
        return Spread(
            figure=self.total,
            lower=Decimal(found["lower_kg_co2e"]),
            median=Decimal(found["median_kg_co2e"]),
            upper=Decimal(found["upper_kg_co2e"]),
            draws=int(found["draws"]),
        )

    @property
    def flows(self) -> Json | None:
        """The merged Sankey, None where the document has none."""
        found: Json | None = self.body.get("flows")
        return found

    @property
    def is_partial(self) -> bool:
        """The study does not reach from cradle to grave."""
        return bool(self.result["boundary"] != "cradle-to-grave")


def localised(amount: str, reader: Translator) -> str:
    """An amount ("2.1 kg × 0.05 / (1 - 0.05)") with the numbers as the language writes them."""
    return _NUMBER.sub(lambda found: reader.number(found[0]), amount)


def drawable(twin: Twin) -> tuple[Twin, str]:
    """The study with a geta mark for each character no font can draw; those characters.

    Raises:
        RenderError: ``certificate-missing-glyphs`` where there is no Chinese font.
    """
    if missing_glyphs(MISSING_GLYPH):
        raise RenderError("certificate-missing-glyphs", characters=MISSING_GLYPH)
    written = json.dumps(twin.body, ensure_ascii=False)
    missing = missing_glyphs("".join(sorted(set(written))))
    if not missing:
        return twin, ""
    drawn = written.translate(dict.fromkeys(map(ord, missing), MISSING_GLYPH))
    return Twin(json.loads(drawn)), missing
