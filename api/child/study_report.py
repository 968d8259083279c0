"""Renders the report of a study from its JSON document alone; runs in the spawned child."""

from __future__ import annotations

import json

from labels.render.report import report_pdf


def report_order(content: bytes, language: str) -> bytes:
    """What the child is sent."""
    return json.dumps({"language": language, "study": content.decode()}).encode()


def render_report(order: bytes) -> bytes:
    """The PDF of such an order.

    Raises:
        LabelError: ``certificate-missing-glyphs`` where no Chinese font is installed.
    """
    sent = json.loads(order)
    return report_pdf(sent["study"].encode(), sent["language"])
