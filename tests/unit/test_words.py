"""The words themselves: the policy's strings, one word for one thing, no swapped trade terms."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from labels.locale import LANGUAGES, translator
from tests.unit.test_locale import messages

ROOT = Path(__file__).parents[2]

# The strings of the policy (policy.md 5.5) and its caveat (5.3), by our keys.
POLICY_STRINGS = {
    "label.pcf": (
        "产品碳足迹", "產品碳足跡", "Product carbon footprint", "Pegada de carbono do produto",
    ),
    "unit_kind.declared": ("声明单位", "聲明單位", "Declared unit", "Unidade declarada"),
    "label.boundary": ("系统边界", "系統邊界", "System boundary", "Fronteira do sistema"),
    "boundary.cradle-to-gate": (
        "摇篮到大门", "搖籃到大門", "Cradle to gate", "Do berço ao portão",
    ),
    "boundary.cradle-to-grave": (
        "摇篮到坟墓", "搖籃到墳墓", "Cradle to grave", "Do berço ao túmulo",
    ),
    "boundary.cradle-to-site": (
        "摇篮到工地（香港边界）", "搖籃到工地（香港邊界）", "Cradle to site (Hong Kong border)",
        "Do berço ao local (fronteira de Hong Kong)",
    ),
    "label.valid_until": ("有效期至", "有效期至", "Valid until", "Válido até"),
    "label_state.valid": ("有效", "有效", "Valid", "Válido"),
    "label_state.suspended": ("暂停", "暫停", "Suspended", "Suspenso"),
    "label_state.withdrawn": ("撤销", "撤銷", "Withdrawn", "Retirado"),
    "label_state.expired": ("过期", "過期", "Expired", "Expirado"),
    "label_state.superseded": (
        "已被新版本取代", "已被新版本取代", "Superseded by a newer version",
        "Substituído por uma versão mais recente",
    ),
    "label.verified_by": ("核查机构", "核查機構", "Verified by", "Verificado por"),
    "label.certified_by": ("认证机构", "認證機構", "Certified by", "Certificado por"),
    "label.scan_to_check": (
        "扫码查验", "掃碼查驗", "Scan to check", "Leia o código QR para confirmar",
    ),
    "stage.raw-material": (
        "原材料获取", "原材料獲取", "Raw material acquisition", "Obtenção de matérias-primas",
    ),
    "stage.manufacturing": ("生产制造", "生產製造", "Manufacturing", "Fabrico"),
    "stage.distribution": ("分销运输", "分銷運輸", "Distribution", "Distribuição"),
    "stage.use": ("使用", "使用", "Use", "Utilização"),
    "stage.end-of-life": ("生命末期", "壽命終結", "End of life", "Fim de vida"),
    "partition.fossil": ("化石源", "化石源", "Fossil", "Fóssil"),
    "partition.land_use": (
        "土地利用变化", "土地利用變化", "Land-use change", "Alteração do uso do solo",
    ),
    "partition.aircraft": ("航空运输", "航空運輸", "Aircraft", "Transporte aéreo"),
    "label.data_quality": ("数据质量", "數據質量", "Data quality", "Qualidade dos dados"),
    "label.primary_share": (
        "初级数据占比", "初級數據佔比", "Primary data share", "Quota de dados primários",
    ),
    "label.not_graded": ("未分级", "未分級", "Not graded", "Sem classe"),
    "label.mutual_recognition": (
        "大湾区互认", "大灣區互認", "GBA mutual recognition", "Reconhecimento mútuo na GBA",
    ),
    "label.report_problem": (
        "投诉与申诉", "投訴與申訴", "Complaints and appeals", "Queixas e recursos",
    ),
    "label.comparability": (
        (
            "仅当功能单位、系统边界、核算规则（PCR）和数据年份一致时，产品碳足迹才可比较。"
            "本标签只反映气候变化一项影响，不代表产品整体环境优劣。碳抵消未计入该数值。"
        ),
        (
            "只有在功能單位、系統邊界、核算規則（PCR）及數據年份一致時，產品碳足跡才可作比較。"
            "本標籤只反映氣候變化一項影響，並不代表產品整體環境表現。數值不包括碳抵銷。"
        ),
        (
            "Footprints are comparable only when functional unit, system boundary, product "
            "category rules and data year are the same. This label covers climate change only "
            "and does not rank overall environmental quality. Offsets are not included in the "
            "value."
        ),
        (
            "As pegadas só são comparáveis quando a unidade funcional, a fronteira do sistema, as "
            "regras de categoria de produto e o ano dos dados são iguais. Este rótulo abrange "
            "apenas as alterações climáticas e não classifica a qualidade ambiental global. As "
            "compensações não estão incluídas no valor."
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("key", POLICY_STRINGS)
def test_policy_strings_read_as_the_policy_gives_them(key: str) -> None:
    assert tuple(messages(language)[key] for language in LANGUAGES) == POLICY_STRINGS[key]


@pytest.mark.parametrize(
    ("language", "per_unit", "biogenic"),
    [
        ("zh-Hans", "每功能单位", "生物源"),
        ("zh-Hant", "每功能單位", "生物源"),
        ("en", "per functional unit", "Biogenic"),
        ("pt", "por unidade funcional", "Biogénico"),
    ],
)
def test_policy_strings_made_of_parts_read_as_the_policy_gives_them(
    language: str, per_unit: str, biogenic: str
) -> None:
    t = translator(language).text
    assert t("label.per", unit=t("term.functional_unit")).replace(" ", "") == per_unit.replace(
        " ", ""
    )
    assert t("partition.biogenic_emissions").startswith(biogenic)
    assert t("partition.biogenic_removals").startswith(biogenic)


ACCREDITATION = {  # the only messages about 认可, accreditation; recognition is 互认
    "administration.bodies_text",
    "bodies.nothing_entered",
    "bodies.scope",
    "certificate.accreditation",
    "field.accreditation",
    "field.is_suspended",
    "problem.body-scope-missing",
    "problem.body-suspended",
    "problem.validity-already-ended",
    "reason.body-scope-lost",
    "scan.accreditation",
    "study.no_bodies",
    "term.accreditation",
}


@pytest.mark.parametrize(("language", "word"), [("zh-Hans", "认可"), ("zh-Hant", "認可")])
def test_recognition_is_never_called_accreditation(language: str, word: str) -> None:
    assert {key for key, text in messages(language).items() if word in text} == ACCREDITATION
    recognition = ("recognition", "recognised", "arrangement")
    named = [key for key in messages(language) if any(name in key for name in recognition)]
    assert len(named) > 20
    assert not set(named) & ACCREDITATION


def words_not_used() -> list[tuple[str, str]]:
    """(language, word) of every "(not ...)" in the glossary's table of one word for one thing."""
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    table = text.partition("## One word for one thing")[2].partition("\n## ")[0]
    found = []
    for row in re.findall(r"^\| (?!term|---)(.+) \|$", table, re.MULTILINE):
        _, *cells = row.split(" | ")
        for language, cell in zip(("zh-Hans", "zh-Hant", "pt"), cells, strict=True):
            for words in re.findall(r"\(not (.+)\)", cell):
                found += [(language, word) for word in words.split(", ")]
    return found


def test_each_term_has_one_word() -> None:
    unused = words_not_used()
    assert len(unused) > 15, "the table is not read"
    wrong = [
        (language, key, word)
        for language, word in unused
        for key, text in messages(language).items()
        if re.search(rf"\b{word}" if language == "pt" else word, text, re.IGNORECASE)
    ]
    paper = ("pt", "industry.paper-and-board", "papel")  # the material, no role
    assert [found for found in wrong if found != paper] == []
