"""No figure of a closed database lies in the repository, in no form: neither shipped nor in a test.

CPCD, ADEME Base IMPACTS, NegaOctet, Agribalyse and what Ecobalyse took from ADEME may be named
where words say that they are not used. No data file names one, and no figure kept here is quoted
from a row of the collected facts that names one as its source.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from lca_db.inventory.reference_sources import CLOSED_DATABASES
from tests.support.source_tree import ROOT, repository_files

DATA = (".csv", ".yaml", ".yml", ".json", ".jsonld", ".xml", ".spold", ".toml", ".tsv", ".txt")
FACTS = ROOT.parent / "shared" / "facts"


def naming_a_closed_database(root: Path, paths: tuple[str, ...]) -> list[str]:
    """``path:line`` of every line of a data file that names one."""
    return [
        f"{path}:{number}"
        for path in paths
        if path.endswith(DATA)
        for number, line in enumerate(
            (root / path).read_text(encoding="utf-8", errors="replace").splitlines(), start=1
        )
        if CLOSED_DATABASES.search(line)
    ]


def quoted_facts() -> Iterator[str]:
    """Ids of the facts whose values are kept: sources, open comparisons, published cases."""
    reference = ROOT / "lca_db" / "inventory" / "reference"
    for name in ("sources.csv", "cross_checks.csv"):
        with (reference / name).open(encoding="utf-8", newline="") as table:
            yield from (row["fact_id"] for row in csv.DictReader(table) if row["value"])
    cases = (ROOT / "tests" / "golden" / "published_cases.yaml").read_text(encoding="utf-8")
    for case in yaml.safe_load(cases):
        yield from case.get("facts", {})


def test_no_data_file_names_a_closed_database() -> None:
    """Who copies a figure copies its source with it: there is nothing here to copy."""
    assert any(path.endswith(".csv") for path in repository_files())
    assert naming_a_closed_database(ROOT, repository_files()) == []


@pytest.mark.parametrize(
    "name",
    [
        *(
            "CPCD core",
            "ADEME Base IMPACTS",
            "NegaOctet",
            "Agribalyse 3.1",
            "AGRIBALYSE",
            "Ecobalyse",
        ),
        *(
            "base_impacts",
            "github.com/MTES-MCT/ecobalyse-data",
            "中国产品全生命周期温室气体排放系数库",
        ),
    ],
)
def test_each_closed_database_would_be_found(name: str, tmp_path: Path) -> None:
    """A rule that recognises nothing forbids nothing."""
    (tmp_path / "figures.yaml").write_text(f"- a: 1\n- source: {name}\n", encoding="utf-8")
    assert naming_a_closed_database(tmp_path, ("figures.yaml",)) == ["figures.yaml:2"]


if FACTS.is_dir():  # else there is nothing to hold them against

    def test_no_figure_is_quoted_from_a_fact_of_a_closed_database() -> None:
        """A figure without the name of its source is copied all the same."""
        sources: dict[str, str] = {}
        for file in sorted(FACTS.glob("*.csv")):
            with file.open(encoding="utf-8", newline="") as table:
                sources |= {
                    row["id"]: row["source"]
                    for row in csv.DictReader(table)
                    if row.get("id") and row.get("source")
                }
        closed = {fact for fact, source in sources.items() if CLOSED_DATABASES.search(source)}
        assert closed, "the facts hold rows of closed databases"
        assert closed.intersection(quoted_facts()) == set()
