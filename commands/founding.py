"""Founding: a real installation once, or the demonstration; the two never become each other."""

from __future__ import annotations

import argparse
import sys
from getpass import getpass
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import act, db
from station.ground.refused import Refused
from station.ground.settings import Settings
from station.people import desk as people
from station.people.models import Organisation
from station.people.rules import OrganisationKind, Role, check_password
from station.trail import checkpoints
from station.trail import desk as trail

MARK = "DEMONSTRATION"
DEMO_PASSWORD = "shuzhan-demo"  # noqa: S105 - printed on the demonstration's own door
FOUNDER = Actor("founder", "founder", "system", trail.INSTALLATION, "installation")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What a founder says."""
    parser.add_argument("--court", required=True, help="name of the first court")
    parser.add_argument("--station", required=True, help="name of the station")
    parser.add_argument("--administrator", required=True, help="login of the first administrator")
    parser.add_argument("--court-admin", required=True, help="login of the court's administrator")
    parser.add_argument("--manager", required=True, help="login of the station's manager")


def found_installation(*, demonstration: bool) -> Organisation:
    """The installation itself: the first organisation, the first chain, the first trail line."""
    if db.session.scalars(select(Organisation).limit(1)).first():
        raise Refused("founded_already", "这个系统已经设立过，不能重复设立。", status=409)
    with act():
        trail.found_chain(trail.INSTALLATION)
        row = Organisation(
            id=trail.INSTALLATION,
            kind=OrganisationKind.INSTALLATION,
            name="数站（演示）" if demonstration else "数站",
            short_name="系统",
            phone="",
            address="",
            founded_at=clock.now(),
        )
        db.session.add(row)
        trail.write(FOUNDER, "trail.found", "installation", facts={"demonstration": demonstration})
    return row


def init(app: Flask, words: argparse.Namespace) -> int:
    """Found a real installation: administrators, court, station, keys. Asks for passwords."""
    settings: Settings = app.extensions["settings"]
    if settings.demonstration:
        raise Refused(
            "is_demonstration", "这是演示数据，不能成为正式系统。请换一个数据目录。", status=409
        )
    logins = (words.administrator, words.court_admin, words.manager)
    passwords = [ask(login) for login in logins]
    for password in passwords:  # before anything is founded: half a founding cannot be repeated
        check_password(password)
    if len(set(logins)) < len(logins):
        raise Refused("login_twice", "三个账号必须不同，请重新填写。")
    installation = found_installation(demonstration=False)
    court = _found(OrganisationKind.COURT, words.court)
    station = _found(OrganisationKind.STATION, words.station)
    posts = (
        (installation, Role.ADMINISTRATOR),
        (court, Role.COURT_ADMIN),
        (station, Role.STATION_MANAGER),
    )
    for (organisation, role), login, password in zip(posts, logins, passwords, strict=True):
        with act():
            people.appoint(FOUNDER, organisation, role, login, login=login, password=password)
    checkpoints.load_key(settings.keys)
    checkpoints.export(settings.checkpoint_folder, checkpoints.load_key(settings.keys))
    sys.stdout.write(f"founded in {settings.home}\n")
    return 0


def _found(kind: OrganisationKind, name: str) -> Organisation:
    with act():
        return people.found(FOUNDER, kind, name)


def ask(login: str) -> str:
    """A password from the terminal, or a line of standard input when there is none."""
    if sys.stdin.isatty():
        return getpass(f"password for {login}: ")
    return sys.stdin.readline().rstrip("\n")


def check_founded(app: Flask) -> None:
    """Refuse to serve what nobody founded."""
    with app.app_context():
        if db.session.get(Organisation, trail.INSTALLATION) is None:
            raise Refused("not_founded", "系统尚未设立，请先运行 station init。", status=409)


def mark_demonstration(home: Path) -> None:
    """Mark an empty folder as the demonstration's, for good; refuse a real installation's."""
    mark = home / MARK
    if mark.exists():
        return
    if home.exists() and any(home.iterdir()):
        raise Refused(
            "not_empty",
            "这个目录已有正式数据，演示不能使用它。请用 --home 换一个目录。",
            status=409,
        )
    home.mkdir(parents=True, exist_ok=True)
    mark.write_text("demonstration data; can never become production\n", encoding="ascii")
