"""The people and bodies of the demonstration: all fictional, everything they issue a SPECIMEN.

Each natural person has one account; names are made up. Two instances exist: a certification body
in Guangdong and one in Hong Kong that recognises its labels.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from labels.access import Role
from labels.identity_document import IdentityDocument, IdentityKind

DEMO_PASSWORD = "specimen-only-2026"  # noqa: S105  printed by the demo, never in a real database
SCOPE_FROM, SCOPE_UNTIL = date(2026, 1, 1), date(2031, 10, 31)
CATEGORIES = ("cpc-415", "cpc-464", "cpc-471")


@dataclass(frozen=True, kw_only=True)
class DemoOrganisation:
    """A fictional organisation."""

    key: str
    kind: str
    names: dict[str, str]
    legal_id: str
    region: str
    accreditation: str = ""
    contact: str = ""


@dataclass(frozen=True, kw_only=True)
class DemoPerson:
    """A fictional person with one account."""

    key: str
    name: str
    organisation: str
    role: Role

    @property
    def email(self) -> str:
        """The sign-in of the demonstration."""
        return f"{self.key}@specimen.example"

    @property
    def identity(self) -> IdentityDocument:
        """A document that exists nowhere: no passport begins with ZZ."""
        drawn = int(hashlib.sha256(self.key.encode()).hexdigest(), 16) % 10**7
        number = f"ZZ{drawn:07d}"
        return IdentityDocument(kind=IdentityKind.PASSPORT, issuer="CN", number=number)


GUANGDONG_ORGANISATIONS = (
    DemoOrganisation(
        key="nanling",
        kind="manufacturer",
        names={
            "zh-Hans": "佛山南岭铝业有限公司（虚构）",
            "zh-Hant": "佛山南嶺鋁業有限公司（虛構）",
            "en": "Nanling Aluminium, Foshan (fictional)",
            "pt": "Nanling Alumínio, Foshan (fictícia)",
        },
        legal_id="SPECIMEN-USCC-01",
        region="CN-GD",
    ),
    DemoOrganisation(
        key="haiju",
        kind="manufacturer",
        names={
            "zh-Hans": "惠州海聚储能有限公司（虚构）",
            "zh-Hant": "惠州海聚儲能有限公司（虛構）",
            "en": "Haiju Storage, Huizhou (fictional)",
            "pt": "Haiju Armazenamento, Huizhou (fictícia)",
        },
        legal_id="SPECIMEN-USCC-02",
        region="CN-GD",
    ),
    DemoOrganisation(
        key="xiguang",
        kind="manufacturer",
        names={
            "zh-Hans": "深圳曦光光伏有限公司（虚构）",
            "zh-Hant": "深圳曦光光伏有限公司（虛構）",
            "en": "Xiguang Photovoltaics, Shenzhen (fictional)",
            "pt": "Xiguang Fotovoltaica, Shenzhen (fictícia)",
        },
        legal_id="SPECIMEN-USCC-03",
        region="CN-GD",
    ),
    DemoOrganisation(
        key="zhujiang",
        kind="verification-body",
        names={
            "zh-Hans": "珠江核查有限公司（虚构）",
            "zh-Hant": "珠江核查有限公司（虛構）",
            "en": "Pearl River Verification (fictional)",
            "pt": "Verificação Rio das Pérolas (fictícia)",
        },
        legal_id="SPECIMEN-USCC-04",
        region="CN-GD",
        accreditation="SPECIMEN-VB-0001",
    ),
    DemoOrganisation(
        key="tanbiao-gd",
        kind="certification-body",
        names={
            "zh-Hans": "碳标参考认证中心（虚构）",
            "zh-Hant": "碳標參考認證中心（虛構）",
            "en": "Tanbiao Reference Certification (fictional)",
            "pt": "Certificação de Referência Tanbiao (fictícia)",
        },
        legal_id="SPECIMEN-USCC-05",
        region="CN-GD",
        accreditation="SPECIMEN-CB-0001",
        contact="complaints@gd.specimen.example (虚构 / fictional)",
    ),
    DemoOrganisation(
        key="lingnan-bank",
        kind="bank",
        names={
            "zh-Hans": "岭南示范银行（虚构）",
            "zh-Hant": "嶺南示範銀行（虛構）",
            "en": "Lingnan Demonstration Bank (fictional)",
            "pt": "Banco de Demonstração Lingnan (fictício)",
        },
        legal_id="SPECIMEN-USCC-06",
        region="CN-GD",
    ),
    DemoOrganisation(
        key="authority",
        kind="authority",
        names={
            "zh-Hans": "示范主管部门（虚构）",
            "zh-Hant": "示範主管部門（虛構）",
            "en": "Demonstration Authority (fictional)",
            "pt": "Autoridade de Demonstração (fictícia)",
        },
        legal_id="SPECIMEN-USCC-07",
        region="CN-GD",
    ),
    DemoOrganisation(
        key="operator",
        kind="operator",
        names={
            "zh-Hans": "碳标平台运行中心（虚构）",
            "zh-Hant": "碳標平台運行中心（虛構）",
            "en": "Tanbiao Service Operation (fictional)",
            "pt": "Operação do Serviço Tanbiao (fictícia)",
        },
        legal_id="SPECIMEN-USCC-08",
        region="CN-GD",
    ),
)

GUANGDONG_PEOPLE = (
    DemoPerson(
        key="he.nanling", name="何敏 He Min", organisation="nanling", role=Role.MANUFACTURER
    ),
    DemoPerson(key="lin.haiju", name="林涛 Lin Tao", organisation="haiju", role=Role.MANUFACTURER),
    DemoPerson(
        key="xu.xiguang", name="许晴 Xu Qing", organisation="xiguang", role=Role.MANUFACTURER
    ),
    DemoPerson(key="wu.verifier", name="吴越 Wu Yue", organisation="zhujiang", role=Role.VERIFIER),
    DemoPerson(
        key="chen.reviewer", name="陈朗 Chen Lang", organisation="tanbiao-gd", role=Role.REVIEWER
    ),
    DemoPerson(
        key="zhao.certifier", name="赵宁 Zhao Ning", organisation="tanbiao-gd", role=Role.CERTIFIER
    ),
    DemoPerson(key="bai.bank", name="白珊 Bai Shan", organisation="lingnan-bank", role=Role.BANK),
    DemoPerson(
        key="guan.authority", name="关河 Guan He", organisation="authority", role=Role.REGULATOR
    ),
    DemoPerson(
        key="admin",
        name="系统管理员 Administrator",
        organisation="operator",
        role=Role.ADMINISTRATOR,
    ),
)

HONG_KONG_ORGANISATIONS = (
    DemoOrganisation(
        key="tanbiao-hk",
        kind="certification-body",
        names={
            "zh-Hans": "香江参考认证中心（虚构）",
            "zh-Hant": "香江參考認證中心（虛構）",
            "en": "Heung Gong Reference Certification (fictional)",
            "pt": "Certificação de Referência Heung Gong (fictícia)",
        },
        legal_id="SPECIMEN-BR-01",
        region="HK",
        accreditation="SPECIMEN-CB-HK-0001",
        contact="complaints@hk.specimen.example (虚构 / fictional)",
    ),
    DemoOrganisation(
        key="operator-hk",
        kind="operator",
        names={
            "zh-Hans": "香江平台运行中心（虚构）",
            "zh-Hant": "香江平台運行中心（虛構）",
            "en": "Heung Gong Service Operation (fictional)",
            "pt": "Operação do Serviço Heung Gong (fictícia)",
        },
        legal_id="SPECIMEN-BR-02",
        region="HK",
    ),
)
HONG_KONG_PEOPLE = (
    DemoPerson(
        key="lee.certifier", name="李詠 Lee Wing", organisation="tanbiao-hk", role=Role.CERTIFIER
    ),
    DemoPerson(
        key="hk.admin",
        name="系統管理員 Administrator",
        organisation="operator-hk",
        role=Role.ADMINISTRATOR,
    ),
)


@dataclass(frozen=True, kw_only=True)
class DemoProduct:
    """One of the three products and what is declared of it.

    Attributes:
        sales_amount: Sales of one day: the label exists since today, and so do its sales.
    """

    key: str
    title: str
    bom_file: str
    maker: str
    preparer: str
    has_finding: bool
    sales_amount: str
    sales_unit: str


PRODUCTS = (
    DemoProduct(
        key="lfp",
        title="1 kWh LFP battery system",
        bom_file="lfp-battery.json",
        maker="haiju",
        preparer="lin.haiju",
        has_finding=True,
        sales_amount="1000",
        sales_unit="kWh",
    ),
    DemoProduct(
        key="pv",
        title="1 kWp mono-silicon PV module",
        bom_file="pv-module.json",
        maker="xiguang",
        preparer="xu.xiguang",
        has_finding=False,
        sales_amount="500",
        sales_unit="kWp",
    ),
    DemoProduct(
        key="aluminium",
        title="1 t aluminium extrusion",
        bom_file="aluminium-extrusion.json",
        maker="nanling",
        preparer="he.nanling",
        has_finding=False,
        sales_amount="40",
        sales_unit="t",
    ),
)
