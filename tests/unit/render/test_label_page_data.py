"""The public page says in plain words how good the data are, and where the power comes from."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from labels.label import PowerShare, PrintedElectricity
from labels.locale import LANGUAGES, translator
from tests.unit.render.labels_for_print import a_battery_label, a_label_of_a_study_that_knows_little
from tests.unit.render.test_pages import a_scan_page, label_page

WORDS_OF_DATA = {
    "zh-Hans": (
        "2.1（1 最好，5 最差）；已评级的数据占足迹的 97%",
        "按数据自身的不确定性，数值有 95% 的概率在 85.06 至 104.2 kg CO₂e 之间。",
        "产品所含生物源碳",
        "公共电网，由电力证书覆盖",
        "一兆瓦时只支持一项声明",
        "只按电网电力计算，足迹为 96.2 kg CO₂e",
    ),
    "zh-Hant": (
        "2.1（1 最好，5 最差）；已評級的數據佔足跡的 97%",
        "按數據本身的不確定性，數值有 95% 的概率在 85.06 至 104.2 kg CO₂e 之間。",
        "產品所含生物源碳",
        "公共電網，由電力證書覆蓋",
        "一兆瓦時只支持一項聲明",
        "只按電網電力計算，足跡為 96.2 kg CO₂e",
    ),
    "en": (
        "2.1 of 5 (1 is best); 97% of the footprint is rated",
        "Between 85.06 and 104.2 kg CO₂e with 95% probability, by the data&#39;s own uncertainty.",
        "Biogenic carbon in the product",
        "Public grid, covered by certificates",
        "One megawatt-hour backs one claim",
        "as electricity of the grid, the footprint would be 96.2 kg CO₂e",
    ),
    "pt": (
        "2,1 de 5 (1 é a melhor); 97% da pegada está classificada",
        "Entre 85,06 e 104,2 kg CO₂e com 95% de probabilidade, pela incerteza dos próprios dados.",
        "Carbono biogénico contido no produto",
        "Rede pública, coberta por certificados",
        "Um megawatt-hora serve uma só alegação",
        "como eletricidade da rede, a pegada seria de 96,2 kg CO₂e",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_citizen_reads_how_good_the_data_are_in_plain_words(language: str) -> None:
    html = label_page(a_scan_page(), language)
    assert [words for words in WORDS_OF_DATA[language] if words not in html] == []
    for share in ("12%", "48%", "40%"):
        assert f'<td class="num">{share}</td>' in html


def test_a_label_without_certificates_says_nothing_of_their_claims() -> None:
    facts = a_battery_label()
    own = PrintedElectricity(
        supplies=(PowerShare(supply="on-site", share="1"),), without_instruments="99.0"
    )
    facts = replace(facts, footprint=replace(facts.footprint, electricity=own))
    html = label_page(replace(a_scan_page(), facts=facts), "en")
    assert "Own plant on site" in html
    assert "the footprint would be 99.0 kg" in html
    assert "backs one claim" not in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_known_is_said_to_be_not_stated(language: str) -> None:
    facts = a_label_of_a_study_that_knows_little()
    facts = replace(facts, product=replace(facts.product, plant=""))
    html = label_page(replace(a_scan_page(), facts=facts, contact=""), language)
    t = translator(language).text
    not_stated = t("scan.not_stated")
    assert f"{t('scan.plant')} · {not_stated}" in html
    for key, said in (
        ("scan.biogenic_carbon", not_stated),
        ("scan.data_quality_rating", t("scan.data_quality_none")),
        ("scan.uncertainty", t("scan.interval_none")),
        ("scan.contact", not_stated),
    ):
        assert re.search(rf"{t(key)}</(?:th|dt)><(?:td|dd)[^>]*>{said}<", html), key
    assert t("scan.electricity_text") in html
    for key in (
        "scan.interval_note",
        "scan.packaging_biogenic_carbon",
        "scan.electricity_supplies",
        "scan.electricity_claim",
    ):
        assert t(key) not in html
    assert "CN-GD<" not in html
