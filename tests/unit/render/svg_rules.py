"""What every drawing of ours keeps to, so that a page, a PDF and a printer can take it."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"


def check_drawing(svg: str) -> ET.Element:
    """The parsed drawing, after checking that it loads nothing and styles nothing inline."""
    root = ET.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    assert "var(" not in svg
    assert len(re.findall(r"https?://", svg.replace("http://www.w3.org/2000/svg", ""))) == 0
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), "an id stands twice"
    for element in root.iter():
        assert element.tag not in {f"{SVG}{name}" for name in ("style", "script", "image", "a")}
        assert not [name for name in element.attrib if name == "style" or name.startswith("on")]
        assert "href" not in "".join(element.attrib)
    return root


def words(root: ET.Element) -> str:
    """Every text of the drawing, in order."""
    return " ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))
