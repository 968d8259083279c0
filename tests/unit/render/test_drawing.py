"""Text in drawings is escaped and stays inside its column."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFont

from labels.render.drawing import element, fitting_size, number, shortened, text_width

NOTO = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"


def test_attributes_and_content_cannot_leave_their_place() -> None:
    assert element("rect", x=1, fill='"/><script>') == '<rect x="1" fill=\'"/&gt;&lt;script&gt;\'/>'


def test_coordinates_have_no_exponent_and_no_trailing_zero() -> None:
    assert [number(v) for v in (0.0, -0.001, 1.5, 1e-9, 1234567.25, 3)] == [
        "0",
        "0",
        "1.5",
        "0",
        "1234567.25",
        "3",
    ]


@given(st.text("ABCabcxyzilj 0123456789.,:()-é碳足迹產品", max_size=60), st.floats(5, 200))
def test_shortened_text_fits_its_width(content: str, width: float) -> None:
    kept = shortened(content, width, 10)
    assert kept == content or kept.endswith("…")
    assert kept in (content, "…") or text_width(kept, 10) <= width * 1.001


@given(st.text("ABCabcxyzilj 0123456789碳足迹", min_size=1, max_size=40))
def test_fitting_size_stays_between_its_bounds_and_fits_where_it_can(content: str) -> None:
    size = fitting_size(content, 100, 20, 5)
    assert 5 <= size <= 20
    assert size == 5 or text_width(content, size) <= 100.001


def test_estimated_widths_are_never_narrower_than_the_font_they_are_made_for() -> None:
    font = ImageFont.truetype(NOTO, 1000, index=2)
    for sample in (
        "Aluminium extrusion 6063-T5 for buildings",
        "Pegada de carbono do produto",
        "磷酸铁锂储能电池系统 NS-ESS-100",
        "16,204.8 kg",
        "WWW MMM iii",
    ):
        assert text_width(sample, 1000) >= font.getlength(sample)
        assert text_width(sample, 1000) <= font.getlength(sample) * 1.2
