"""A label's picture in the languages of thermal printers. Pure: dots in, bytes out.

Chinese text is part of the picture, since printers differ in the fonts they carry. Both languages
set size, picture and number of prints, and nothing that would change a printer's own settings.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PIL import Image

MOST = 99_999  # bytes of one ^GF (ZPL II programming guide: ^GF, parameters b and c)
INK = 128  # a grey below this is printed


@dataclass(frozen=True)
class Dots:
    """A label in dots. `rows`: eight dots a byte, the left one highest, 1 = ink; rows are padded
    with blank dots to whole bytes. `across`, `along`: its size in mm; `gap`: to the next one."""

    width: int
    height: int
    rows: bytes
    across: float
    along: float
    gap: float

    @property
    def stride(self) -> int:
        """Bytes a row."""
        return (self.width + 7) // 8


def read_picture(png: bytes, size: tuple[int, int], *, turned: bool) -> tuple[int, int, bytes]:
    """(width, height, rows as in `Dots`) of a drawn label. `size`: its exact size in dots, before it
    is `turned` by a quarter so that its short side lies across the head."""
    grey = Image.open(io.BytesIO(png)).convert("L").crop((0, 0, *size))
    ink = grey.point([255 if value < INK else 0 for value in range(256)], "1")
    if turned:
        ink = ink.transpose(Image.Transpose.ROTATE_90)
    return ink.width, ink.height, ink.tobytes()


def write_zpl(labels: Sequence[Dots]) -> bytes:
    """ZPL II: one format a label. A picture larger than one ^GF may carry goes in bands."""
    return "".join(line for one in labels for line in _zpl(one)).encode("ascii")


def _zpl(one: Dots) -> Iterator[str]:
    yield f"^XA\n^PW{one.width}\n^LL{one.height}\n^LH0,0\n"
    step = MOST // one.stride
    for top in range(0, one.height, step):
        band = one.rows[top * one.stride : (top + step) * one.stride]
        size = len(band)
        yield f"^FO0,{top}^GFA,{size},{size},{one.stride},{band.hex().upper()}^FS\n"
    yield "^PQ1\n^XZ\n"


def write_tspl(labels: Sequence[Dots]) -> bytes:
    """TSPL: one job a label. In its BITMAP a cleared bit is ink, so the dots are inverted."""
    return b"".join(_tspl(one) for one in labels)


def _tspl(one: Dots) -> bytes:
    head = (
        f"SIZE {one.across:g} mm,{one.along:g} mm\r\nGAP {one.gap:g} mm,0 mm\r\n"
        f"DIRECTION 1\r\nCLS\r\nBITMAP 0,0,{one.stride},{one.height},0,"
    )
    return head.encode("ascii") + bytes(255 - byte for byte in one.rows) + b"\r\nPRINT 1,1\r\n"
