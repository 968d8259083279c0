"""The columns of our own dataset template: their keys, words in Chinese and English, and notes.

Two tables: *datasets*, one dataset a row, and *exchanges*, one flow of a dataset a row. Headings
are Chinese with the English in parentheses; a reader takes either, in traditional characters too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from opencc import OpenCC

from lca_db.inventory.importers.raw import FlowKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    Attributes:
        choices: What it takes, by the word that is written: Chinese, English, key.
    """

    key: str
    chinese: str
    english: str
    note_zh: str
    note_en: str
    is_needed: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)

    @property
    def heading(self) -> str:
        """As the template writes it."""
        return f"{self.chinese} ({self.english})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One of the two tables: the sheet of a workbook, or a part of a CSV file."""

    key: str
    chinese: str
    english: str
    columns: Sequence[Column]

    @property
    def title(self) -> str:
        """The name of its sheet."""
        return f"{self.chinese} {self.english}"

    def heading(self, key: str) -> str:
        """The heading of one of its columns."""
        return next(column.heading for column in self.columns if column.key == key)


UNIT_PROCESS, AGGREGATED = "unit-process", "aggregated"
YEAR_UNSTATED, YEAR_UNSTATED_ZH = "not stated", "不明"

_KINDS = {
    "单元过程": UNIT_PROCESS,
    "unit process": UNIT_PROCESS,
    UNIT_PROCESS: UNIT_PROCESS,
    "汇总": AGGREGATED,
    "system": AGGREGATED,
    AGGREGATED: AGGREGATED,
}
_DIRECTIONS = {
    "投入": FlowKind.PRODUCT_INPUT.value,
    "input": FlowKind.PRODUCT_INPUT.value,
    "副产品": FlowKind.CO_PRODUCT.value,
    "替代产品": FlowKind.AVOIDED_PRODUCT.value,
    "废物处理": FlowKind.WASTE_OUTPUT.value,
    "waste": FlowKind.WASTE_OUTPUT.value,
    "排放": FlowKind.EMISSION.value,
    "资源": FlowKind.RESOURCE.value,
} | {kind.value: kind.value for kind in FlowKind if kind is not FlowKind.REFERENCE}
_COMPARTMENTS = {
    "空气": "air",
    "大气": "air",
    "水": "water",
    "水体": "water",
    "土壤": "soil",
    "air": "air",
    "water": "water",
    "soil": "soil",
}
_ORIGINS = {
    "化石": "fossil",
    "生物源": "biogenic",
    "土地利用": "land-use",
    "不明": "unspecified",
} | {origin: origin for origin in ("fossil", "biogenic", "land-use", "unspecified")}

DATASETS = Table(
    key="datasets",
    chinese="数据集",
    english="Datasets",
    columns=(
        Column(
            key="id", chinese="编号", english="id", is_needed=True,
            note_zh="文件内唯一；其他行以此引用", note_en="unique in the file; rows refer to it",
        ),
        Column(
            key="name_zh", chinese="名称", english="name in Chinese",
            note_zh="至少填一种语言的名称", note_en="a name in at least one language",
        ),
        Column(
            key="name_hant", chinese="繁体名称", english="name in Traditional Chinese",
            note_zh="可空", note_en="may be empty",
        ),
        Column(
            key="name_en", chinese="英文名称", english="name in English",
            note_zh="可空", note_en="may be empty",
        ),
        Column(
            key="name_pt", chinese="葡文名称", english="name in Portuguese",
            note_zh="可空", note_en="may be empty",
        ),
        Column(
            key="product", chinese="产品", english="product",
            note_zh="空=与名称相同", note_en="empty: the same as the name",
        ),
        Column(
            key="location", chinese="地域", english="location", is_needed=True,
            note_zh="如 CN, CN-GD, HK, MO", note_en="such as CN, CN-GD, HK, MO",
        ),
        Column(
            key="year", chinese="年份", english="year", is_needed=True,
            note_zh="2024、2023-2024 或 不明", note_en="2024, 2023-2024 or not stated",
        ),
        Column(
            key="technology", chinese="技术", english="technology",
            note_zh="工艺与设备", note_en="process and equipment",
        ),
        Column(
            key="amount", chinese="产量", english="amount", is_needed=True,
            note_zh="各流的数量所对应的产品数量；不得为零",
            note_en="amount of product the flows belong to; not zero",
        ),
        Column(
            key="unit", chinese="单位", english="unit", is_needed=True,
            note_zh="如 kg, kWh, t·km, 件", note_en="such as kg, kWh, t*km, piece",
        ),
        Column(
            key="share", chinese="分配比例", english="share",
            note_zh="有副产品时填，0 到 1", note_en="with co-products: 0 to 1",
        ),
        Column(
            key="kind", chinese="类型", english="kind", choices=_KINDS,
            note_zh="空=单元过程；汇总=含上游的结果",
            note_en="empty: unit process; aggregated: a result with its supply chain",
        ),
        Column(
            key="source", chinese="来源", english="source", is_needed=True,
            note_zh="文件名称、年份、页码", note_en="document, year, page",
        ),
        Column(
            key="comment", chinese="备注", english="note",
            note_zh="可空", note_en="may be empty",
        ),
    ),
)  # fmt: skip

EXCHANGES = Table(
    key="exchanges",
    chinese="交换",
    english="Exchanges",
    columns=(
        Column(
            key="dataset", chinese="数据集编号", english="dataset id", is_needed=True,
            note_zh="数据集表中的编号", note_en="an id of the table of datasets",
        ),
        Column(
            key="direction", chinese="方向", english="direction", is_needed=True,
            choices=_DIRECTIONS,
            note_zh="投入、副产品、替代产品、废物处理、排放、资源",
            note_en="input, co-product, avoided-product, waste-output, emission, resource",
        ),
        Column(
            key="flow", chinese="流", english="flow", is_needed=True,
            note_zh="产品名称，或物质：CO2, CH4, SF6", note_en="product, or substance such as CO2",
        ),
        Column(
            key="provider", chinese="供应数据集", english="provider",
            note_zh="供应该产品的数据集编号：本文件的，或随附清单的，如 pp-cn；可空",
            note_en="id of its dataset, in this file or of our inventory (pp-cn); may be empty",
        ),
        Column(
            key="location", chinese="供应地", english="supply location",
            note_zh="可空", note_en="may be empty",
        ),
        Column(
            key="amount", chinese="数量", english="flow amount", is_needed=True,
            note_zh="每份产量的数量", note_en="for the amount of the dataset",
        ),
        Column(
            key="unit", chinese="计量单位", english="flow unit", is_needed=True,
            note_zh="如 kg, MJ, kWh", note_en="such as kg, MJ, kWh",
        ),
        Column(
            key="compartment", chinese="环境介质", english="compartment", choices=_COMPARTMENTS,
            note_zh="排放必填：空气、水、土壤", note_en="for emissions: air, water, soil",
        ),
        Column(
            key="origin", chinese="碳来源", english="origin", choices=_ORIGINS,
            note_zh="化石、生物源、土地利用、不明",
            note_en="fossil, biogenic, land-use, unspecified",
        ),
        Column(
            key="cas", chinese="CAS号", english="CAS",
            note_zh="可空", note_en="may be empty",
        ),
        Column(
            key="share", chinese="副产品分配比例", english="co-product share",
            note_zh="仅副产品，0 到 1", note_en="co-products only: 0 to 1",
        ),
        Column(
            key="source", chinese="数据来源", english="flow source", is_needed=True,
            note_zh="文件名称、年份、页码或计量表", note_en="document, year, page, or meter",
        ),
        Column(
            key="comment", chinese="说明", english="flow note",
            note_zh="可空", note_en="may be empty",
        ),
    ),
)  # fmt: skip

TABLES = (DATASETS, EXCHANGES)
NOTES_TITLE = "说明 Notes"


_CARBON_DIOXIDE, _METHANE = "Carbon dioxide", "Methane"
_GASES = {
    "co2": _CARBON_DIOXIDE,
    "carbon dioxide": _CARBON_DIOXIDE,
    "二氧化碳": _CARBON_DIOXIDE,
    "ch4": _METHANE,
    "methane": _METHANE,
    "甲烷": _METHANE,
    "n2o": "N2O",
    "一氧化二氮": "N2O",
    "氧化亚氮": "N2O",
    "sf6": "SF6",
    "六氟化硫": "SF6",
    "nf3": "NF3",
    "三氟化氮": "NF3",
}
_ORIGIN_NAMES = {
    "fossil": "fossil",
    "biogenic": "non-fossil",
    "land-use": "from soil or biomass stock",
}


def flow_named(written: str, origin: str, *, is_resource: bool) -> str:
    """The name of an elementary flow: a climate gas as ecoinvent names it, any other as written.

    The origin is the carbon's, so it stands in the names of carbon dioxide and methane only.
    """
    gas = next((_GASES[word] for word in _words(written) if word in _GASES), None)
    if gas == _CARBON_DIOXIDE and is_resource:
        return "Carbon dioxide, in air"
    if gas in {_CARBON_DIOXIDE, _METHANE} and origin in _ORIGIN_NAMES:
        return f"{gas}, {_ORIGIN_NAMES[origin]}"
    return gas or written


def table_titled(title: str) -> Table | None:
    """The table a sheet, or the first cell of a part of a CSV file, is named for."""
    plain = _plain(title)
    for table in TABLES:
        if plain in {_plain(name) for name in (table.title, table.chinese, table.english)}:
            return table
    return None


def column_headed(table: Table, heading: str) -> Column | None:
    """The column of a heading: Chinese, English, both, or its key."""
    words = set(_words(heading))
    for column in table.columns:
        if {_plain(column.chinese), _plain(column.english), column.key} & words:
            return column
    return None


def choice(column: Column, written: str) -> str | None:
    """The value of a word, None for one that the column does not take."""
    return next((column.choices[w] for w in _words(written) if w in column.choices), None)


def _words(text: str) -> Sequence[str]:
    """What a cell may mean: the whole, what stands before the parenthesis, what stands in it."""
    plain = _plain(text)
    before, _, inside = plain.partition("(")
    return (plain, before.strip(), inside.partition(")")[0].strip())


def _plain(text: str) -> str:
    simplified: str = _simplifier().convert(unicodedata.normalize("NFKC", text))
    return simplified.strip().casefold()


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")
