"""Reads XML that others wrote, element by element, with nothing in it that could act.

Rules (security.md, threat 15):

* No entities, no network, no document type of any kind; a root that does not come within the first
  quarter of a megabyte never comes, so that no document type is read to its end.
* libxml2's own bounds on text and attribute lengths hold; depth, attributes of one element and
  elements held at one time are counted here.
* The tree read so far is let go as the reader goes on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import IO

from lxml import etree

from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.files import CHUNK
from lca_db.inventory.importers.limits import ImportLimits

_PROLOG_BYTES = 4 * CHUNK
_ATTRIBUTES = 256  # of one element; the formats know some forty
_ELEMENTS_PER_EXCHANGE = 20


def local_name(element: etree._Element) -> str:
    """The name of an element without its namespace; "" for comments and instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def root_tag(stream: IO[bytes], limits: ImportLimits, place: str = "") -> str:
    """The tag of the root element with its namespace (``{http://...}ecoSpold``).

    No more is read than is needed to know it.

    Raises:
        ImportRefused: As :func:`elements`.
    """
    for _, element in _events(stream, limits, place):
        return str(element.tag)
    raise ImportRefused("import-xml-malformed", place, line="")


def elements(
    stream: IO[bytes], name: str | Collection[str], limits: ImportLimits, place: str = ""
) -> Iterator[etree._Element]:
    """Every element of a local name, or of several, complete with its children, in their order.

    An element is let go when the next one is asked for. One that stands inside another of these
    names is part of that one, not handed out by itself.

    Raises:
        ImportRefused: ``import-xml-malformed``, ``import-xml-doctype``,
            ``import-process-too-large``, ``import-archive-too-large``.
    """
    wanted = {name} if isinstance(name, str) else frozenset(name)
    most = limits.exchanges * _ELEMENTS_PER_EXCHANGE
    held = 0
    outer: etree._Element | None = None
    for event, element in _events(stream, limits, place):
        if event == "start":
            held += 1
            if held > most:
                raise ImportRefused("import-process-too-large", place, most=str(limits.exchanges))
            if outer is None and local_name(element) in wanted:
                outer = element
        elif element is outer:
            outer = None
            yield element
            _let_go(element)
            held = 0


def _events(
    stream: IO[bytes], limits: ImportLimits, place: str
) -> Iterator[tuple[str, etree._Element]]:
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
    depth = 0
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
                depth += 1 if event == "start" else -1
                if depth > limits.depth or len(element.attrib) > _ATTRIBUTES:
                    line = str(element.sourceline or "")
                    raise ImportRefused("import-xml-malformed", place, line=line)
                yield event, element
            if not is_checked and size > _PROLOG_BYTES:
                raise ImportRefused("import-xml-malformed", place, line="")
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
