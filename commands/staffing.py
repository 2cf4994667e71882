"""Staffing a founded installation from the command line, until there are pages for it.

bin/station found court|station|agency|… NAME
bin/station appoint ORGANISATION ROLE LOGIN NAME     (asks for a password)
bin/station admit COURT AGENCY --capital YUAN --until DAY
"""

from __future__ import annotations

import argparse
import sys
from datetime import date

from sqlalchemy import select

from station.agencies import desk as agencies
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import act, db
from station.ground.money import read_yuan
from station.ground.refused import Refused
from station.people import desk as people
from station.people.models import Organisation
from station.people.rules import OrganisationKind, Role

from .founding import FOUNDER, ask


def add_arguments(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """What an administrator says."""
    found = commands.add_parser("found", help="found another organisation")
    found.add_argument("kind", choices=[kind.value for kind in OrganisationKind])
    found.add_argument("name")
    found.add_argument("--address", default="")
    found.add_argument("--phone", default="")
    found.add_argument("--position", help="latitude,longitude (WGS-84) for check-ins")
    appoint = commands.add_parser("appoint", help="give a person an account and a role")
    for word in ("organisation", "role", "login", "name"):
        appoint.add_argument(word)
    admit = commands.add_parser("admit", help="put an agency on a court's list")
    for word in ("court", "agency"):
        admit.add_argument(word)
    admit.add_argument("--capital", required=True, help="registered capital in yuan")
    admit.add_argument("--until", required=True, type=date.fromisoformat)


def staff(words: argparse.Namespace) -> int:
    """Carry out one of the three."""
    if words.command == "found":
        with act():
            row = people.found(
                FOUNDER,
                OrganisationKind(words.kind),
                words.name,
                phone=words.phone,
                address=words.address,
                position=_position(words.position),
            )
    elif words.command == "appoint":
        _appoint(words)
        row = _organisation(words.organisation)
    else:
        row = _admit(words)
    sys.stdout.write(f"{words.command}: {row.name}\n")
    return 0


def _position(text: str | None) -> tuple[float, float] | None:
    if not text:
        return None
    latitude, longitude = (float(part) for part in text.split(","))
    return latitude, longitude


def _organisation(name: str) -> Organisation:
    row = db.session.scalars(select(Organisation).where(Organisation.name == name)).one_or_none()
    if row is None:
        raise Refused("no_organisation", "没有名为“%(name)s”的单位，请先设立。", name=name)
    return row


def _appoint(words: argparse.Namespace) -> None:
    if words.role not in set(Role):
        raise Refused("no_role", "没有“%(role)s”这个岗位。", role=words.role)
    organisation = _organisation(words.organisation)
    password = ask(words.login)
    with act():
        people.appoint(
            FOUNDER,
            organisation,
            Role(words.role),
            words.name,
            login=words.login,
            password=password,
        )


def _admit(words: argparse.Namespace) -> Organisation:
    court, agency = _organisation(words.court), _organisation(words.agency)
    founder = Actor(FOUNDER.person_id, FOUNDER.name, FOUNDER.role, court.id, court.name)
    with act():
        agencies.admit(
            founder,
            agency,
            capital_fen=read_yuan(words.capital),
            admitted_on=clock.today(),
            until=words.until,
        )
    return agency
