"""The code on a label holds its address in the smallest version and reads back from an image."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from labels.render import qr
from tests.unit.render.labels_for_print import BATTERY_URL
from tests.unit.render.svg_rules import check_drawing

SHORT_URL = "HTTPS://L.EXAMPLE.HK/L/K7Q2M5XWZ4T6R3PJ2BVDNHCY5A"


def test_a_short_address_takes_version_three_and_a_gtin_address_version_four() -> None:
    assert (qr.qr_code(SHORT_URL).version, len(qr.qr_code(SHORT_URL).modules)) == (3, 29)
    assert (qr.qr_code(BATTERY_URL).version, len(qr.qr_code(BATTERY_URL).modules)) == (4, 33)


def test_the_version_is_the_smallest_that_holds_the_address_at_level_m() -> None:
    """ISO/IEC 18004: version 3-M holds 61 alphanumeric characters, version 4-M 90."""
    assert qr.qr_code("HTTPS://L.EXAMPLE/" + "A" * 43).version == 3
    assert qr.qr_code("HTTPS://L.EXAMPLE/" + "A" * 44).version == 4
    assert qr.qr_code("HTTPS://L.EXAMPLE/" + "A" * 72).version == 4
    assert qr.qr_code("HTTPS://L.EXAMPLE/" + "A" * 73).version == 5


@pytest.mark.parametrize("module_px", [2, 3, 8])
def test_a_printed_code_reads_back_as_its_address(module_px: int) -> None:
    assert qr.read_back(qr.png(BATTERY_URL, module_px=module_px)) == BATTERY_URL


@settings(max_examples=40, deadline=None)
@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=26, max_size=26))
def test_every_serial_reads_back_exactly(serial: str) -> None:
    url = f"HTTPS://LABEL.TANBIAO.EXAMPLE/L/{serial}"
    assert qr.read_back(qr.png(url, module_px=3)) == url


@pytest.mark.parametrize(
    "content",
    ["https://label.example/l/x", "HTTPS://LABEL.EXAMPLE/?A=B", "HTTPS://标签", "", "A\n"],
)
def test_content_outside_the_alphanumeric_set_is_refused(content: str) -> None:
    with pytest.raises(qr.QrError) as refused:
        qr.qr_code(content)
    assert refused.value.code == "qr-content-not-alphanumeric"


def test_an_overlong_address_is_refused() -> None:
    with pytest.raises(qr.QrError) as refused:
        qr.qr_code("HTTPS://L.EXAMPLE/" + "A" * 300)
    assert refused.value.code == "qr-content-too-long"


@pytest.mark.parametrize("module_px", [0, -1, 1000])
def test_an_image_of_impossible_size_is_refused(module_px: int) -> None:
    with pytest.raises(qr.QrError) as refused:
        qr.png(BATTERY_URL, module_px=module_px)
    assert refused.value.code == "qr-image-too-large"


def test_the_drawing_has_exactly_the_dark_modules_and_the_quiet_zone() -> None:
    code = qr.qr_code(BATTERY_URL)
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", qr.svg_path(code))
    drawn = {(int(x) + i, int(y)) for x, y, length in runs for i in range(int(length))}
    dark = {
        (x + 4, y + 4)
        for y, row in enumerate(code.modules)
        for x, is_dark in enumerate(row)
        if is_dark
    }
    assert drawn == dark
    assert code.side_modules == 41
    assert min(x for x, _ in drawn) == 4
    assert max(x for x, _ in drawn) == 36


def test_the_svg_keeps_to_the_rules_and_escapes_its_title() -> None:
    root = check_drawing(qr.svg(BATTERY_URL, title='<script>"&"'))
    assert root[0].text == '<script>"&"'


def test_an_image_without_a_code_or_with_two_is_not_readable() -> None:
    blank = BytesIO()
    Image.new("L", (200, 200), 255).save(blank, "PNG")
    one, two = (Image.open(BytesIO(qr.png(url, module_px=4))) for url in (SHORT_URL, BATTERY_URL))
    both = Image.new("L", (one.width + two.width, max(one.height, two.height)), 255)
    both.paste(one, (0, 0))
    both.paste(two, (one.width, 0))
    double = BytesIO()
    both.save(double, "PNG")
    for image, count in ((blank, "0"), (double, "2")):
        with pytest.raises(qr.QrError) as refused:
            qr.read_back(image.getvalue())
        assert (refused.value.code, refused.value.parameters["count"]) == ("qr-not-readable", count)
