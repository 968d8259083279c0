"""Reads XML that others wrote, element by element, with nothing in it that could act.

Rules (security.md, threat 15): no entities, no network, no document type of any kind, libxml2's own
bounds on depth and text; the tree read so far is let go as the reader goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from lxml import etree

from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.files import CHUNK
from lca_db.inventory.importers.limits import ImportLimits


def local_name(element: etree._Element) -> str:
    """The name of an element without its namespace; "" for comments and instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def elements(
    stream: IO[bytes], name: str, limits: ImportLimits, place: str = ""
) -> Iterator[etree._Element]:
    """Every element of a local name, complete with its children, in the order of the document.

    An element is let go when the next one is asked for.

    Raises:
        ImportRefused: ``import-xml-malformed``, ``import-xml-doctype``,
            ``import-archive-too-large``.
    """
    parser = etree.XMLPullParser(
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    size = 0
    is_checked = False
    try:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > limits.member_bytes:
                most = str(limits.member_bytes)
                raise ImportRefused("import-archive-too-large", place, most=most)
            parser.feed(chunk)
            for event, element in parser.read_events():
                assert isinstance(element, etree._Element)  # noqa: S101  start and end events only
                if not is_checked:
                    _refuse_doctype(element, place)
                    is_checked = True
                if event == "end" and local_name(element) == name:
                    yield element
                    _let_go(element)
        parser.close()
    except etree.XMLSyntaxError as error:
        line = str(error.lineno or "")
        raise ImportRefused("import-xml-malformed", place, line=line) from error
    if not is_checked:
        raise ImportRefused("import-xml-malformed", place, line="")


def _refuse_doctype(root: etree._Element, place: str) -> None:
    found = root.getroottree().docinfo
    if found.internalDTD is not None or found.externalDTD is not None:
        raise ImportRefused("import-xml-doctype", place)


def _let_go(element: etree._Element) -> None:
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]
