"""What a file is, told from its bytes alone; names and declared types are never believed."""

from __future__ import annotations

from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

HEAD = 64  # bytes that `sniff` needs
HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
STILL = {b"mif1", b"msf1"}
MOVIE = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
START_OF_FRAME = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
BARE = {0x01, 0xFF, *range(0xD0, 0xD9)}  # JPEG markers without a length


def sniff(head: bytes) -> str:
    """Media type of a file that begins with `head`; empty when it is none that we keep."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"PK\x03\x04"):  # a zip; `sheet_size` tells whether it is a workbook
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "video/webm" if b"webm" in head else ""
    if head[4:8] == b"ftyp":
        return _sniff_boxes(head)
    return "video/quicktime" if head[4:8] in MOVIE else ""


def _sniff_boxes(head: bytes) -> str:
    """ISO base media (ISO/IEC 14496-12): the brands in the first box."""
    end = min(int.from_bytes(head[:4]), len(head))
    brands = {head[8:12], *(head[i : i + 4] for i in range(16, end - 3, 4))}
    if brands & HEIC:
        return "image/heic"
    if brands & STILL or b"avif" in brands:
        return ""
    return "video/quicktime" if head[8:12] == b"qt  " else "video/mp4"


def jpeg_precision(file: BinaryIO) -> int:
    """Bits a sample of the JPEG (ITU-T T.81 B.2.2, P); 0 when no frame header is found."""
    file.seek(2)
    while len(two := file.read(2)) == 2:
        if two[0] != 0xFF:
            return 0
        if two[1] in BARE:
            file.seek(-1 if two[1] == 0xFF else 0, 1)
            continue
        length = int.from_bytes(file.read(2))
        if two[1] in START_OF_FRAME:
            return int.from_bytes(file.read(1))
        if length < 2:
            return 0
        file.seek(length - 2, 1)
    return 0


def pdf_is_whole(file: BinaryIO) -> bool:
    """Whether a PDF names its version and reaches its end (ISO 32000-2, 7.5)."""
    head = file.read(8)
    size = file.seek(0, 2)
    file.seek(max(0, size - 2048))
    tail = file.read()
    version = head[5:8]
    return version[:2] in {b"1.", b"2."} and version[2:].isdigit() and b"%%EOF" in tail


def sheet_size(file: BinaryIO) -> int:
    """Bytes that a workbook (ECMA-376) unpacks to by its own directory; -1 when it is none, or carries
    macros, which nobody here would run and nobody should pass on.

    Reading a member never yields more than its declared size, so the sum holds.
    """
    try:
        with ZipFile(file) as packed:
            members = packed.infolist()
            locked = any(member.flag_bits & 1 for member in members)
            names = {member.filename.lower() for member in members}
            macros = any(name.endswith("vbaproject.bin") for name in names)
            if locked or macros or "xl/workbook.xml" not in names:
                return -1
            return sum(member.file_size for member in members)
    except BadZipFile:
        return -1
