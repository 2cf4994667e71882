"""The first page of every role, the judge's desk, the list of vehicles and the wall."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from station.court.models import Seizure
from station.ground import clock
from station.ground.actors import Actor
from station.ground.doors import admit, current_actor, everyone
from station.ground.web import show_day
from station.ground.words import N_
from station.people.rules import COURT_ROLES, STATION_ROLES, Role
from station.vehicles import reads as vehicles
from station.vehicles.rules import STAGE_WORDS, Stage

from . import exception_views as exception_views
from . import figures, reads, rules, stories
from . import list_views as list_views
from . import pair_views as pair_views
from . import search_views as search_views
from . import statistic_views as statistic_views
from . import story_views as story_views
from . import talk_views as talk_views
from . import work_views as work_views
from .figures import Count, Figure
from .rules import Concern, Need
from .ways import INSIDE, bp, link

WALLS = (*COURT_ROLES, Role.STATION_MANAGER)
NAV = [
    (COURT_ROLES, "watch.desk", N_("需要我")),
    (STATION_ROLES, "watch.yard_day", N_("今日")),
    ((Role.AGENCY_MANAGER,), "watch.agency_day", N_("今日")),
    (INSIDE, "watch.vehicle_list", N_("全部车辆")),
]
NAV_AFTER = [
    (exception_views.SUPERVISORS, "watch.exception_list", N_("异常事项")),
    (exception_views.SUPERVISORS, "watch.statistic_page", N_("统计")),
    (WALLS, "watch.wall", N_("大屏")),
]
FIRST: dict[str, str] = {
    **dict.fromkeys(COURT_ROLES, "watch.desk"),
    **dict.fromkeys(STATION_ROLES, "watch.yard_day"),
    Role.AGENCY_MANAGER: "watch.agency_day",
    Role.TOW_DRIVER: "intake.my_tow",
    Role.BUYER: "release.mine",
}
PAGE = 200


@bp.get("/watch/")
@everyone
def home() -> Response:
    """Lead everybody to the page their role works from; strangers to the cars on show."""
    role = g.actor.role if g.get("actor") else ""
    return redirect(url_for(FIRST.get(role, "showroom.cars")))


# --- the judge's desk


@dataclass(frozen=True)
class DeskLine:
    """A need as the page shows it: why, of which vehicle, and the one thing to do."""

    need: Need
    why: str
    held: Seizure
    act: str
    url: str


PAGES = {
    Concern.SEIZURE_WEEK: ("court.case", "case_id"),
    Concern.SEIZURE_ENDS: ("court.case", "case_id"),
    Concern.SEIZURE_NEARS: ("court.case", "case_id"),
    Concern.COMMAND_LATE: ("court.command", "command_id"),
    Concern.COMMAND_UNSIGNED: ("court.command", "command_id"),
    Concern.COMMAND_REPORTED: ("court.command", "command_id"),
    Concern.EMERGENCY: ("court.emergency.show", "emergency_id"),
    Concern.IDENTITY: ("intake.mismatch", "mismatch_id"),
    Concern.INCIDENT: ("yard.incident", "incident_id"),
    Concern.PRESENCE: ("yard.check", "presence_id"),
    Concern.VALUABLES: ("release.clearing", "vehicle_id"),
    Concern.RESUME: ("showroom.halt.page", "vehicle_id"),
    Concern.REMINDER: ("watch.conversation", "vehicle_id"),
    Concern.ENQUIRY: ("court.survey.page", "vehicle_id"),
    Concern.THING_OUT: ("intake.thing", "thing_id"),
    Concern.THING_LOST: ("intake.thing", "thing_id"),
    Concern.NOT_ENTRUSTED: ("court.new_entrustment", "seizure_id"),
    Concern.DECLINED: ("court.new_entrustment", "seizure_id"),
    Concern.UNANSWERED: ("court.entrustment", "entrustment_id"),
    Concern.NOT_COMMANDED: ("court.new_command", "vehicle_id"),
    Concern.LISTING_READY: ("showroom.review", "vehicle_id"),
    Concern.LISTING_GAPS: ("showroom.review", "vehicle_id"),
    Concern.RESULT: ("sales.new_import", ""),
    Concern.BALANCE_LATE: ("sales.lot", "lot_id"),
    Concern.BALANCE: ("sales.lot", "lot_id"),
    Concern.RULING_LATE: ("sales.lot", "lot_id"),
    Concern.RULING: ("sales.lot", "lot_id"),
    Concern.RELEASE_LATE: ("release.review", "vehicle_id"),
    Concern.RELEASE: ("release.review", "vehicle_id"),
}
"""The page that answers a concern, and its argument; the others lead to the vehicle's story."""


@bp.get("/watch/desk")
@admit(*COURT_ROLES)
def desk() -> str:
    """What needs the reader, worst first; a judge sees the own cases unless asked for all."""
    actor = current_actor()
    mine = actor.role == Role.JUDGE and request.args.get("whose") != "court"
    found = rules.needs(reads.gather(actor, reads.list_held(actor, mine=mine)), clock.now())
    shown = found if request.args.get("all") else found[: rules.MOST_LINES]
    held = reads.list_seizures({need.vehicle for need in shown})
    return render_template(
        "watch/desk.html",
        lines=[_line(need, held[need.vehicle]) for need in shown],
        count=len(found),
        mine=mine,
        stages=reads.count_stages(actor),
        words=STAGE_WORDS,
        **_recent(actor),
        tones=rules.TONE_WORDS,
        now=clock.now(),
    )


def _recent(actor: Actor) -> dict[str, object]:
    lines = reads.list_recent(actor)
    return {
        "recent": stories.tell(actor, lines),
        "cars": reads.name_cars(lines),
        "acts": current_app.extensions["trail.acts"],
    }


def _line(need: Need, held: Seizure) -> DeskLine:
    told = rules.LINES[need.concern]
    page, argument = PAGES.get(need.concern, ("", ""))
    url = link(page, **({argument: need.subject} if argument else {})) if page else ""
    values = {
        name: "、".join(map(gettext, value.split("、"))) if isinstance(value, str) else value
        for name, value in need.values.items()
    }
    if need.day:
        values["day"] = show_day(need.day)
    if url:
        return DeskLine(need, gettext(told.zh, **values), held, gettext(told.act), url)
    story = url_for("watch.vehicle", vehicle_id=need.vehicle, _anchor=_places(need.concern))
    act = told.act if page == "" else N_("看车辆")
    return DeskLine(need, gettext(told.zh, **values), held, gettext(act), story)


def _places(concern: Concern) -> str | None:
    return {
        Concern.CARE: "care",
        Concern.MILEAGE: "care",
        Concern.MISSING: "story",
        Concern.CHECK_IN: "tow",
        Concern.LABEL: "story",
        Concern.SELL_NOW: "storage",
    }.get(concern)


# --- vehicles


@bp.get("/watch/vehicles")
@admit(*INSIDE)
def vehicle_list() -> str:
    """The organisation's vehicles by stage."""
    actor = current_actor()
    chosen = request.args.get("stage", "")
    stage = Stage(chosen) if chosen in set(Stage) else None
    rows = vehicles.list_vehicles(actor, stages=[stage] if stage else [], limit=PAGE)
    counts = reads.count_stages(actor)
    return render_template(
        "watch/vehicles.html",
        rows=rows,
        stage=stage,
        stages=counts,
        total=counts.get(stage, 0) if stage else sum(counts.values()),
        most=PAGE,
        words=STAGE_WORDS,
    )


# --- days and the wall

FIGURE_PAGES: dict[Count, tuple[str, dict[str, str]]] = {
    Count.UNSIGNED: ("court.commands", {}),
    Count.LATE: ("court.commands", {}),
    Count.OPEN: ("court.commands", {}),
    Count.TOWS: ("intake.tows", {}),
    Count.GATE: ("intake.gate_ins", {}),
    Count.TO_PLACE: ("watch.vehicle_list", {"stage": Stage.TAKEN_IN}),
    Count.CARE: ("yard.care_round", {}),
    Count.KEYS_LATE: ("intake.cabinet", {}),
    Count.PRESENCE: ("yard.checks", {}),
    Count.STORED: ("yard.board", {}),
    Count.OUTBOX: ("notices.outbox", {}),
    Count.ORDERS: ("orders.station_orders", {}),
    Count.TO_RELEASE: ("release.leaving", {}),
    Count.TO_CLEAR: ("release.leaving", {}),
    Count.OFFERED: ("court.entrustments", {}),
    Count.TO_SURVEY: ("court.entrustments", {}),
    Count.TO_DRAFT: ("showroom.listings", {}),
    Count.TO_ANNOUNCE: ("showroom.listings", {}),
    Count.PUBLISHED: ("watch.vehicle_list", {"stage": Stage.PUBLISHED}),
    Count.SOLD: ("watch.vehicle_list", {"stage": Stage.SOLD}),
    Count.RELEASED: ("watch.vehicle_list", {"stage": Stage.RELEASED}),
}
"""The list behind every figure. Where the reader has no door there, all vehicles are listed."""


def _linked(found: list[Figure]) -> list[tuple[Figure, str, str]]:
    """(figure, its words, the address of its list)."""
    pages = [(one, *FIGURE_PAGES[one.what]) for one in found]
    return [
        (
            one,
            figures.COUNT_WORDS[one.what],
            link(endpoint, **values) or url_for("watch.vehicle_list"),
        )
        for one, endpoint, values in pages
    ]


@bp.get("/watch/yard-day")
@admit(*STATION_ROLES)
def yard_day() -> str:
    """What the station has before it today."""
    return _day(figures.station_day(current_actor()))


@bp.get("/watch/agency-day")
@admit(Role.AGENCY_MANAGER)
def agency_day() -> str:
    """What the agency has before it today."""
    return _day(figures.agency_day(current_actor()))


def _day(found: list[Figure]) -> str:
    actor = current_actor()
    return render_template(
        "watch/day.html",
        figures=_linked(found),
        **_recent(actor),
        now=clock.now(),
    )


@bp.get("/wall")
@admit(*WALLS)
def wall() -> str:
    """Eight figures for a screen on the wall."""
    return render_template(
        "watch/wall.html",
        name=current_actor().organisation_name,
        figures=_linked(figures.wall(current_actor())),
        now=clock.now(),
    )
