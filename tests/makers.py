"""Makers: people, organisations and cars in a given state, made by the real desks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from station.agencies import desk as agencies
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import act, db
from station.ground.ids import new_id
from station.people import desk as people
from station.people.models import Organisation
from station.people.rules import OrganisationKind, Role
from station.trail import desk as trail

PASSWORD = "a long enough password"
FOUNDER = Actor("founder", "founder", "system", trail.INSTALLATION)


@dataclass
class House:
    """Two courts, a station and two agencies with one person in every role of the thread."""

    court: Organisation
    other_court: Organisation
    station: Organisation
    agency: Organisation
    other_agency: Organisation
    people: dict[str, Actor]

    def __getattr__(self, name: str) -> Actor:
        """`house.judge` is the judge's actor."""
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None


def make_house() -> House:
    """Found the house; needs an application context."""
    with act():
        trail.found_chain(trail.INSTALLATION)
        trail.write(FOUNDER, "trail.found", "installation", facts={"demonstration": False})
    court = _found(OrganisationKind.COURT, "杭州市拱墅区人民法院", "拱墅法院")
    other = _found(OrganisationKind.COURT, "杭州市西湖区人民法院", "西湖法院")
    with act():
        station = people.found(
            FOUNDER,
            OrganisationKind.STATION,
            "司法数字服务站",
            phone="0571-88001234",
            address="杭州市拱墅区石祥路 1 号",
            position=(30.3299, 120.1551),
        )
    agency = _found(OrganisationKind.AGENCY, "浙江中拍辅助服务有限公司", "中拍辅助")
    second = _found(OrganisationKind.AGENCY, "杭州诚达司法辅助有限公司", "诚达司辅")
    actors = {
        "judge": _appoint(court, Role.JUDGE, "陈执"),
        "clerk": _appoint(court, Role.CLERK, "周书"),
        "court_admin": _appoint(court, Role.COURT_ADMIN, "方管"),
        "other_judge": _appoint(other, Role.JUDGE, "钱法", login="other_judge"),
        "manager": _appoint(station, Role.STATION_MANAGER, "高站"),
        "inspector": _appoint(station, Role.INSPECTOR, "林查"),
        "keeper": _appoint(station, Role.YARD_KEEPER, "马库"),
        "mechanic": _appoint(station, Role.MECHANIC, "罗养"),
        "gate": _appoint(station, Role.GATE, "门岗"),
        "agent": _appoint(agency, Role.AGENCY_MANAGER, "吴辅"),
        "other_agent": _appoint(second, Role.AGENCY_MANAGER, "郑辅", login="other_agent"),
    }
    for one in (agency, second):
        with act():
            agencies.admit(
                actors["court_admin"],
                one,
                capital_fen=600_000_000,
                admitted_on=clock.today() - timedelta(days=30),
                until=clock.today() + timedelta(days=700),
            )
    for one in (court, other, station, agency, second):
        db.session.refresh(one)
        db.session.expunge(one)  # usable after this context has gone
    return House(court, other, station, agency, second, actors)


def _found(kind: OrganisationKind, name: str, short: str = "") -> Organisation:
    with act():
        return people.found(FOUNDER, kind, name, short_name=short)


def _appoint(organisation: Organisation, role: Role, name: str, login: str = "") -> Actor:
    with act():
        person = people.appoint(
            FOUNDER, organisation, role, name, login=login or role.value, password=PASSWORD
        )
    return Actor(
        person.id,
        name,
        role,
        organisation.id,
        organisation.short_name,
        device="test tablet",
        address="127.0.0.1",
    )


__all__ = ["FOUNDER", "PASSWORD", "House", "date", "db", "make_house", "new_id"]
