"""The sound files that the spoilt files of the table readers are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lca_db.inventory.importers.template_files import template_csv, template_xlsx
from tests.support.import_tables import fixture, rows_of, workbook_of


def sound_files() -> Mapping[str, Sequence[bytes]]:
    """By the name of the reader: each kind of file that it takes."""
    return {
        "simapro_csv": (
            fixture("simapro/moulding.csv").encode("cp1252"),
            fixture("simapro/foundry.csv").encode("gb18030"),
        ),
        "brightway_excel": (workbook_of({"foundry": rows_of(fixture("brightway/foundry.csv"))}),),
        "template": (
            fixture("template/filled.csv").encode(),
            template_csv(),
            template_xlsx(),
        ),
    }
