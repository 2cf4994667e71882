"""A result folder appears whole or not at all."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

AT_A_TIME = 16  # waiting for the disk, not computing


@contextmanager
def whole(out: Path) -> Iterator[Path]:
    """Yield a temporary sibling of `out`; on leaving, fsync everything and rename it to `out`.

    On any exception nothing is left. A killed process leaves a hidden sibling that no one
    reads; the next run for the same `out` removes it (its lock died with the process).
    Raises FileExistsError when `out` holds something already.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    _sweep(out)
    part, lock = _begin(out)
    try:
        yield part
        _sync(part)
        _land(part, out)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    finally:
        os.close(lock)


def replace(file: Path, data: bytes) -> None:
    """Write one small file whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.parent / f".{file.name}.{secrets.token_hex(6)}.part"
    try:
        part.write_bytes(data)
        _fsync(part)
        part.rename(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _fsync(file.parent)


def _begin(out: Path) -> tuple[Path, int]:
    """A locked sibling; it bears the name that `_sweep` looks for only once it is locked."""
    part = out.parent / f".{out.name}.{secrets.token_hex(6)}.part"
    unlocked = part.with_suffix(".new")
    unlocked.mkdir()
    lock = os.open(unlocked, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    unlocked.rename(part)
    return part, lock


def _land(part: Path, out: Path) -> None:
    try:
        part.rename(out)  # an empty folder is replaced, a full one is not
    except OSError as fault:
        raise FileExistsError(f"{out} is not empty") from fault
    _fsync(out.parent)


def _sweep(out: Path) -> None:
    for stale in out.parent.glob(f".{out.name}.*.part"):
        if not stale.is_dir():
            continue
        lock = os.open(stale, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(stale, ignore_errors=True)
        except BlockingIOError:
            pass
        finally:
            os.close(lock)


def _sync(part: Path) -> None:
    """Every file and folder onto the disk, several at a time: the disk joins their commits."""
    found = list(os.walk(part, topdown=False))
    files = [Path(folder, name) for folder, _, names in found for name in names]
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        list(pool.map(_fsync, files))
    for folder, _, _ in found:
        _fsync(Path(folder))


def _fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
