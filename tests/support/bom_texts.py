"""The labelled lines of bills of materials that matching is tuned on and scored with."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

_GOLDEN = Path(__file__).parents[1] / "golden"
BOM_TEXTS = _GOLDEN / "bom_texts.csv"
FRESH_TEXTS = _GOLDEN / "bom_texts_fresh.csv"
COLUMNS = ("text", "unit", "dataset", "also_right", "half", "note")


@dataclass(frozen=True)
class BomText:
    """One line as a maker writes it, and which datasets are right for it.

    Attributes:
        unit: What the line is counted in, a canonical name of ``footprint.quantities``.
        dataset: The dataset a practitioner chooses among those shipped.
        also_right: Datasets that are equally right.
        half: ``tuning`` or ``test``, or ``fresh`` of the texts nothing was tuned on.
        note: Why the label is what it is, where that is not plain.
    """

    text: str
    unit: str
    dataset: str
    also_right: tuple[str, ...]
    half: str
    note: str

    @property
    def right(self) -> tuple[str, ...]:
        """Every dataset that counts as right, the preferred one first."""
        return (self.dataset, *self.also_right)


def read_bom_texts(path: Path = BOM_TEXTS) -> tuple[BomText, ...]:
    """All lines of the set, in the order of the file."""
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(
            BomText(
                text=row["text"],
                unit=row["unit"],
                dataset=row["dataset"],
                also_right=tuple(row["also_right"].split()),
                half=row["half"],
                note=row["note"],
            )
            for row in csv.DictReader(lines, strict=True)
        )


def half_of(text: str) -> str:
    """Which half a text belongs to: the SHA-256 of its UTF-8 bytes is even (tuning) or odd."""
    return "test" if hashlib.sha256(text.encode()).digest()[-1] % 2 else "tuning"
