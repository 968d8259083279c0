"""Threat 30 where it must not refuse: what products and files are really called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.errors import LabelError
from labels.names import MAX_NAME, check_shown
from labels.product_names import checked_file_name, checked_product_name

ORDINARY = [
    "铝型材 6063-T5 100×50 mm",
    "冷媒 -20℃",
    "电阻 10kΩ",
    "Φ20 钢筋 HRB400",
    "α-Al2O3 粉",
    "γ-丁内酯 GBL",
    "μm 粉",
    "电容 4.7μF DC",
    "60%±5%",
    "≥99% 碳酸锂",
    "3～5mm",
    "布 20㎡",
    "A＋B 胶",
    "㈱東芝 LED",
    "Аккумулятор LFP 100",
    "锂电池级铜箔 厚度<6μm",
    "电解铜 Cu>99.99%",
    "石灰石粉 CaO＞50%",
    "Chapa galvanizada < 3 mm",
    "PE-HD｜薄膜",
    "US$ 10 class",
    "μLED显示屏",
    "µC OS",
    "10μAh 电芯",
    "γAl2O3载体",
    "CuKα靶",
    "TNFα",
    "75ΩBNC",
    "100nΩ",
    "ΔH",
    "Ж 型钢",
]


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_product_name_is_taken_as_it_is(name: str) -> None:
    assert checked_product_name(name) == name
    assert checked_file_name(name) == name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("M\u0456dea", "name-mixed-scripts"),  # Cyrillic
        ("Tanbi\u03b1o", "name-mixed-scripts"),  # Greek
        ("\u03b1pple", "name-mixed-scripts"),
        ("M1d\u0435a", "name-mixed-scripts"),
        ("TESL\u039b", "name-mixed-scripts"),
        ("\u03bcnilever", "name-mixed-scripts"),
        ("\uff2d\u0456dea", "name-mixed-scripts"),  # a wide M
        ("\u0421\u0410\u0422\u0415\u0425 battery", "name-mixed-scripts"),  # a whole word
        ("\u0391 \u0441\u0430r", "name-mixed-scripts"),
        ("\u041c6 bolt", "name-mixed-scripts"),  # one letter before a digit
        ("\ua4d0\ua4ee\ua4d4 LFP", "name-character-refused"),  # Lisu
        ("A\u039b", "name-mixed-scripts"),
        ("pand\u03b1", "name-mixed-scripts"),
        ("\u03b1a\u03b2", "name-mixed-scripts"),
        ("\u00b5nilever", "name-mixed-scripts"),
        ("T\u0c66y\u0c66ta", "name-mixed-scripts"),  # Telugu zeros
        (
            "\u0421\u0410\u0422\u0415 电池",
            "name-mixed-scripts",
        ),  # beside Chinese it is read as Latin
        ("\ua4d0\ua4ec\ua4d3 电池", "name-character-refused"),  # Lisu
        ("\u13a2\u13df\u13de", "name-character-refused"),  # Cherokee
        ("<!-- x", "name-character-refused"),
        ("</b", "name-character-refused"),
        ("${7*7}", "name-character-refused"),
        ("`id`", "name-character-refused"),
        ("=1+1", "name-character-refused"),
        ("Mi\u200bdea", "name-character-refused"),
        ("Midea\u202e", "name-character-refused"),
        ("Midea\ufe0f", "name-character-refused"),
        ("<b>", "name-character-refused"),
        ("\uff1cb\uff1e", "name-character-refused"),  # wide
        ("\u24c2idea", "name-character-refused"),  # a letter in a circle
        ("Z" + "\u0301" * 5, "text-marks-heaped"),
        ("±", "text-missing"),
        ("\u02bc\u02bc", "text-missing"),
        ("x" * (MAX_NAME + 1), "text-too-long"),
    ],
)
def test_a_product_name_that_reads_as_another_is_refused(name: str, code: str) -> None:
    with pytest.raises(LabelError) as refused:
        checked_product_name(name)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("3~5月电费.pdf", "3~5月电费.pdf"),
        ("检测报告 20℃.pdf", "检测报告 20℃.pdf"),
        ("a=b.pdf", "a=b.pdf"),
        ("10kΩ 测试 report.pdf", "10kΩ 测试 report.pdf"),
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("C:\\bill.pdf", "C:_bill.pdf"),
        ("bill\u202efdp.exe", "bill_fdp.exe"),
        ("b\u0456ll.pdf", "b_ll.pdf"),
        ("<b>.pdf", "_b>.pdf"),
        ("แบตเตอรี่.pdf", "แบตเตอรี่.pdf"),
        ("РСТ.pdf", "РСТ.pdf"),
        ("Копия ТУ.pdf", "Копия ТУ.pdf"),
        (".pdf", ".pdf"),
        ("", "file"),
        ("\u3000", "file"),
    ],
)
def test_a_file_is_taken_whatever_it_is_called_and_its_name_hides_nothing(
    sent: str, kept: str
) -> None:
    assert checked_file_name(sent) == kept


@given(st.text(max_size=60))
def test_any_file_name_becomes_one_that_is_kept_as_it_is(sent: str) -> None:
    kept = checked_file_name(sent)
    assert checked_file_name(kept) == kept
    check_shown(kept, "/file")
    assert not {"/", "\\"} & set(kept)
