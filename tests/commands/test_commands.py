"""The command line on real data folders: founding, proof, backup and restore."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands import founding
from station.ground.refused import Refused
from station.ground.settings import PROJECT

INIT = ["init", "--court", "甲法院", "--station", "乙站", "--administrator", "root"]
INIT += ["--court-admin", "fang", "--manager", "gao"]
PASSWORDS = "first long password\nsecond long password\nthird long password\n"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path that the embedded server's own user can reach."""
    path = Path(tempfile.mkdtemp(prefix="sz-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


def station(home: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command `station` over a data folder."""
    environment = {**os.environ, "SHUZHAN_HOME": str(home), "PYTHONPATH": str(PROJECT)}
    environment.pop("DATABASE_URL", None)
    return subprocess.run(
        [sys.executable, "-m", "app", *words],
        cwd=PROJECT,
        env=environment,
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
def test_an_installation_is_founded_proved_backed_up_and_restored(folder: Path) -> None:
    home, copy = folder / "home", folder / "copy"
    short = station(home, *INIT, typed="short\n" * 3)
    assert (short.returncode, "short_password" in short.stderr) == (2, True)
    made = station(home, *INIT, typed=PASSWORDS)
    assert made.returncode == 0, made.stderr
    again = station(home, *INIT, typed=PASSWORDS)
    assert (again.returncode, "founded_already" in again.stderr) == (2, True)
    founded = station(home, "found", "agency", "丙机构")
    assert founded.returncode == 0, founded.stderr
    appointed = station(
        home, "appoint", "甲法院", "judge", "chen", "陈执", typed="a judge's password\n"
    )
    assert appointed.returncode == 0, appointed.stderr
    admitted = station(
        home, "admit", "甲法院", "丙机构", "--capital", "6000000", "--until", "2099-01-01"
    )
    assert admitted.returncode == 0, admitted.stderr
    proof = station(home, "trail", "verify")
    assert (proof.returncode, "whole" in proof.stdout) == (0, True), proof.stderr
    saved = station(home, "backup", str(folder / "backup.tar"))
    assert saved.returncode == 0, saved.stderr
    refused = station(home, "restore", str(folder / "backup.tar"))
    assert refused.returncode == 2
    restored = station(copy, "restore", str(folder / "backup.tar"))
    assert restored.returncode == 0, restored.stderr
    proof_of_copy = station(copy, "trail", "verify")
    assert proof_of_copy.stdout == proof.stdout
    assert not list(home.glob("postgres/postmaster.pid"))
    for path in (copy / "checkpoints").glob("*.jsonl"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace('"root": "', '"root": "00'), encoding="utf-8")
    proof = station(copy, "trail", "verify")
    assert (proof.returncode, "signature" in proof.stdout) == (1, True)


def test_a_missing_backup_is_refused_with_a_sentence(folder: Path) -> None:
    answer = station(folder / "home", "restore", str(folder / "nothing.tar"))
    assert (answer.returncode, "没有找到备份文件" in answer.stderr) == (2, True)


def test_a_folder_with_real_data_never_becomes_the_demonstration(folder: Path) -> None:
    (folder / "keys").mkdir()
    with pytest.raises(Refused, match="not_empty"):
        founding.mark_demonstration(folder)
    assert not (folder / "DEMONSTRATION").exists()


def test_the_demonstration_never_becomes_an_installation(folder: Path) -> None:
    founding.mark_demonstration(folder / "demo")
    answer = station(folder / "demo", *INIT, typed=PASSWORDS)
    assert (answer.returncode, "is_demonstration" in answer.stderr) == (2, True)
