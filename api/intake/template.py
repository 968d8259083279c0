"""The bill-of-materials template for Excel and CSV: its sheets, columns and words.

*Product* has one setting a row, *lines* one line of the bill; beside them stand the tables of
co-products, of instruments for electricity, and of cuts with their estimates. Column and setting
names are Chinese with the English beside; readers match either, in traditional characters
as well. What the template cannot say goes by JSON: a mass balance, the
data quality and spread of a line, the parts and verification of a supplier's footprint, another
unit of distance or load, what an assembly uses up of itself.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from api.intake.examples import EXAMPLES

NOTES = "#说明 notes"  # the row above the lines of a CSV file: what each column takes
PRODUCT_SHEET = "产品 Product"
LINES_SHEET = "物料清单 Lines"


@dataclass(frozen=True)
class Field:
    """One column or setting: its key, its words, what it takes."""

    key: str
    chinese: str
    english: str
    note: str
    choices: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """As written in the template."""
        return f"{self.chinese} {self.english}"

    @property
    def help(self) -> str:
        """Note and choices in one text, for a file without drop-down lists."""
        return "; ".join(part for part in (self.note, " / ".join(self.choices)) if part)


STAGES = ("included", "cut", "partly-included", "not-applicable", "not-specified")
KINDS = (
    "material",
    "packaging",
    "energy",
    "transport",
    "direct-emission",
    "captured-co2",
    "use",
    "leakage",
    "end-of-life",
    "incineration",
    "assembly",
)

ALLOCATIONS = ("subdivision", "system-expansion", "mass", "energy", "economic")

SETTINGS = (
    Field("name_zh", "产品名称", "product name (Chinese)", "必填 required"),
    Field("name_hant", "产品繁体名称", "product name (Traditional Chinese)", ""),
    Field("name_en", "产品英文名称", "product name (English)", ""),
    Field("name_pt", "产品葡文名称", "product name (Portuguese)", ""),
    Field("model", "型号", "model", "必填 required"),
    Field("category", "产品类别", "category", "如 cpc-41532"),
    Field("gtin", "商品条码", "GTIN", "可空 may be empty"),
    Field("plant", "生产地", "plant", "工厂所在地，如 惠州 Huizhou"),
    Field("unit_kind", "单位类型", "unit kind", "", ("declared", "functional")),
    Field("unit_amount", "单位数量", "unit amount", "如 1"),
    Field("unit", "单位", "unit", "如 t, kWh, kWp, 件"),
    Field("internal_loop", "自用比例", "internal loop", "可空；产出中被自身生产消耗的份额"),
    Field("description_zh", "单位说明", "unit description (Chinese)", "必填 required"),
    Field("description_hant", "单位繁体说明", "unit description (Traditional Chinese)", ""),
    Field("description_en", "单位英文说明", "unit description (English)", ""),
    Field("description_pt", "单位葡文说明", "unit description (Portuguese)", ""),
    Field(
        "boundary",
        "系统边界",
        "boundary",
        "",
        ("cradle-to-gate", "cradle-to-site", "cradle-to-grave", "gate-to-gate"),
    ),
    Field("period_from", "数据期起", "period from", "2024-01-01"),
    Field("period_to", "数据期止", "period to", "2024-12-31"),
    Field("geography", "地域", "geography", "数据所代表的地域，如 CN-GD"),
    Field("raw-material", "原材料获取", "stage raw material", "", STAGES),
    Field("manufacturing", "生产制造", "stage manufacturing", "", STAGES),
    Field("distribution", "分销运输", "stage distribution", "", STAGES),
    Field("use", "使用", "stage use", "", STAGES),
    Field("end-of-life", "生命末期", "stage end of life", "", STAGES),
    Field("assumptions", "假设", "assumptions", "每行一条；gate-to-gate 须说明理由"),
    Field("cut_offs", "舍去的流", "cut-offs", "每行一条 one a line in the cell"),
    Field("method", "核算方法", "method profile", "可空=gbt24067-2024"),
    Field("gwp_set", "增温潜势版本", "GWP set", "可空=按核算方法", ("AR5", "AR6")),
    Field("allocation_method", "分配方法", "allocation method", "有联产品时必填", ALLOCATIONS),
    Field("allocation_reason", "分配理由", "why this allocation", "为何不能用更优先的方法"),
    Field("product_mass_kg", "本产品质量", "product mass (kg)", "仅按质量分配需要"),
    Field("product_energy_mj", "本产品能量", "product energy (MJ)", "仅按能量分配需要"),
    Field("product_price", "本产品价值", "product price", "仅按经济分配需要，币种与联产品相同"),
    Field("use-reason", "使用阶段不适用的理由", "why use is not applicable", ""),
    Field("end-of-life-reason", "生命末期不适用的理由", "why end of life is not applicable", ""),
)

COLUMNS = (
    Field("part", "所属部件", "assembly", "空=产品本身；部件名=该部件的一行"),
    Field("ref", "行号", "ref", "字母数字，每个部件内唯一"),
    Field("kind", "类型", "kind", "", KINDS),
    Field("name", "名称", "name", "必填 required"),
    Field("dataset", "数据集", "dataset", "数据库中的数据集编号；类型为 assembly 时填部件名"),
    Field("amount", "数量", "amount", "运输填质量；直接排放填排放量；泄漏填充注量"),
    Field("unit", "计量单位", "unit of amount", "如 kg, kWh, 吨, 度"),
    Field("supplier_kg_co2e", "供应商碳足迹", "supplier kgCO2e per unit", "代替数据集；每计量单位"),
    Field(
        "supplier_gwp_set",
        "供应商增温潜势版本",
        "supplier GWP set",
        "",
        ("AR5", "AR6", "unstated"),
    ),
    Field("supplier_document", "供应商报告", "supplier document", "报告名称或编号"),
    Field("supplier_primary_share", "供应商初级数据占比", "supplier primary share", "0 到 1，可空"),
    Field("loss_rate", "损耗率", "loss rate", "0 到 1 之间，如 0.05"),
    Field(
        "loss_route",
        "损耗去向",
        "loss route",
        "",
        ("waste-treatment", "sold-scrap", "internal-remelt"),
    ),
    Field("loss_dataset", "损耗处理数据集", "loss dataset", "仅 waste-treatment 需要"),
    Field(
        "recycling_approach",
        "再生处理方法",
        "recycling approach",
        "仅材料；可空=以数据集为准",
        ("cut-off", "circular-footprint", "closed-loop"),
    ),
    Field("recycled_content", "再生料占比", "recycled content (R1)", "0 到 1"),
    Field("recycled_dataset", "再生料数据集", "recycled dataset", "制成再生料的再生过程"),
    Field("recycling_rate", "末期再生率", "recycling rate (R2)", "0 到 1"),
    Field("recycling_dataset", "末期再生数据集", "recycling dataset", "生命末期的再生过程"),
    Field("displaced_dataset", "被替代数据集", "displaced dataset", "可空=本行的数据集"),
    Field("allocation_factor", "分配系数", "allocation factor (A)", "仅循环足迹公式，0.2 到 0.8"),
    Field("quality_in", "输入质量比", "quality ratio in", "仅循环足迹公式，Qsin/Qp"),
    Field("quality_out", "输出质量比", "quality ratio out", "仅循环足迹公式，Qsout/Qp"),
    Field("distance", "运距", "distance (km)", "仅运输需要"),
    Field("load", "载重", "load (t)", "仅车公里数据集需要；去程所载吨数"),
    Field("return_share", "空返比例", "return share", "仅车公里数据集需要，0 到 1"),
    Field("is_refrigerated", "冷藏", "refrigerated", "仅运输；可空=否", ("true", "false")),
    Field("services", "使用次数", "services", "仅使用阶段需要；填寿命时为每年次数"),
    Field("lifetime_years", "使用寿命", "lifetime (years)", "使用阶段可空；泄漏需要"),
    Field("yearly_rate", "年泄漏率", "yearly leakage rate", "仅泄漏需要，0 到 1"),
    Field("recovered_share", "末期回收比例", "recovered share", "仅泄漏需要，0 到 1"),
    Field("is_topped_up", "补充气体", "topped up", "仅泄漏；可空=是", ("true", "false")),
    Field("share", "处置比例", "share", "仅生命末期需要，0 到 1"),
    Field("item", "处置对象", "treated item", "仅生命末期；质量相同的不同物件须分别写明"),
    Field("fossil_carbon", "化石碳含量", "fossil carbon", "仅焚烧需要，每千克含碳千克数"),
    Field("biogenic_carbon", "生物源碳含量", "biogenic carbon", "焚烧需要；材料可空=未说明"),
    Field("oxidation", "氧化率", "oxidation", "仅焚烧；可空=1"),
    Field("substance", "气体", "substance", "直接排放与泄漏需要，如 CO2, CH4, SF6"),
    Field(
        "origin",
        "碳来源",
        "origin",
        "直接排放、泄漏与捕集需要",
        ("fossil", "biogenic", "land-use", "unspecified"),
    ),
    Field("direction", "排放方向", "direction", "可空=排放", ("emission", "removal")),
    Field(
        "stage",
        "生命周期阶段",
        "stage",
        "可空=按类型默认",
        ("raw-material", "manufacturing", "distribution", "use", "end-of-life"),
    ),
    Field(
        "activity_origin",
        "数据来源",
        "activity origin",
        "",
        ("measured", "calculated", "design", "estimated"),
    ),
    Field("own_product", "专属产品", "serves alone", "可空=共用；product=本产品，或联产品名称"),
    Field("site", "用电地点", "site of power", "可空；与电力凭证表的用电地点一致"),
    Field("evidence", "封存证明", "storage evidence", "仅捕集的 CO2 需要"),
    Field("note", "备注", "note", ""),
)


@dataclass(frozen=True)
class Table:
    """A table beside the lines: its key, its sheet, its columns, and those that tell its header."""

    key: str
    sheet: str
    fields: tuple[Field, ...]
    needed: tuple[str, ...]


CO_PRODUCTS = Table(
    "co_products",
    "联产品 Co-products",
    (
        Field("co_product", "联产品", "co-product", "必填；随一个产品单位产出"),
        Field("co_amount", "联产品数量", "co-product amount", ""),
        Field("co_unit", "联产品单位", "co-product unit", "如 kg, kWh"),
        Field("co_mass_kg", "联产品质量", "co-product mass (kg)", "该数量的质量"),
        Field("co_energy_mj", "联产品能量", "co-product energy (MJ)", "低位热值或功"),
        Field("co_price", "联产品价值", "co-product price", "该数量的价值"),
        Field("displaced_dataset", "替代数据集", "displaced dataset", "仅系统扩展需要"),
        Field("displaced_amount", "替代数量", "displaced amount", ""),
        Field("displaced_unit", "替代单位", "displaced unit", ""),
    ),
    ("co_product", "co_amount", "co_unit"),
)
ELECTRICITY = Table(
    "electricity",
    "电力凭证 Electricity",
    (
        Field("site", "用电地点", "site of power", "空=同上一行；物料清单中填同一名称"),
        Field("consumption_mwh", "用电总量", "consumption (MWh)", "数据期内该地点的用电"),
        Field(
            "rest_mix",
            "其余电力",
            "rest of power",
            "可空=消费",
            ("consumption-mix", "residual-mix"),
        ),
        Field(
            "instrument",
            "凭证类型",
            "instrument",
            "空=上一凭证的更多编号",
            ("on-site", "direct-line", "certificate"),
        ),
        Field("instrument_dataset", "凭证数据集", "instrument dataset", ""),
        Field("mwh", "凭证电量", "covered (MWh)", ""),
        Field("transmission_dataset", "输电数据集", "transmission dataset", "数据集不含输电时填"),
        Field("includes_transmission", "已含输电", "includes transmission", "", ("true", "false")),
        Field("keeps_attributes", "保留属性", "keeps attributes", "", ("true", "false")),
        Field("registry", "登记处", "registry", "如 GEC, I-REC"),
        Field("first_serial", "起始编号", "first serial", "一个编号=1 MWh"),
        Field("last_serial", "截止编号", "last serial", "只有一个时可空"),
        Field("vintage_year", "凭证年份", "vintage year", ""),
        Field("retired_for", "注销对象", "retired for", "为哪个地点注销"),
    ),
    ("site", "instrument", "mwh"),
)
CUTS = Table(
    "cuts",
    "舍去估算 Cuts",
    (
        Field("cut_flow", "舍去流", "cut flow", "必填 required"),
        Field("cut_basis", "舍去依据", "cut basis", "", ("mass", "energy", "emission")),
        Field("cut_reason", "舍去理由", "cut reason", ""),
        Field("cut_share", "舍去占比", "cut share", "0 到 1"),
        Field("cut_kg_co2e", "估计排放", "cut kgCO2e", "自行估计，或用估算数据集"),
        Field("estimate_dataset", "估算数据集", "estimate dataset", ""),
        Field("estimate_amount", "估算数量", "estimate amount", ""),
        Field("estimate_unit", "估算单位", "estimate unit", ""),
    ),
    ("cut_flow", "cut_basis", "cut_reason"),
)
TABLES = (CO_PRODUCTS, ELECTRICITY, CUTS)

_TRADITIONAL = str.maketrans(
    "產稱類別條碼單數說説統邊據獲製銷運輸屬計損處氣體來週階備註號設應碳報級佔勢適對載壽洩補質係證"
    "聯電憑價熱專點總餘記編捨溫潛",
    "产称类别条码单数说说统边据获制销运输属计损处气体来周阶备注号设应碳报级占势适对载寿泄补质系证"
    "联电凭价热专点总余记编舍温潜",
)


def simplified(heading: str) -> str:
    """A heading typed in traditional characters, as the template writes it."""
    return heading.translate(_TRADITIONAL)


def template_csv() -> bytes:
    """The same as CSV: "#name,value,help" rows, help and header of each table, the examples."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerows([f"#{setting.heading}", "", setting.help] for setting in SETTINGS)
    for table in TABLES:  # a blank row ends each, so that it can be filled in where it stands
        writer.writerow([NOTES, *(field.help for field in table.fields[1:])])
        writer.writerow([f"#{field.heading}" for field in table.fields])
        writer.writerow([])
    writer.writerow([NOTES, *(field.help for field in COLUMNS[1:])])
    writer.writerow(field.heading for field in COLUMNS)
    writer.writerows([row.get(field.key, "") for field in COLUMNS] for row in EXAMPLES)
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()
