"""Files to try the door with, made here byte by byte."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pillow_heif
from PIL import Image

RED, GREEN, BLUE = (220, 30, 30), (30, 200, 40), (30, 40, 210)


def scene(width: int = 320, height: int = 200, seed: int = 1) -> Image.Image:
    """A picture with something in it: smooth noise, a red top left and a blue bottom right."""
    rng = np.random.default_rng(seed)
    small = Image.fromarray(rng.integers(60, 200, (12, 20, 3), dtype=np.uint8))
    image = small.resize((width, height), Image.Resampling.BICUBIC)
    image.paste(RED, (0, 0, width // 4, height // 4))
    image.paste(BLUE, (width - width // 4, height - height // 4, width, height))
    return image


def coded(image: Image.Image, form: str = "JPEG", **options: object) -> bytes:
    """The picture as a file."""
    out = io.BytesIO()
    if form == "HEIC":
        pillow_heif.from_pillow(image).save(out, quality=80)
    else:
        image.save(out, form, **options)
    return out.getvalue()


def phone_photo(width: int = 5472, height: int = 3648) -> bytes:
    """20 megapixels from a phone held upright: EXIF orientation 6, a place, a time, a comment."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Maker"
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (30.0, 19.0, 47.6), "E", (120.0, 9.0, 18.3)
    detail = exif.get_ifd(0x8769)
    detail[0x9003], detail[0x9011] = "2025:03:04 05:06:07", "+08:00"
    return coded(scene(width, height), exif=exif, comment=b"30.3299,120.1551", quality=85)


def twelve_bit_jpeg() -> bytes:
    """The headers of an extended sequential JPEG with 12 bits a sample (ITU-T T.81 B.2.2)."""
    quantization = b"\xff\xdb" + struct.pack(">HB", 131, 0x10) + b"\x00\x10" * 64
    frame = b"\xff\xc1" + struct.pack(">HBHHB", 11, 12, 64, 64, 1) + bytes([1, 0x11, 0])
    scan = b"\xff\xda" + struct.pack(">HB", 8, 1) + bytes([1, 0, 0, 63, 0])
    return b"\xff\xd8" + quantization + frame + scan + b"\x00" * 64 + b"\xff\xd9"


def bomb_png(width: int = 60000, height: int = 60000) -> bytes:
    """A small PNG that declares 3.6 thousand megapixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * (1 + 3 * width) * 16)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def film(path: Path, frames: int = 30, rate: float = 10.0, side: int = 96) -> bytes:
    """An MP4 that lasts frames/rate seconds."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), rate, (side, side))
    for number in range(frames):
        frame = np.full((side, side, 3), 5 * number % 255, np.uint8)
        frame[number % side] = 255
        writer.write(frame)
    writer.release()
    return path.read_bytes()


PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def segments(jpeg: bytes) -> list[int]:
    """Marker codes of a JPEG up to its first scan."""
    found, at = [], 2
    while jpeg[at + 1] != 0xDA:
        found.append(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4])
    return found
