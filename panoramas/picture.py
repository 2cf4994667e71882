"""Pictures in and out: the header is read and judged before a pixel is decoded."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pillow_heif
import simplejpeg
from PIL import Image, ImageCms

from panoramas.sentences import Unusable

Picture = npt.NDArray[np.uint8]

MAX_SIDE = 32767  # cv2.remap counts in 16 bits
MAX_PIXELS = 134_217_728  # 16384 × 8192
MOST = MAX_PIXELS // 10_000  # 万
FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "HEIF")
MODEL, ORIENTATION, EXIF_IFD, TAKEN, TAKEN_SUBSECOND = 0x0110, 0x0112, 0x8769, 0x9003, 0x9291
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

pillow_heif.register_heif_opener()
_guard = threading.Lock()


@dataclass(frozen=True)
class Header:
    """What a file says about its picture, before any decoding.

    `width`, `height`: pixels as shown (EXIF rotation applied). `xmp`: the raw packet, may be
    empty. `taken`: EXIF DateTimeOriginal with fraction, sortable as text; empty if unknown.
    `model`: the camera by its EXIF name, empty if unknown.
    """

    name: str
    width: int
    height: int
    kind: str
    orientation: int
    xmp: bytes
    taken: str
    model: str = ""


def digest(path: Path) -> str:
    """SHA-256 of the file's bytes, as hexadecimal text."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_header(path: Path, least: int = 1) -> Header:
    """Read what the file declares and refuse absurd sizes.

    `least`: smallest width in pixels that is of use.
    Raises Unusable: unreadable, too_large, too_small.
    """
    with _open(path) as image:
        width, height = image.size
        if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
            raise Unusable(
                "too_large", name=path.name, width=width, height=height, side=MAX_SIDE, pixels=MOST
            )
        header = _describe(path.name, image)
    size = {"name": header.name, "width": header.width, "height": header.height}
    if header.width < least or min(header.width, header.height) < 2:
        raise Unusable("too_small", least=max(least, 2), **size)
    return header


def load(path: Path, header: Header) -> Picture:
    """Decode to upright RGB in sRGB, without any metadata.

    Raises Unusable: truncated, unreadable.
    """
    if header.kind in ("JPEG", "MPO") and header.orientation == 1:
        plain = _fast_jpeg(path)
        if plain is not None:
            return plain
    try:
        with _open(path) as image:
            image.load()
            upright = image
            if header.orientation in UPRIGHT:
                upright = image.transpose(UPRIGHT[header.orientation])
            upright.info = image.info
            return np.ascontiguousarray(np.asarray(_to_srgb(upright)), dtype=np.uint8)
    except (OSError, SyntaxError, ValueError) as fault:
        raise Unusable("truncated", name=path.name) from fault


def reduced(picture: Picture, width: int, height: int) -> Picture:
    """The picture at a smaller size, every new pixel the mean of the area it covers."""
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def encode_jpeg(picture: Picture, quality: int, subsampling: str = "420") -> bytes:
    """Baseline JPEG through libjpeg-turbo, no metadata in it."""
    coded: bytes = simplejpeg.encode_jpeg(
        np.ascontiguousarray(picture), quality, "RGB", colorsubsampling=subsampling
    )
    return coded


def refuse_one_colour(picture: Picture, name: str) -> None:
    """Raises Unusable one_colour when the picture shows nothing at all."""
    height, width = picture.shape[:2]
    small = reduced(picture, min(256, width), min(128, height))
    if float(small.reshape(-1, 3).std(axis=0).max()) < 1.0:
        raise Unusable("one_colour", name=name)


def _open(path: Path) -> Image.Image:
    try:
        with _any_size():
            return Image.open(path, formats=FORMATS)
    except (OSError, SyntaxError, ValueError) as fault:
        raise Unusable("unreadable", name=path.name) from fault


@contextmanager
def _any_size() -> Iterator[None]:
    """Sizes are judged by read_header, which can name them; Pillow's own guard only says no."""
    with _guard:
        before, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS = before


def _describe(name: str, image: Image.Image) -> Header:
    # Pillow decodes a whole PNG to look for EXIF behind the pixels: only what lies before counts
    late = image.format == "PNG" and "exif" not in image.info
    exif = Image.Exif() if late else image.getexif()
    turned = exif.get(ORIENTATION, 1)
    orientation = turned if isinstance(turned, int) and 1 <= turned <= 8 else 1
    width, height = image.size if orientation < 5 else image.size[::-1]
    xmp = image.info.get("xmp", b"")
    detail = exif.get_ifd(EXIF_IFD)
    taken = str(detail.get(TAKEN, "")).strip("\0 ")
    fraction = str(detail.get(TAKEN_SUBSECOND, "")).strip("\0 ")
    return Header(
        name=name,
        width=width,
        height=height,
        kind=image.format or "",
        orientation=orientation,
        xmp=xmp if isinstance(xmp, bytes) else str(xmp).encode(),
        taken=f"{taken}.{fraction}" if taken and fraction else taken,
        model=str(exif.get(MODEL, "")).strip("\0 "),
    )


def _fast_jpeg(path: Path) -> Picture | None:
    """Decode by simplejpeg if the file is a plain sRGB JPEG without faults."""
    data = path.read_bytes()
    try:
        colours = simplejpeg.decode_jpeg_header(data)[2]
        if colours not in ("YCbCr", "RGB", "Gray") or b"ICC_PROFILE\0" in data[:262_144]:
            return None
        picture: Picture = simplejpeg.decode_jpeg(data, "RGB")
    except ValueError:
        return None
    return picture


def _to_srgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):
        wide = np.asarray(image)
        image = Image.fromarray((wide >> 8).astype(np.uint8))
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(
                image, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
            return converted if converted is not None else image.convert("RGB")
        except ImageCms.PyCMSError:
            return image.convert("RGB")
    return image.convert("RGB")
