"""Reading the command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from station.ground.embedded import CannotStart
from station.ground.refused import Refused
from station.ground.settings import PROJECT, read_settings

from . import archive, founding, proof, running, staffing
from .opened import CreateApp, opened


def run(arguments: list[str], create_app: CreateApp, append_only: Sequence[str]) -> int:
    """Carry out one command; its exit code."""
    words = _parser().parse_args(arguments)
    try:
        return _carry_out(words, create_app, append_only)
    except (CannotStart, Refused, archive.CannotRestore) as problem:
        sys.stderr.write(f"{problem}\n")
        return 2


def _carry_out(words: argparse.Namespace, create_app: CreateApp, append_only: Sequence[str]) -> int:
    if words.command == "demo":
        return running.run_demonstration(words.home, words.port, words.lan, create_app, append_only)
    settings = read_settings()
    if words.command == "run":
        return running.run(settings, words.port, words.lan, create_app, append_only)
    if words.command == "restore":
        return archive.restore(settings, words.file, append_only)
    with opened(settings, create_app, append_only) as app:
        if words.command == "init":
            return founding.init(app, words)
        if words.command in {"found", "appoint", "admit"}:
            return staffing.staff(words)
        if words.command == "worker":
            return running.work(app)
        if words.command == "backup":
            return archive.backup(app, words.file)
        if words.command == "trail":
            return proof.verify(app) if words.what == "verify" else proof.checkpoint(app)
        return 0  # migrate: opening did it


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="station", description="数站 Shuzhan")
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="the demonstration, in its own data folder")
    demo.add_argument("--home", type=Path, default=PROJECT / "var" / "demo")
    demo.add_argument("--port", type=int, default=8600)
    served = commands.add_parser("run", help="web server and worker of a founded installation")
    served.add_argument("--port", type=int, default=8600)
    for command in (demo, served):
        command.add_argument(
            "--lan", action="store_true", help="https for phones on the local network"
        )
    founding.add_arguments(commands.add_parser("init", help="found a real installation"))
    staffing.add_arguments(commands)
    commands.add_parser("migrate", help="bring the database to the newest schema")
    commands.add_parser("worker", help="run background jobs")
    for name in ("backup", "restore"):
        commands.add_parser(name).add_argument("file", type=Path)
    trail = commands.add_parser("trail", help="prove the trail, or export a checkpoint")
    trail.add_argument("what", choices=["verify", "checkpoint"])
    return parser
