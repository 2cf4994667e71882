"""What the buyer is told comes next."""

from __future__ import annotations

from station.court import desk as court
from station.court import reads as court_reads
from station.court.rules import CommandKind
from station.ground.database import act
from station.media import desk as media
from station.media.labels import Purpose
from station.orders import desk as orders
from station.orders.rules import ServiceKind
from station.release import reads, steps
from station.release.models import Release
from tests.makers import House
from tests.orders.makers import make_order
from tests.release.makers import (
    CLEANING,
    make_pass,
    make_released,
)


def named(house: House, release: Release) -> dict[str, str]:
    found = steps.steps_of(release.lot, release, release.vehicle_id)
    return {step.code: step.state.value for step in found}


def test_the_buyer_sees_one_next_step_and_who_is_awaited(house: House) -> None:
    release = make_released(house, signed=False)
    found = steps.next_of(steps.steps_of(release.lot, release, release.vehicle_id))
    assert found is not None
    assert (found.code, found.waits_for) == ("command", steps.STATION)
    command = court_reads.find_command(release.vehicle_id, CommandKind.RELEASE)
    assert command is not None
    with act():
        court.acknowledge(house.keeper, command)
    assert named(house, release)["services"] == "now"
    order = make_order(house, release.vehicle, CLEANING)
    assert named(house, release)["payment"] == "now"
    with act():
        orders.pay_at_counter(house.manager, order, amount_fen=order.total, receipt="R")
    assert named(house, release) | {"service": "stuck", "pass": "now"} == named(house, release)
    make_pass(house, release)
    assert named(house, release)["leave"] == "later"
    with act():
        orders.finish_service(house.mechanic, order, ServiceKind.CLEANING)
    assert named(house, release)["leave"] == "now"


def test_a_pass_without_services_leads_straight_to_the_gate(house: House) -> None:
    release = make_released(house)
    with act():
        media.issue_code(house.manager, Purpose.PASS, release.subject)
    assert named(house, release)["leave"] == "now"
    assert reads.pass_text(release).startswith("SZ2:")
