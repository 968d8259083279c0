"""QR codes of label addresses: crisp SVG and PNG, and the reader that proves them before issue.

Rules (ISO/IEC 18004; GS1 Digital Link):

* The content is the label's address and nothing else, upper case, so that alphanumeric mode
  holds it in the smallest version; error correction M (15 %); quiet zone of four modules.
* The SVG is one path of horizontal runs on whole coordinates: no hairlines between modules.
* :func:`read_back` decodes a rendered image with zxing-cpp; a label is issued only when it gives
  the address again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Final

import qrcode
import zxingcpp
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import QRData

from labels.errors import LabelError

QUIET_ZONE_MODULES = 4
_ALPHANUMERIC_MODE: Final = 2  # ISO/IEC 18004, table 2; qrcode.util.MODE_ALPHA_NUM
_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+\-./:]+")
_MAX_CONTENT = 300
_MAX_PNG_PX = 4096


class QrError(LabelError):
    """A QR code that cannot be made, or that does not read back."""


@dataclass(frozen=True)
class QrCode:
    """The modules of one code, rows of dark and light, without quiet zone."""

    content: str
    version: int
    modules: tuple[tuple[bool, ...], ...]

    @property
    def side_modules(self) -> int:
        """Modules along one side, quiet zone included."""
        return len(self.modules) + 2 * QUIET_ZONE_MODULES


@lru_cache(maxsize=16)  # marks and certificate of a label draw the same code eight times
def qr_code(url: str) -> QrCode:
    """The smallest alphanumeric code, correction level M, that holds ``url``.

    Raises:
        QrError: ``qr-content-not-alphanumeric`` for lower case and other characters outside the
            alphanumeric set, ``qr-content-too-long``.
    """
    if not _ALPHANUMERIC.fullmatch(url):
        raise QrError("qr-content-not-alphanumeric", content=url[:80])
    if len(url) > _MAX_CONTENT:
        raise QrError("qr-content-too-long", limit=str(_MAX_CONTENT))
    code = qrcode.QRCode(version=None, error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(QRData(url.encode("ascii"), mode=_ALPHANUMERIC_MODE), optimize=0)
    code.make(fit=True)
    rows = tuple(tuple(bool(module) for module in row) for row in code.get_matrix())
    return QrCode(url, code.version, rows)


def svg_path(code: QrCode) -> str:
    """Path data of the dark modules, one module one unit, quiet zone included in the offset."""
    parts: list[str] = []
    for y, row in enumerate(code.modules, start=QUIET_ZONE_MODULES):
        x = 0
        while x < len(row):
            if not row[x]:
                x += 1
                continue
            end = x
            while end < len(row) and row[end]:
                end += 1
            parts.append(f"M{x + QUIET_ZONE_MODULES} {y}h{end - x}v1h-{end - x}z")
            x = end
    return "".join(parts)


def svg_group(code: QrCode, x: float, y: float, side: float) -> str:
    """The code as an SVG group, ``side`` wide with its quiet zone, for use inside a drawing."""
    scale = side / code.side_modules
    return (
        f'<g transform="translate({x:g} {y:g}) scale({scale:.6g})">'
        f'<rect width="{code.side_modules}" height="{code.side_modules}" fill="#FFFFFF"/>'
        f'<path d="{svg_path(code)}" fill="#000000" shape-rendering="crispEdges"/></g>'
    )


def svg(url: str, *, title: str, side_mm: float = 24.0) -> str:
    """A standalone SVG of the code for ``url``, ``side_mm`` wide with its quiet zone."""
    code = qr_code(url)
    side = code.side_modules
    safe_title = title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side_mm:g}mm" height="{side_mm:g}mm" '
        f'viewBox="0 0 {side} {side}" role="img"><title>{safe_title}</title>'
        f"{svg_group(code, 0, 0, side)}</svg>"
    )


def png(url: str, *, module_px: int = 8) -> bytes:
    """A black and white PNG of the code, ``module_px`` pixels to a module, with quiet zone.

    Raises:
        QrError: ``qr-image-too-large`` over 4096 pixels, and as :func:`qr_code`.
    """
    code = qr_code(url)
    side = code.side_modules
    if not 1 <= module_px * side <= _MAX_PNG_PX or module_px < 1:
        raise QrError("qr-image-too-large", limit=str(_MAX_PNG_PX))
    image = Image.new("1", (side, side), 1)
    for y, row in enumerate(code.modules, start=QUIET_ZONE_MODULES):
        for x, is_dark in enumerate(row, start=QUIET_ZONE_MODULES):
            if is_dark:
                image.putpixel((x, y), 0)
    scaled = image.resize((side * module_px, side * module_px), Image.Resampling.NEAREST)
    target = BytesIO()
    scaled.save(target, format="PNG")
    return target.getvalue()


def read_back(png_bytes: bytes) -> str:
    """The text of the one QR code in an image.

    Raises:
        QrError: ``qr-not-readable`` where no code, or more than one content, is found.
    """
    with Image.open(BytesIO(png_bytes)) as image:
        return read_back_image(image)


def read_back_image(image: Image.Image) -> str:
    """:func:`read_back` of an image that is in memory already."""
    found = zxingcpp.read_barcodes(
        image.convert("L"), formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    )
    contents = {barcode.text for barcode in found if barcode.valid}
    if len(contents) != 1:
        raise QrError("qr-not-readable", count=str(len(contents)))
    return contents.pop()
