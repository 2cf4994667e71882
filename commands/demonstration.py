"""Founding the demonstration: its courts, station, agencies, accounts and bays; its greeting.

Every step looks whether it was taken before, so a founding that was cut off goes on. The acts
are dated back by the span of the history, which a job makes afterwards.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask

from station.agencies import desk as agencies
from station.agencies import reads as agency_reads
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import act, db, upkeep
from station.jobs import desk as jobs
from station.jobs import reads as job_reads
from station.people import desk as people
from station.people import reads as people_reads
from station.people.models import Organisation
from station.people.rules import OrganisationKind, Role
from station.trail import desk as trail
from station.yard import plan_desk as yard
from station.yard import reads as yard_reads
from station.yard.plan import Direction, Placing
from station.yard.rules import BayKind, BayRow

from .founding import DEMO_PASSWORD, FOUNDER, found_installation

HISTORY = "demo.history"
ORGANISATIONS = {
    "court": (OrganisationKind.COURT, "杭州市拱墅区人民法院", "拱墅法院", "0571-8800 2001"),
    "court2": (OrganisationKind.COURT, "杭州市西湖区人民法院", "西湖法院", "0571-8800 2002"),
    "station": (OrganisationKind.STATION, "杭州司法数字服务站", "数字服务站", "0571-8800 1234"),
    "agency": (OrganisationKind.AGENCY, "浙江中拍司法辅助有限公司", "中拍辅助", "0571-8800 3001"),
    "agency2": (OrganisationKind.AGENCY, "杭州诚达司法辅助有限公司", "诚达司辅", "0571-8800 3002"),
    "association": (
        OrganisationKind.ASSOCIATION,
        "浙江省司法辅助行业协会",
        "辅助协会",
        "0571-8800 4001",
    ),
}
STREET, POSITION = "杭州市拱墅区石祥路 1 号", (30.3299, 120.1551)
ACCOUNTS = {
    "judge": ("court", Role.JUDGE, "陈立新"),
    "clerk": ("court", Role.CLERK, "周晓舒"),
    "court_admin": ("court", Role.COURT_ADMIN, "方敏"),
    "judge2": ("court2", Role.JUDGE, "钱文渊"),
    "court_admin2": ("court2", Role.COURT_ADMIN, "沈洁"),
    "manager": ("station", Role.STATION_MANAGER, "高远"),
    "inspector": ("station", Role.INSPECTOR, "林青"),
    "keeper": ("station", Role.YARD_KEEPER, "马守成"),
    "mechanic": ("station", Role.MECHANIC, "罗建平"),
    "gate": ("station", Role.GATE, "章卫东"),
    "agent": ("agency", Role.AGENCY_MANAGER, "吴佩仪"),
    "agent2": ("agency2", Role.AGENCY_MANAGER, "郑诚"),
}
SHOWN = {
    "judge": ("执行法官", "judge"),
    "clerk": ("书记员", "clerk"),
    "court_admin": ("法院管理员", "court administrator"),
    "manager": ("站长", "station manager"),
    "inspector": ("查验员", "inspector"),
    "keeper": ("库管员", "yard keeper"),
    "mechanic": ("养护员", "mechanic"),
    "gate": ("门岗", "gate"),
    "agent": ("辅助机构负责人", "agency manager"),
    "judge2": ("另一家法院的执行法官", "judge of another court"),
    "agent2": ("另一家辅助机构负责人", "manager of another agency"),
}
BAYS = (  # two rows back to back, a hall, chargers along the western wall, and a corner apart
    (BayRow("A", 1, 20), Placing(14, 0)),
    (BayRow("B", 1, 20), Placing(14, 12)),
    (BayRow("C", 1, 9, BayKind.COVERED), Placing(14, 26)),
    (BayRow("D", 1, 8, BayKind.CHARGING), Placing(0, 0, Direction.SOUTH, 1)),
    (BayRow("E", 1, 3, BayKind.QUARANTINE), Placing(59, 26, gap=2)),
)
CAPITAL_FEN = 800_000_000


def found_demonstration(app: Flask) -> None:
    """The demonstration's house, dated back; its history is queued as one job."""
    with app.app_context():
        installation = db.session.get(Organisation, trail.INSTALLATION)
        span: timedelta = app.extensions["demo.span"]
        start = installation.founded_at if installation else clock.now() - span
        if installation is None:
            with clock.moved_to(start):
                found_installation(demonstration=True)
        _Founding(start).found_house()
        if not job_reads.is_queued(HISTORY):
            with upkeep():
                jobs.queue(HISTORY, lock=HISTORY)


class _Founding:
    """The founding acts, a minute apart; what is there already is left as it is."""

    def __init__(self, start: datetime) -> None:
        self.at = start

    def found_house(self) -> None:
        for key in ORGANISATIONS:
            self._tick()
            self._found(key)
        for login in ACCOUNTS:
            self._tick()
            self._appoint(login)
        for admin in ("court_admin", "court_admin2"):
            for agency in ("agency", "agency2"):
                self._tick()
                self._admit(admin, agency)
        self._tick()
        self._lay_out()

    def _tick(self) -> None:
        self.at += timedelta(minutes=1)

    def _found(self, key: str) -> None:
        kind, name, short, phone = ORGANISATIONS[key]
        if _find(key):
            return
        station = kind is OrganisationKind.STATION
        with clock.moved_to(self.at), act():
            people.found(
                FOUNDER,
                kind,
                name,
                short_name=short,
                phone=phone,
                address=STREET if station else "",
                position=POSITION if station else None,
            )

    def _appoint(self, login: str) -> None:
        where, role, name = ACCOUNTS[login]
        here = _find(where)
        if here is None or people_reads.find_person_by_login(login):
            return
        with clock.moved_to(self.at), act():
            people.appoint(FOUNDER, here, role, name, login=login, password=DEMO_PASSWORD)

    def _admit(self, admin: str, key: str) -> None:
        actor, agency = _actor(admin), _find(key)
        if agency is None or agency_reads.find_standing(actor.organisation_id, agency.id):
            return
        day = clock.in_shanghai(self.at).date()
        with clock.moved_to(self.at), act():
            until = day + timedelta(days=1095)
            agencies.admit(actor, agency, capital_fen=CAPITAL_FEN, admitted_on=day, until=until)

    def _lay_out(self) -> None:
        manager = _actor("manager")
        if not yard_reads.list_bays(manager):
            with clock.moved_to(self.at), act():
                yard.add_bays(manager, [row for row, _ in BAYS], [at for _, at in BAYS])


def _find(key: str) -> Organisation | None:
    kind, name = ORGANISATIONS[key][:2]
    return next((o for o in people_reads.list_organisations(kind) if o.name == name), None)


def _actor(login: str) -> Actor:
    where, role, name = ACCOUNTS[login]
    person, here = people_reads.find_person_by_login(login), _find(where)
    assert person is not None
    assert here is not None
    return Actor(person.id, name, role, here.id, here.short_name)


def greeting(base_url: str) -> str:
    """What the terminal says: the address, the accounts, and what to expect."""
    lines = [
        f"数站演示 / the Shuzhan demonstration: {base_url}",
        f"账号 / accounts (密码 / password: {DEMO_PASSWORD}):",
        *(f"  {login:<12} {zh} / {en}" for login, (zh, en) in SHOWN.items()),
        "历史由后台任务生成，需几分钟；完成前只能浏览，完成后可以登录。Ctrl-C 停止。",
        "A background job is making the history, which takes some minutes; until then you can",
        "look around, afterwards sign in. Ctrl-C stops everything.",
    ]
    return "\n".join(lines) + "\n"
