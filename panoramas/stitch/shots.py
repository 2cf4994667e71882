"""The photos of a set: headers read and judged, one common size, decoded one at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from panoramas.picture import EXIF_IFD, FORMATS, Header, Picture, digest, load, read_header
from panoramas.sentences import Unusable

LEAST, MOST = 2, 120  # photos in a set
SMALLEST = 240  # pixels of the shorter side that still show something
ALIKE = 0.01  # aspect ratios may differ by this share: cropped by a pixel, not by a hand
FOCAL, FOCAL_35 = 0x920A, 0xA405
DIAGONAL_35 = (
    43.2666  # millimetres of the 24×36 frame that 35 mm equivalents refer to (CIPA DCG-001)
)


@dataclass(frozen=True)
class Shot:
    """One photo. `width`, `height`: the set's common size in pixels. `turned`: shown a quarter
    turn clockwise from how it is upright, because most of the set is held the other way.
    `focal`: pixels at the common size as EXIF tells it, None if it does not. `taken`: EXIF time,
    may be empty."""

    path: Path
    header: Header
    sha256: str
    width: int
    height: int
    turned: bool
    focal: float | None

    @property
    def name(self) -> str:
        return self.header.name

    @property
    def taken(self) -> str:
        return self.header.taken

    def picture(self) -> Picture:
        """The whole photo, RGB, (height, width, 3), as its camera in a Solution sees it.

        Raises Unusable: truncated, unreadable.
        """
        seen = load(self.path, self.header)
        if self.turned:
            seen = np.ascontiguousarray(np.rot90(seen, -1))
        if seen.shape[:2] != (self.height, self.width):
            seen = _resized(seen, self.width, self.height)
        return seen


def gather(paths: Sequence[Path]) -> list[Shot]:
    """Read and judge the headers of a set, in the order given; no pixel is decoded.

    Portrait and landscape photos of one device may be mixed: the fewer are turned a quarter, as
    one lens is shared by all. Photos reduced on the way (same shape, other size) are brought to
    the size that most of them have.
    Raises Unusable: too_few, too_many, too_small, too_large, unreadable, mixed_sizes.
    """
    if not LEAST <= len(paths) <= MOST:
        code = "too_few" if len(paths) < LEAST else "too_many"
        raise Unusable(code, count=len(paths), least=LEAST, most=MOST)
    headers = [read_header(path, SMALLEST) for path in paths]
    tall = 2 * sum(header.height >= header.width for header in headers) >= len(headers)
    sizes = [_held(header, tall) for header in headers]
    width, height = max(Counter(sizes).items(), key=lambda told: (told[1], told[0]))[0]
    shots = []
    for path, header, own in zip(paths, headers, sizes, strict=True):
        if abs(own[0] * height / (own[1] * width) - 1) > ALIKE:
            raise Unusable("mixed_sizes", name=header.name)
        turned = own != (header.width, header.height)
        focal = focal_told(path, width, height)
        shots.append(Shot(path, header, digest(path), width, height, turned, focal))
    return shots


def _held(header: Header, tall: bool) -> tuple[int, int]:
    """Width and height once held upright (tall) or lying."""
    long, short = max(header.width, header.height), min(header.width, header.height)
    return (short, long) if tall else (long, short)


def focal_told(path: Path, width: int, height: int) -> float | None:
    """Focal length of a photo brought to this size: pixels, from EXIF's 35 mm equivalent (equal diagonals); None when there is none."""
    with Image.open(path, formats=FORMATS) as image:
        if image.format == "PNG":
            return None
        told = image.getexif().get_ifd(EXIF_IFD).get(FOCAL_35)
    try:
        equivalent = float(told) if told is not None else 0.0
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    if not 8 <= equivalent <= 200:
        return None
    return equivalent / DIAGONAL_35 * float(np.hypot(width, height))


def _resized(picture: Picture, width: int, height: int) -> Picture:
    shrinks = picture.shape[1] > width
    kind = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, (width, height), interpolation=kind), np.uint8)
