"""XML that others wrote: elements one by one, and nothing in it that acts (threat 15)."""

from __future__ import annotations

import io
import socket
from dataclasses import replace
from pathlib import Path
from time import process_time

import pytest
from lxml import etree

from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.limits import OWN_FILE, ImportLimits
from lca_db.inventory.importers.xml import elements, local_name, root_tag

LAUGHS = "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "ha">' for n in range(10)
)


def read(content: bytes, name: str = "a", limits: ImportLimits = OWN_FILE) -> list[str]:
    found = elements(io.BytesIO(content), name, limits, "/x.xml")
    return ["".join(str(text) for text in element.itertext()) for element in found]


def refusal(content: bytes, limits: ImportLimits = OWN_FILE) -> str:
    with pytest.raises(ImportRefused) as refused:
        read(content, limits=limits)
    assert refused.value.place == "/x.xml"
    return refused.value.code


def test_elements_come_complete_and_in_order_whatever_their_namespace() -> None:
    content = b'<r xmlns="urn:one"><a>1<b>2</b></a><c/><a xmlns="urn:two">3</a></r>'
    assert read(content) == ["12", "3"]


def test_several_names_are_read_in_the_order_of_the_document() -> None:
    content = b"<r><a/><b/><c/><a/></r>"
    found = elements(io.BytesIO(content), {"a", "b"}, OWN_FILE)
    assert [local_name(element) for element in found] == ["a", "b", "a"]


def test_an_element_inside_one_of_the_same_name_belongs_to_that_one() -> None:
    assert read(b"<r><a>1<a>2</a>3</a></r>") == ["123"]


def test_comments_and_instructions_are_not_there() -> None:
    assert read(b"<?x y?><r><!-- no --><a>1<!-- no -->2<?x y?>3</a></r>") == ["123"]


def test_a_root_is_known_without_reading_on() -> None:
    stream = io.BytesIO(b'<e xmlns="urn:x"><a/>' + b"<a/>" * 100_000 + b"</broken>")
    assert root_tag(stream, OWN_FILE) == "{urn:x}e"
    assert stream.tell() < 100_000


@pytest.mark.parametrize(
    "content", [b"", b"   ", b"\0\0", b"PK\3\4", b'{"a": 1}', b"<a>", b"<a></b>"]
)
def test_what_is_no_xml_is_refused(content: bytes) -> None:
    assert refusal(content) == "import-xml-malformed"


def test_a_document_cut_short_is_refused_after_what_came_before() -> None:
    found = elements(io.BytesIO(b"<r><a>1</a>" + b" " * 70_000 + b"<a>2"), "a", OWN_FILE)
    assert next(found).text == "1"
    with pytest.raises(ImportRefused, match="import-xml-malformed"):
        next(found)


def test_an_element_is_let_go_when_the_next_is_asked_for() -> None:
    found = elements(io.BytesIO(b"<r><a>1</a><a>2</a></r>"), "a", OWN_FILE)
    first = next(found)
    assert first.text == "1"
    next(found)
    assert first.text is None


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE a>",
        "<!DOCTYPE a []>",
        '<!DOCTYPE a SYSTEM "a.dtd">',
        '<!DOCTYPE a PUBLIC "-//X//Y" "http://127.0.0.1:9/a.dtd">',
        '<!DOCTYPE a [<!ENTITY x "y">]>',
        "<!DOCTYPE a [<!ELEMENT a ANY>]>",
    ],
)
def test_threat_15_a_document_type_of_any_kind_is_refused(doctype: str) -> None:
    assert refusal(f"{doctype}<a/>".encode()) == "import-xml-doctype"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_threat_15_a_document_type_in_another_encoding_is_refused(encoding: str) -> None:
    text = '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'
    name = encoding.removesuffix("-sig")
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    content = mark + f'<?xml version="1.0" encoding="{name}"?>{text}'.encode(encoding)
    assert refusal(content) == "import-xml-doctype"


def test_threat_15_a_billion_laughs_are_refused_before_the_first() -> None:
    started = process_time()
    code = refusal(f"<!DOCTYPE a [{LAUGHS}]><a>&l9;</a>".encode())
    assert code in {"import-xml-doctype", "import-xml-malformed"}
    assert process_time() - started < 1


def test_threat_15_laughs_in_an_attribute_are_refused() -> None:
    code = refusal(f'<!DOCTYPE a [{LAUGHS}]><a b="&l9;"/>'.encode())
    assert code in {"import-xml-doctype", "import-xml-malformed"}


def test_threat_15_laughs_of_parameter_entities_are_refused() -> None:
    parts = "".join(
        f'<!ENTITY % p{n} "{f"&#37;p{n - 1};" * 10 if n else "<!ELEMENT b ANY>"}">'
        for n in range(10)
    )
    code = refusal(f"<!DOCTYPE a [{parts}%p9;]><a/>".encode())
    assert code in {"import-xml-doctype", "import-xml-malformed"}


@pytest.mark.parametrize("kind", ["", "% "])
def test_threat_15_an_external_entity_opens_no_file(tmp_path: Path, kind: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret", encoding="utf-8")
    use = "%x;" if kind else ""
    content = f'<!DOCTYPE a [<!ENTITY {kind}x SYSTEM "{secret.as_uri()}">{use}]><a>&x;</a>'
    assert refusal(content.encode()) == "import-xml-doctype"


def test_threat_15_nothing_is_fetched() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/a.dtd"
        refusal(f'<!DOCTYPE a SYSTEM "{url}" [<!ENTITY % x SYSTEM "{url}">%x;]><a/>'.encode())
        read(
            f'<a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="u {url}"'
            f' xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{url}"/></a>'.encode()
        )
        with pytest.raises(TimeoutError):
            listener.accept()


def test_threat_15_an_inclusion_is_an_element_like_any_other(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret", encoding="utf-8")
    include = '<i:include xmlns:i="http://www.w3.org/2001/XInclude" parse="text" href="{}"/>'
    assert read(f"<a>{include.format(secret.as_uri())}</a>".encode()) == [""]


def test_threat_15_an_entity_nobody_declared_is_refused() -> None:
    assert refusal(b"<a>&x;</a>") == "import-xml-malformed"


def test_threat_15_a_prolog_without_end_is_not_read_to_its_end() -> None:
    entities = b"".join(b'<!ENTITY a%d "x">' % n for n in range(200_000))
    stream = io.BytesIO(b"<!DOCTYPE a [" + entities + b"]><a/>")
    with pytest.raises(ImportRefused, match="import-xml-malformed"):
        list(elements(stream, "a", OWN_FILE))
    assert stream.tell() < 400_000


@pytest.mark.parametrize("depth", [OWN_FILE.depth + 1, 300, 100_000])
def test_threat_15_deep_nesting_is_refused(depth: int) -> None:
    assert refusal(b"<a>" * depth + b"</a>" * depth) == "import-xml-malformed"


def test_nesting_up_to_the_bound_is_read() -> None:
    assert read(b"<a>" * OWN_FILE.depth + b"</a>" * OWN_FILE.depth) == [""]


def test_threat_15_a_giant_text_is_refused() -> None:
    assert refusal(b"<a>" + b"x" * 11_000_000 + b"</a>") == "import-xml-malformed"


def test_threat_15_a_giant_attribute_is_refused() -> None:
    assert refusal(b'<a b="' + b"x" * 11_000_000 + b'"/>') == "import-xml-malformed"


def test_threat_15_two_hundred_thousand_attributes_are_refused() -> None:
    attributes = b" ".join(b'a%d=""' % n for n in range(200_000))
    assert refusal(b"<a " + attributes + b"/>") == "import-xml-malformed"


@pytest.mark.parametrize("shape", [b"<r><a>%b</a></r>", b"<r>%b</r>"])
def test_threat_15_millions_of_elements_are_not_held_at_one_time(shape: bytes) -> None:
    stream = io.BytesIO(shape % (b"<b/>" * 2_000_000))
    with pytest.raises(ImportRefused, match="import-process-too-large"):
        list(elements(stream, "a", OWN_FILE))
    assert stream.tell() < 2_000_000


def test_as_many_elements_are_read_as_one_likes_where_each_is_let_go() -> None:
    limits = replace(OWN_FILE, exchanges=10)
    assert len(read(b"<r>" + b"<a><b/></a>" * 5_000 + b"</r>", limits=limits)) == 5_000


def test_threat_15_a_document_over_the_limit_is_refused_while_it_is_read() -> None:
    limits = replace(OWN_FILE, member_bytes=100_000)
    assert refusal(b"<r>" + b"<a/>" * 50_000 + b"</r>", limits) == "import-archive-too-large"


@pytest.mark.parametrize("encoding", ["xyz", "utf-7", "ebcdic-cp-us", "utf-16"])
def test_threat_15_an_encoding_that_lies_hides_no_document_type(encoding: str) -> None:
    content = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a><a/>'.encode()
    assert refusal(content) in {"import-xml-malformed", "import-xml-doctype"}


def test_the_library_refuses_what_we_rely_on_it_for() -> None:
    assert etree.LIBXML_VERSION >= (2, 11)  # bounds on entities and on text without huge_tree
