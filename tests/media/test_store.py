from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from station.media.store import BucketStore, DiskStore, Store, folder_name

LATER = timedelta(days=2)


@pytest.fixture(params=["disk", "bucket"])
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    disk = DiskStore(tmp_path / "blobs")
    return disk if request.param == "disk" else BucketStore(MemoryStore(), disk)


def keep(here: Store, data: bytes) -> str:
    temp, name = here.new_temp(), sha256(data).hexdigest()
    temp.write_bytes(data)
    here.keep(temp, name)
    assert not temp.exists()
    return name


def make_folder(here: Store, **files: bytes) -> Path:
    temp = here.new_temp()
    for name, data in files.items():
        (temp / name).parent.mkdir(parents=True, exist_ok=True)
        (temp / name).write_bytes(data)
    return temp


def test_a_blob_is_found_by_its_content_and_kept_twice_is_one(here: Store) -> None:
    name = keep(here, b"one")
    assert keep(here, b"one") == name
    assert here.path(name).read_bytes() == b"one"
    assert [found for found, _ in here.names()] == [name]
    with pytest.raises(FileNotFoundError):
        here.path("0" * 64)


def test_a_bucket_serves_a_host_whose_cache_is_empty_and_refuses_other_bytes(
    tmp_path: Path,
) -> None:
    bucket = MemoryStore()
    name = keep(BucketStore(bucket, DiskStore(tmp_path / "one")), b"x" * 20_000_000)
    other = BucketStore(bucket, DiskStore(tmp_path / "two"))
    assert other.path(name).stat().st_size == 20_000_000
    bucket.put(f"blobs/{name}", b"swapped")
    third = BucketStore(bucket, DiskStore(tmp_path / "three"))
    with pytest.raises(FileNotFoundError, match="other bytes"):
        third.path(name)
    assert list(third.cache.names()) == []


def test_only_what_is_old_is_removed(here: Store) -> None:
    name = keep(here, b"one")
    now = datetime.now(UTC)
    assert not here.remove(name, now - LATER)
    assert here.path(name).is_file()
    assert here.remove(name, now + LATER)
    assert list(here.names()) == []


def test_a_blob_kept_again_is_young_again(tmp_path: Path) -> None:
    disk = DiskStore(tmp_path / "blobs")
    name = keep(disk, b"one")
    os.utime(disk.path(name), (0, 0))
    keep(disk, b"one")
    assert not disk.remove(name, datetime.now(UTC) - LATER)
    assert disk.path(name).read_bytes() == b"one"


def test_a_folder_is_named_by_its_files_and_lands_once(here: Store) -> None:
    name = here.keep_folder(make_folder(here, **{"a.jpg": b"1", "0/0_0.jpg": b"2"}))
    assert here.keep_folder(make_folder(here, **{"a.jpg": b"1", "0/0_0.jpg": b"2"})) == name
    assert here.keep_folder(make_folder(here, **{"a.jpg": b"1", "0/0_1.jpg": b"2"})) != name
    assert here.file_in(name, "0/0_0.jpg").read_bytes() == b"2"
    assert here.folder_is_whole(name)
    here.remove_folder(name)
    assert not here.folder_is_whole(name)
    with pytest.raises(FileNotFoundError):
        here.file_in(name, "a.jpg")


def test_a_changed_tile_is_seen(tmp_path: Path) -> None:
    disk = DiskStore(tmp_path / "blobs")
    name = disk.keep_folder(make_folder(disk, **{"a.jpg": b"1"}))
    (disk.scenes / name / "a.jpg").write_bytes(b"2")
    assert not disk.folder_is_whole(name)


@pytest.mark.parametrize("path", ["../../secret", "/etc/passwd", "a/../../x", "", "."])
def test_no_path_leads_out_of_a_folder(here: Store, tmp_path: Path, path: str) -> None:
    name = here.keep_folder(make_folder(here, **{"a.jpg": b"1"}))
    (tmp_path / "secret").write_bytes(b"hush")
    (tmp_path / "blobs" / "secret").write_bytes(b"hush")
    with pytest.raises(FileNotFoundError):
        here.file_in(name, path)


def test_half_written_files_are_swept_and_young_ones_stay(here: Store) -> None:
    temp = here.new_temp()
    temp.write_bytes(b"half")
    here.sweep_temps(datetime.now(UTC) - LATER)
    assert temp.exists()
    here.sweep_temps(datetime.now(UTC) + LATER)
    assert not temp.exists()


def test_the_name_of_a_folder_is_what_sha256sum_would_say(tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(b"2")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "c").write_bytes(b"1")
    lines = f"{sha256(b'1').hexdigest()}  a/c\n{sha256(b'2').hexdigest()}  b\n"
    assert folder_name(tmp_path) == sha256(lines.encode()).hexdigest()
