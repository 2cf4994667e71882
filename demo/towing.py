"""The drive: sending a driver, pick-up photos, departure, and the arrival at the gate."""

from __future__ import annotations

from demo import people
from demo.gate import VIEWS
from demo.hand import Hand
from demo.shots import YARD
from demo.story import Story
from station.court import reads as court
from station.court.rules import CommandKind
from station.ground import clock
from station.intake import reads, tow_desk
from station.intake.models import Tow
from station.intake.rules import PICKUP_VIEWS, Position, Whereabouts
from station.people import desk as accounts
from station.people.reads import get_organisation
from station.people.rules import Role
from station.vehicles.rules import Stage

DRIVERS = (("孙师傅", "138 0571 2201"), ("胡师傅", "139 0571 8846"), ("邵师傅", "137 0571 3309"))
NO_DASHBOARD = {"photo.dashboard": "无钥匙，车门锁闭，仪表无法拍摄"}


def tell(story: Story) -> None:
    """The steps of this part."""
    row = story.row
    story.on(row.days["tow"], 8.4)
    story.tell("dispatch", dispatch)
    if row.until is Stage.TOW_ORDERED:
        return
    story.after(14).tell("link", open_link)
    photos = [story.shot(VIEWS[view], story.sizes.small) for view in _views(row.without)]
    story.after(11).tell("pick up", pick_up, photos)
    story.after(4).tell("depart", depart)
    if row.until is not Stage.TOWING:
        story.after(38).tell("arrive", arrive)


def _views(without: str) -> list[str]:
    return [view for view in PICKUP_VIEWS if not (without == "keys" and view == "dashboard")]


def _tow(hand: Hand) -> Tow:
    tow = reads.find_live_tow(hand.vehicle.id)
    assert tow is not None
    return tow


def dispatch(hand: Hand) -> None:
    """The station sends a driver; link and code lie in the outbox."""
    name, phone = DRIVERS[hand.row.car % len(DRIVERS)]

    def deed() -> None:
        command = court.find_command(hand.vehicle.id, CommandKind.TOW_IN)
        assert command is not None
        tow_desk.dispatch(hand.cast["manager"], command, name, phone)

    hand.once("dispatch", deed)


def open_link(hand: Hand) -> None:
    """The driver spends the link with its code."""
    message = people.find_message(_tow(hand).subject)
    token, (device, address) = message.link.rsplit("/", 1)[-1], people.ELSEWHERE
    hand.once(
        "spend",
        lambda: accounts.spend_link(token, message.code, device=device, address=address),
    )


def pick_up(hand: Hand) -> None:
    """The driver photographs the car where it stands."""
    driver = people.behind_link(_tow(hand).subject, Role.TOW_DRIVER)
    slots = dict(zip(_views(hand.row.without), hand.shots, strict=True))
    hand.keep(driver, reads.TOW_PHOTO, slots, after=25)


def depart(hand: Hand) -> None:
    """The driver checks in at departure."""
    driver = people.behind_link(_tow(hand).subject, Role.TOW_DRIVER)
    chance = hand.random("street")
    street = Position(YARD[0] + chance.uniform(-0.12, 0.1), YARD[1] + chance.uniform(-0.1, 0.15))
    reasons = NO_DASHBOARD if hand.row.without == "keys" else {}
    hand.once(
        "check in",
        lambda: tow_desk.check_in(
            driver, _tow(hand), Whereabouts(street, chance.randrange(6, 30), clock.now()), reasons
        ),
    )


def arrive(hand: Hand) -> None:
    """The driver checks in at the gate; one phone has lost its position."""
    if hand.is_done("arrive"):
        return
    driver = people.behind_link(_tow(hand).subject, Role.TOW_DRIVER)
    station = get_organisation(driver.organisation_id)
    at_gate = Position(station.latitude or 0, station.longitude or 0)
    lost = hand.row.car == 12

    def deed() -> None:
        where = Whereabouts(None if lost else at_gate, None if lost else 9, clock.now())
        tow_desk.arrive(driver, _tow(hand), where)

    hand.once("arrive", deed)
