"""The certificate is one page in two languages, the same bytes every time, checkable on its own."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import pypdfium2
import pytest

from labels.assessment import Criterion
from labels.label import LabelFacts, Party
from labels.locale import LANGUAGES, local_text, translator
from labels.render.certificate import (
    certificate_html,
    certificate_pdf,
    certificate_text,
)
from labels.render.paper import page_count, page_png, page_text
from labels.render.printed import three_figures
from labels.render.qr import read_back
from labels.render.written import written_texts
from tests.unit.render.labels_for_print import (
    STAGES,
    a_battery_label,
    a_label_of_a_study_that_knows_little,
    an_aluminium_label,
)

ROOT = Path(__file__).parents[3]
CREDENTIAL = json.dumps({"type": ["VerifiableCredential"], "id": "test"}).encode()
IN_OTHER_PROCESS = """
import hashlib
from labels.render.certificate import certificate_pdf
from tests.unit.render.labels_for_print import a_battery_label
pdf = certificate_pdf(a_battery_label(), credential=b'{"id": "test"}')
print(hashlib.sha256(pdf).hexdigest())
"""


@cache
def battery_pdf() -> bytes:
    return certificate_pdf(a_battery_label(), credential=CREDENTIAL)


@cache
def aluminium_pdf() -> bytes:
    return certificate_pdf(an_aluminium_label(), languages=("zh-Hant", "pt"))


def joined(text: str) -> str:
    """Text without the breaks that the layout puts between lines."""
    return "".join(text.split())


def test_the_certificate_is_one_a4_page() -> None:
    for pdf in (battery_pdf(), aluminium_pdf()):
        assert page_count(pdf) == 1
        width, height = pypdfium2.PdfDocument(pdf)[0].get_size()
        assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 297)


def test_chinese_and_english_are_really_in_the_text_of_the_page() -> None:
    text = joined(certificate_text(battery_pdf()))
    for words in (
        "产品碳足迹证书",
        "Product Carbon Footprint Certificate",
        "磷酸铁锂储能电池系统",
        "LFP energy storage battery system",
        "93.6",
        "TB-2026-000123:001",
        "摇篮到坟墓",
        "珠江示范核查有限公司",
        "岭南示范认证中心",
        "VS-2026-0042",
        "DEMO-C-0007",
        "2027年11月20日",
        "20 November 2027",
        "原材料获取",
        "55.2",
        "碳抵消未计入该数值",
        "Offsets are not included in the value",
        "样本",
        hashlib.sha256(CREDENTIAL).hexdigest(),
    ):
        assert joined(words) in text, words


def test_the_certificate_discloses_what_the_documents_say_is_printed() -> None:
    """Decisions 21 and 25, docs/certification-cycle.md."""
    facts = a_battery_label()
    text = joined(certificate_text(battery_pdf()))
    for words in (
        "2026年11月18日",  # of the verification statement
        "不确定性 Uncertainty 95% 区间 85.06 至 104.2 kg CO₂e 95% interval 85.06 to 104.2 kg CO₂e",
        "数据质量评级 Data quality rating 2.1（1 最好，5 最差） 2.1 of 5 (1 is best)",
        "产品所含生物源碳 Biogenic carbon in the product 1.23 kg C",
        "包装所含生物源碳 Biogenic carbon in the packaging 0.310 kg C",
        "公共电网，由电力证书覆盖 Public grid, covered by certificates 48%",
        "计入 / 不计入生物源吸收 With / without biogenic uptake 93.6 / 93.7",
        "初级数据占比 Primary data share 18%",
        "暂定数据占比 Share from draft data 31%",
        "仅以二氧化碳当量已知的占比 Share known only as CO₂e 55%",
        "Criteria of the scheme not met or not assessed",
        "Not met: The share from draft data is within the limit",
        "未评估：无重要遗漏 Not assessed: Nothing that matters was left out",
        f"结果 SHA-256：{facts.footprint.result_sha256}",
        f"清单数据库版本 SHA-256：{facts.footprint.release_sha256}",
    ):
        assert joined(words) in text, words


def test_the_certificate_says_what_the_study_does_not_know() -> None:
    pdf = certificate_pdf(a_label_of_a_study_that_knows_little())
    assert page_count(pdf) == 1
    text = joined(certificate_text(pdf))
    for words in (
        "不确定性 Uncertainty 未评估 Not assessed",
        "数据质量评级 Data quality rating 未评级：本研究的数据没有评分 Not rated",
        "产品所含生物源碳 Biogenic carbon in the product 未说明",
    ):
        assert joined(words) in text, words
    assert joined("Electricity and green power") not in text


def test_the_certificate_names_scheme_category_and_method() -> None:
    text = joined(certificate_text(battery_pdf()))
    for words in (
        "Tanbiao 参考方案（样本） 2026-11",
        "蓄电池及原电池（cpc-46420）",
        "Accumulators and batteries (cpc-46420)",
        "GB/T 24067-2024 温室气体 产品碳足迹 量化要求和指南 · AR6",
    ):
        assert joined(words) in text, words
    for code in ("tanbiao-reference", "gbt24067"):
        assert code not in text


def test_a_plant_nobody_named_is_not_stated() -> None:
    facts = a_battery_label()
    html = certificate_html(replace(facts, product=replace(facts.product, plant="")))
    assert '<dd>未说明 <span class="en" lang="en">Not stated</span></dd>' in html


def test_the_macao_certificate_is_in_traditional_chinese_and_portuguese() -> None:
    text = joined(certificate_text(aluminium_pdf()))
    for words in ("產品碳足跡證書", "Certificado de Pegada de Carbono", "聲明單位", "16,200"):
        assert joined(words) in text, words
    assert "SPECIMEN" not in text
    assert "本標籤為樣本" not in text


def test_every_chinese_character_is_drawn_from_an_embedded_noto_font() -> None:
    """Missing fonts raise nothing: they print boxes. The PDF must hold the glyphs themselves."""
    page = pypdfium2.PdfDocument(battery_pdf())[0]
    fonts = {
        pypdfium2.raw.FPDFTextObj_GetFont(item.raw) and _font_name(item)
        for item in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT])
    }
    assert any("NotoSansCJK" in name.replace("-", "") for name in fonts), fonts


def _font_name(item: pypdfium2.PdfObject) -> str:
    import ctypes

    font = pypdfium2.raw.FPDFTextObj_GetFont(item.raw)
    buffer = ctypes.create_string_buffer(200)
    pypdfium2.raw.FPDFFont_GetBaseFontName(font, buffer, 200)
    return buffer.value.decode()


@pytest.mark.parametrize("dpi", [100, 200])
def test_the_code_on_the_rendered_page_reads_as_the_labels_address(dpi: int) -> None:
    assert read_back(page_png(battery_pdf(), dpi=dpi)) == a_battery_label().url
    assert read_back(page_png(aluminium_pdf(), dpi=dpi)) == an_aluminium_label().url


def test_two_processes_write_the_same_bytes() -> None:
    hashes = []
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", IN_OTHER_PROCESS],
            cwd=ROOT,
            env={
                **os.environ,
                "PYTHONHASHSEED": seed,
                "TZ": "Asia/Macau" if seed == "1" else "UTC",
            },
            capture_output=True,
            text=True,
            check=True,
        )
        hashes.append(done.stdout.strip())
    assert hashes[0] == hashes[1]
    assert len(hashes[0]) == 64


def test_the_signed_credential_is_attached_unchanged() -> None:
    document = pypdfium2.PdfDocument(battery_pdf())
    assert document.count_attachments() == 1
    attachment = document.get_attachment(0)
    assert attachment.get_name() == "TB-2026-000123-001.json"
    assert bytes(attachment.get_data()) == CREDENTIAL
    assert pypdfium2.PdfDocument(aluminium_pdf()).count_attachments() == 0


def test_the_file_is_pdf_a_3a_dated_by_the_issue_and_not_by_the_clock() -> None:
    metadata = pypdfium2.PdfDocument(battery_pdf()).get_metadata_dict()
    assert metadata["CreationDate"] == "D:20261121000000Z"
    assert metadata["Title"] == "产品碳足迹证书 TB-2026-000123:001"
    pdf = certificate_pdf(a_battery_label())
    assert pdf.startswith(b"%PDF-1.7")


def test_a_partial_footprint_says_whom_it_is_for() -> None:
    assert "僅供企業間使用" in joined(certificate_text(aluminium_pdf()))
    assert "仅供企业间使用" not in joined(certificate_text(battery_pdf()))


def test_names_are_escaped_in_the_page_and_cannot_end_the_style_sheet() -> None:
    facts = a_battery_label()
    name = {"zh-Hans": '</style><img src="file:///etc/hostname">', "en": "b"}
    hostile = replace(facts, product=replace(facts.product, name=name), number='TB"}</style>')
    html = certificate_html(hostile)
    assert "<img" not in html
    assert html.count("</style>") == 1


def test_a_character_no_font_can_draw_is_printed_as_a_geta_mark_and_told() -> None:
    facts = a_battery_label()
    name = {**facts.product.name, "zh-Hans": "电池 \U00013000"}
    product = replace(facts.product, name=name, plant="བོད Lhasa")
    pdf = certificate_pdf(replace(facts, product=product))
    text = joined(certificate_text(pdf))
    assert "电池〓" in text
    assert "〓〓〓Lhasa" in text
    assert "U+13000 U+0F56 U+0F7C U+0F51".replace(" ", "") in text
    assert "〓 stands for a character this certificate cannot print".replace(" ", "") in text
    assert page_count(pdf) == 1


def test_a_certificate_whose_characters_can_all_be_drawn_speaks_of_none() -> None:
    text = certificate_text(battery_pdf())
    assert "〓" not in text
    assert "…" not in text


def test_without_a_chinese_font_nothing_is_printed(tmp_path: Path) -> None:
    """Boxes in the place of letters would be a certificate nobody can read."""
    fonts = tmp_path / "fonts.conf"
    fonts.write_text("<fontconfig><dir>/usr/share/fonts/truetype/dejavu</dir></fontconfig>")
    done = subprocess.run(
        [sys.executable, "-c", IN_OTHER_PROCESS],
        cwd=ROOT,
        env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "RenderError: certificate-missing-glyphs" in done.stderr


def test_long_names_are_set_smaller() -> None:
    facts = a_battery_label()
    long = {
        "zh-Hans": "大型集装箱式磷酸铁锂储能电池系统" * 4,
        "en": "Containerised LFP battery " * 5,
    }
    pdf = certificate_pdf(replace(facts, product=replace(facts.product, name=long)))
    assert page_count(pdf) == 1
    assert joined(long["zh-Hans"]) in joined(certificate_text(pdf))


def the_longest_label() -> LabelFacts:
    """Every text as long as the doors allow, figures beyond any product, every criterion open."""
    chinese = ("超长产品名称（含型号、规格与用途）" * 40)[:497] + "末尾完"
    latin = ("A very long name with model and use, " * 20)[:497] + "end"
    names = {"zh-Hans": chinese, "zh-Hant": chinese, "en": latin, "pt": latin}
    facts = an_aluminium_label()

    def party(named: Party) -> Party:
        return replace(named, name=names, legal_id="9144" * 125, accreditation="C-12 " * 100)

    return replace(
        facts,
        is_specimen=True,
        product=replace(
            facts.product,
            name={**names, "zh-Hans": "长" * 499 + "完"},
            model="W" * 120,
            plant="广东省佛山市南海区狮山镇" * 16,
            manufacturer=party(facts.product.manufacturer),
        ),
        footprint=replace(
            facts.footprint,
            value="162" + "0" * 28,
            per=names,
            unit_amount="1234567890123456.123456789012345678",
            stages=tuple(replace(stage, kg_co2e="162" + "0" * 28) for stage in STAGES),
            partition=dict.fromkeys(facts.footprint.partition, "-162" + "0" * 28),
            including_uptake="0." + "0" * 29 + "122",
        ),
        verification_body=party(facts.verification_body),
        certification_body=party(facts.certification_body),
        statement_number="VS-2026-0042 " * 38,
        unmet_criteria=tuple(criterion.value for criterion in Criterion)[:6],
        unassessed_criteria=tuple(criterion.value for criterion in Criterion)[6:],
    )


@pytest.mark.parametrize("pair", [("zh-Hans", "en"), ("pt", "zh-Hant")])
def test_the_longest_label_is_certified_on_one_page_and_its_texts_stand_in_full_behind_it(
    pair: tuple[str, str],
) -> None:
    facts = the_longest_label()
    pdf = certificate_pdf(facts, languages=pair, credential=CREDENTIAL)
    first_page = joined(certificate_text(pdf))
    for reader in map(translator, pair):
        for key in ("certificate.signature_certification", "certificate.shortened"):
            assert joined(reader.text(key)) in first_page, key
    assert joined(translator(pair[0]).number(facts.footprint.value)) in first_page
    assert "10³⁰" in first_page
    assert read_back(page_png(pdf, dpi=200)) == facts.url
    pages = page_count(pdf)
    assert pages > 1
    behind = joined("".join(page_text(pdf, page) for page in range(1, pages)))
    for _, texts in written_texts(facts):
        for language in pair:
            assert joined(local_text(texts, language)) in behind.replace(facts.full_number, "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_part_too_long_for_its_column_is_a_power_of_ten(language: str) -> None:
    reader = translator(language)
    assert three_figures("162000000", reader) == reader.number("162000000")
    written = three_figures("-0.00000000000122", reader).replace("\N{NO-BREAK SPACE}", " ")
    assert written == f"{reader.number('-1.22')} × 10⁻¹²"
    assert three_figures("16200000000000000000000", reader).endswith("10²²")
