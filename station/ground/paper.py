"""Paper: typst templates filled with data, as PDF of an exact size, or as a picture to look at.

Data go in as JSON, never by formatting strings, so nothing in them can become markup. Only the
project's own font is used (OFL, static TrueType): the same bytes on every machine.
"""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import qrcode
import typst
from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.image.svg import SvgPathImage

from .refused import Refused
from .settings import PROJECT

TEMPLATES = PROJECT / "templates" / "documents"
FONTS = PROJECT / "assets" / "node_modules" / "@expo-google-fonts" / "noto-sans-sc"
WEIGHTS = ("400Regular", "700Bold")


@cache
def font_folders() -> tuple[Path, ...]:
    """Folders of the font's files. Raises `Refused` (409) when the assets are not installed."""
    folders = tuple(FONTS / weight for weight in WEIGHTS)
    if not all(folder.is_dir() for folder in folders):
        raise Refused(
            "no_font",
            "文书字体没有安装，无法生成文书。请管理员运行 make assets 后再试。",
            status=409,
        )
    return folders


def qr_svg(text: str, *, sturdy: bool = False) -> str:
    """A QR code as SVG with its quiet zone of four modules.

    `sturdy`: a quarter of it may be lost (labels in the weather); else 15 %.
    """
    correction = ERROR_CORRECT_Q if sturdy else ERROR_CORRECT_M
    code = qrcode.QRCode(error_correction=correction, border=4)
    code.add_data(text)
    out = io.BytesIO()
    code.make_image(image_factory=SvgPathImage).save(out)
    return out.getvalue().decode("utf-8")


def make_pdf(
    template: str,
    data: Mapping[str, Any],
    *,
    at: datetime,
    pictures: Mapping[str, bytes] | None = None,
) -> bytes:
    """The PDF of `templates/documents/<template>.typ`. `at`: the document's time, so that the
    same data at the same time give the same bytes. `pictures`: file name → a JPEG that we drew
    (never one that came from outside), found by the template under ``pictures/``."""
    if not pictures:
        return _compile(template, data, format="pdf", timestamp=int(at.timestamp()))
    with TemporaryDirectory(prefix="paper-") as folder:
        root = Path(folder) / "documents"
        shutil.copytree(TEMPLATES, root)
        (root / "pictures").mkdir()
        for name, body in pictures.items():
            (root / "pictures" / name).write_bytes(body)
        return _compile(template, data, root, format="pdf", timestamp=int(at.timestamp()))


def make_png(template: str, data: Mapping[str, Any], *, dpi: float = 203.0) -> bytes:
    """The first page as a picture; 203 dots an inch is what label printers have."""
    return _compile(template, data, format="png", ppi=dpi)


def make_pngs(template: str, data: Mapping[str, Any], *, dpi: float) -> list[bytes]:
    """Every page as a picture."""
    return _compile_pages(template, data, TEMPLATES, format="png", ppi=dpi)


def _compile(
    template: str, data: Mapping[str, Any], root: Path = TEMPLATES, **options: Any
) -> bytes:
    return _compile_pages(template, data, root, **options)[0]


def _compile_pages(
    template: str, data: Mapping[str, Any], root: Path, **options: Any
) -> list[bytes]:
    """A PDF as the only element; a picture a page."""
    made = typst.compile(
        str(root / f"{template}.typ"),
        root=str(root),
        font_paths=[str(folder) for folder in font_folders()],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        **options,
    )
    return [bytes(page) for page in made] if isinstance(made, list) else [bytes(made)]
