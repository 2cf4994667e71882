from __future__ import annotations

import io
import resource
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image

from station.ground.refused import Refused
from station.media import door, rules
from station.media.store import DiskStore

from . import pictures


class Dripping(io.RawIOBase):
    """A body that arrives a few bytes at a time, and counts how much was taken."""

    def __init__(self, data: bytes, most: int = 7) -> None:
        self.data, self.at, self.most = data, 0, most

    def read(self, size: int = -1) -> bytes:
        some = self.data[self.at : self.at + min(size, self.most)]
        self.at += len(some)
        return some


class Endless:
    """A body that never ends."""

    def __init__(self, head: bytes) -> None:
        self.head, self.taken = head, 0

    def read(self, size: int = -1) -> bytes:
        some = self.head[self.taken : self.taken + size] or b"\0" * size
        self.taken += len(some)
        return some


def files(disk: DiskStore) -> list[Path]:
    return [path for path in disk.folder.rglob("*") if path.is_file()]


def receive(data: bytes, limit: rules.Limit = rules.PICTURE) -> door.Kept:
    return door.receive(io.BytesIO(data), limit=limit)


@pytest.mark.parametrize(
    ("form", "mime"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp"), ("HEIC", "image/heic")],
)
def test_a_picture_is_kept_byte_for_byte_under_its_hash(
    disk: DiskStore, form: str, mime: str
) -> None:
    data = pictures.coded(pictures.scene(), form)
    kept = receive(data)
    assert (kept.mime, kept.width, kept.height, kept.size) == (mime, 320, 200, len(data))
    assert kept.sha256 == sha256(data).hexdigest()
    place = disk.path(kept.sha256)
    assert place.read_bytes() == data
    assert place == disk.folder / kept.sha256[:2] / kept.sha256[2:4] / kept.sha256
    assert files(disk) == [place]
    assert place.stat().st_mode & 0o777 == 0o440


def test_the_original_of_a_phone_photo_keeps_its_place_and_the_door_says_what_it_saw(
    disk: DiskStore,
) -> None:
    data = pictures.phone_photo()
    kept = receive(data)
    assert (kept.width, kept.height, kept.orientation) == (3648, 5472, 6)
    assert kept.has_gps
    assert kept.taken_at == datetime(2025, 3, 3, 21, 6, 7, tzinfo=UTC)
    with Image.open(disk.path(kept.sha256)) as original:
        assert original.getexif().get_ifd(0x8825)[2] == (30.0, 19.0, 47.6)


def test_a_cmyk_jpeg_is_accepted(disk: DiskStore) -> None:
    kept = receive(pictures.coded(pictures.scene().convert("CMYK")))
    assert kept.mime == "image/jpeg"
    assert disk.path(kept.sha256).is_file()


def test_a_panorama_of_16384_is_accepted_by_its_shape(disk: DiskStore) -> None:
    data = pictures.coded(Image.new("L", (16384, 8192), 90), quality=50)
    assert receive(data).width == 16384
    with pytest.raises(Refused, match="too_many_pixels"):
        receive(pictures.coded(Image.new("L", (12000, 8000), 90), quality=50))


def test_a_body_in_small_pieces_is_the_same_file(disk: DiskStore) -> None:
    data = pictures.coded(pictures.scene())
    body = Dripping(data)
    kept = door.receive(body, limit=rules.PICTURE)  # type: ignore[arg-type]
    assert disk.path(kept.sha256).read_bytes() == data
    assert body.at == len(data)


JPEG = pictures.coded(pictures.scene(800, 600))
BAD = {
    "nothing": (b"", "empty_file"),
    "text": (b"hello, this is no picture at all, only words", "not_a_picture"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "not_a_picture"),
    "gif": (pictures.coded(pictures.scene(), "GIF"), "not_a_picture"),
    "pdf": (pictures.PDF, "not_a_picture"),
    "bomb": (pictures.bomb_png(), "too_many_pixels"),
    "truncated": (JPEG[: len(JPEG) // 2], "broken_file"),
    "truncated png": (pictures.coded(pictures.scene(), "PNG")[:-900], "broken_file"),
    "truncated webp": (pictures.coded(pictures.scene(), "WEBP")[:-90], "broken_file"),
    "truncated heic": (pictures.coded(pictures.scene(), "HEIC")[:-200], "broken_file"),
    "twelve bits": (pictures.twelve_bit_jpeg(), "twelve_bit_jpeg"),
    "head alone": (JPEG[:64], "broken_file"),
    "no real webp": (b"RIFF\x00\x00\x00\x00WEBPVP8 " + b"\0" * 100, "broken_file"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_a_sentence_and_leaves_nothing(
    disk: DiskStore, name: str
) -> None:
    data, code = BAD[name]
    with pytest.raises(Refused) as refusal:
        receive(data)
    assert (refusal.value.code, refusal.value.status) == (code, 422)
    assert refusal.value.message == rules.REFUSALS[code]
    assert files(disk) == []


def test_a_bomb_is_refused_by_its_header_and_the_sentence_names_its_size(disk: DiskStore) -> None:
    with pytest.raises(Refused, match="60000×60000"):
        receive(pictures.bomb_png())


@pytest.mark.parametrize("limit", [rules.PICTURE, rules.VIDEO])
def test_a_body_without_end_is_cut_off_at_the_limit_without_filling_memory(
    disk: DiskStore, limit: rules.Limit
) -> None:
    head = (
        JPEG[:64] if limit is rules.PICTURE else b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 40
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    body = Endless(head)
    with pytest.raises(Refused, match="file_too_large"):
        door.receive(body, limit=limit)  # type: ignore[arg-type]
    assert body.taken <= limit.largest + 2 * 1024**2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024
    assert files(disk) == []


def test_a_video_comes_in_at_the_door_for_videos_alone(disk: DiskStore, tmp_path: Path) -> None:
    data = pictures.film(tmp_path / "a.mp4")
    kept = receive(data, rules.VIDEO)
    assert (kept.mime, kept.width, kept.height) == ("video/mp4", 96, 96)
    with pytest.raises(Refused, match="not_a_picture"):
        receive(data)
    with pytest.raises(Refused, match="not_a_video"):
        receive(JPEG, rules.VIDEO)
    with pytest.raises(Refused, match="broken_file"):
        receive(data[:300], rules.VIDEO)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"%PDF-x.y\n" + pictures.PDF[9:], "broken_file"),
        (pictures.PDF.replace(b"%%EOF", b"     "), "broken_file"),
        (b"junk" + pictures.PDF, "not_a_paper"),
    ],
)
def test_a_paper_must_be_a_whole_pdf_from_its_first_byte(
    disk: DiskStore, data: bytes, code: str
) -> None:
    assert receive(pictures.PDF, rules.PAPER).mime == "application/pdf"
    before = files(disk)
    with pytest.raises(Refused, match=code):
        receive(data, rules.PAPER)
    assert files(disk) == before


def test_a_photo_of_a_paper_is_a_paper(disk: DiskStore) -> None:
    assert door.receive(io.BytesIO(JPEG)).mime == "image/jpeg"
