"""The study report: everything ISO 14067:2018, clause 7 asks for, drawn from the study alone.

Rules:

* It is made of the study's JSON document (:mod:`labels.render.report_twin`) and of nothing else;
  what the study does not know is said so in words.
* As PDF it is PDF/A-3a: tagged, in one language, with bookmarks, and the document it was made of
  attached to the byte. As HTML it is one file without script, and nothing is fetched.
* The same document, language and fonts give the same bytes: dates come from the study.
* A character no font can draw is a geta mark on paper, and its code stands at the end.
"""

from __future__ import annotations

import hashlib
from importlib import resources
from string import Template

from markupsafe import Markup

from labels.locale import html_language, translator
from labels.render.artwork import scheme_mark
from labels.render.palette import TOKENS, paper_colour
from labels.render.paper import AttachedFile, code_points, lay_out, templates
from labels.render.printed import three_figures
from labels.render.report_charts import report_charts
from labels.render.report_further import further_rows
from labels.render.report_tables import (
    MOST_DATASETS,
    MOST_SOURCES,
    assembly_rows,
    dataset_rows,
    electricity_rows,
    gas_rows,
    line_rows,
    lines_left,
    origin_rows,
    part_rows,
    places,
    source_numbers,
    source_rows,
    stage_rows,
    supplier_documents,
)
from labels.render.report_twin import Twin, drawable
from labels.render.report_words import findings, limitations, unconfirmed_rules
from labels.render.sheet import page_counter, paper_fonts
from labels.render.written import MISSING_GLYPH

__all__ = ["report_html", "report_pdf"]

MOST_ROWS = 200
_MOST_CODES = 40
_OPTIONAL = ("allocation", "mass_balance", "completeness", "electricity")


class _Counter:
    """Numbers figures or tables in the order they stand."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> str:
        """The next number."""
        self._last += 1
        return str(self._last)


def report_pdf(content: bytes, language: str) -> bytes:
    """The report of a study as PDF/A-3a bytes, with that document attached.

    Args:
        content: The study as one JSON document.
        language: One of ``LANGUAGES``.

    Raises:
        RenderError: ``certificate-missing-glyphs`` where no Chinese font is installed.
    """
    whole = Twin.parse(content)
    shown, missing = drawable(whole)
    file = AttachedFile(
        name=f"{whole.study['id']}.json",
        description=translator(language).text("report.attachment"),
        content=content,
        at=whole.calculated_at,
    )
    html = _html(shown, language, hashlib.sha256(content).hexdigest(), missing, is_paper=True)
    return lay_out(html, attachments=[file]).pdf()


def report_html(content: bytes, language: str) -> str:
    """The report of a study as one HTML file."""
    sha256 = hashlib.sha256(content).hexdigest()
    return _html(Twin.parse(content), language, sha256, "", is_paper=False)


def _html(twin: Twin, language: str, sha256: str, missing: str, *, is_paper: bool) -> str:
    reader = translator(language)
    numbers = source_numbers(twin)
    unit = twin.result["unit"]
    left_count, left_sum = lines_left(twin)
    title = reader.local(twin.bill["product"]["name"])
    return templates().get_template("report.html").render(
        twin=twin,
        result=twin.result,
        unconfirmed=unconfirmed_rules(twin, reader),
        bill=twin.bill,
        t=reader.text,
        has=reader.has,
        local=reader.local,
        date=reader.date,
        moment=reader.moment,
        number=reader.number,
        percent=reader.percent,
        place=reader.place,
        figure=lambda value: three_figures(value, reader),
        title=title,
        unit=reader.unit_words(unit["amount"], unit["unit"], unit["description"]),
        method=reader.local(twin.method["title"]) if "title" in twin.method else twin.method["id"],
        lang=html_language(language),
        css=Markup(_style(language, is_paper=is_paper)),  # noqa: S704  our own file
        mark=Markup(scheme_mark(0, 0, 48, paper_colour("jade"))),  # noqa: S704  our own drawing
        charts={
            name: (Markup(chart.svg), chart)  # noqa: S704  drawn by us, texts escaped there
            for name, chart in report_charts(twin, language).items()
        },
        stages=stage_rows(twin, reader),
        lines=line_rows(twin, reader),
        assemblies=assembly_rows(twin, reader),
        left_count=left_count,
        left_sum=left_sum,
        datasets=dataset_rows(twin, numbers, reader),
        sources=source_rows(twin, numbers, reader),
        is_cut=len(twin.datasets) > MOST_DATASETS
        or max(numbers.values(), default=0) > MOST_SOURCES,
        suppliers=supplier_documents(twin, reader),
        gases=gas_rows(twin, reader),
        parts=part_rows(twin, reader),
        electricity=electricity_rows(twin, reader),
        origins=origin_rows(twin, reader),
        further=further_rows(twin, reader),
        findings=findings(twin, reader),
        limitations=limitations(twin, reader),
        optional={name: twin.optional(name) for name in _OPTIONAL if twin.optional(name)},
        most_rows=MOST_ROWS,
        serials=lambda names: places(names, reader),
        dataset_name=lambda dataset: twin.dataset_name(dataset, reader),
        sha256=sha256,
        undrawn=code_points(missing, _MOST_CODES),
        geta=MISSING_GLYPH,
        is_paper=is_paper,
        figures=_Counter(),
        tables=_Counter(),
    )  # fmt: skip


def _style(language: str, *, is_paper: bool) -> str:
    """The style sheet with colours, fonts and the page counter filled in."""
    values = {name.replace("-", "_"): colour.light for name, colour in TOKENS.items()}
    values |= {
        "fonts": paper_fonts(language),
        "foot_page": page_counter(translator(language)),
        "line_height": "1.6" if language.startswith("zh") else "1.5",
    }
    folder = resources.files("labels.render") / "templates"
    names = ("report.css", "report-paper.css" if is_paper else "report-screen.css")
    source = "".join((folder / name).read_text(encoding="utf-8") for name in names)
    return Template(source).substitute(values)
