"""The one next step of a vehicle, and who takes it. Pure: states of the rooms in, a step out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from station.court.rules import EntrustmentState
from station.ground.words import N_
from station.people.rules import ROLES, Role
from station.sales.rules import LotState
from station.showroom.rules import ListingState
from station.vehicles.rules import Stage


class Step(StrEnum):
    """What can come next."""

    ENTRUST = "entrust"
    ANSWER = "answer"
    COMMAND = "command"
    SIGN = "sign"
    SEND_TOW = "send_tow"
    FETCH = "fetch"
    TAKE_IN = "take_in"
    PLACE = "place"
    DRAFT = "draft"
    APPROVE = "approve"
    ANNOUNCE = "announce"
    RESULT = "result"
    BALANCE = "balance"
    RULING = "ruling"
    ORDER_RELEASE = "order_release"
    HAND_OVER = "hand_over"


STEP_WORDS = {
    Step.ENTRUST: (N_("委托辅助机构"), ROLES[Role.JUDGE]),
    Step.ANSWER: (N_("答复委托"), ROLES[Role.AGENCY_MANAGER]),
    Step.COMMAND: (N_("签发拖车入库指令"), ROLES[Role.JUDGE]),
    Step.SIGN: (N_("签收指令"), ROLES[Role.STATION_MANAGER]),
    Step.SEND_TOW: (N_("派拖车"), ROLES[Role.STATION_MANAGER]),
    Step.FETCH: (N_("拖车到站"), ROLES[Role.TOW_DRIVER]),
    Step.TAKE_IN: (N_("入库查验"), ROLES[Role.INSPECTOR]),
    Step.PLACE: (N_("安排库位"), ROLES[Role.YARD_KEEPER]),
    Step.DRAFT: (N_("拟上架资料"), ROLES[Role.AGENCY_MANAGER]),
    Step.APPROVE: (N_("批准公示"), ROLES[Role.JUDGE]),
    Step.ANNOUNCE: (N_("发布公告"), ROLES[Role.AGENCY_MANAGER]),
    Step.RESULT: (N_("导入成交结果"), ROLES[Role.CLERK]),
    Step.BALANCE: (N_("登记余款"), ROLES[Role.CLERK]),
    Step.RULING: (N_("登记裁定送达"), ROLES[Role.CLERK]),
    Step.ORDER_RELEASE: (N_("令放行"), ROLES[Role.JUDGE]),
    Step.HAND_OVER: (N_("办理提车放行"), ROLES[Role.GATE]),
}
"""Every step: what it is, and for whom the others wait."""


@dataclass(frozen=True)
class Standing:
    """Where a vehicle stands in every room. `unsigned`: a command waits for the station;
    `sent`: a driver is on the way; `complete`: nothing blocks the listing."""

    stage: Stage
    entrustment: EntrustmentState | None = None
    unsigned: bool = False
    sent: bool = False
    listing: ListingState | None = None
    complete: bool = False
    lot: LotState | None = None


_BY_STAGE = {
    Stage.ENTRUSTED: Step.COMMAND,
    Stage.TOWING: Step.FETCH,
    Stage.AT_GATE: Step.TAKE_IN,
    Stage.TAKEN_IN: Step.PLACE,
    Stage.PUBLISHED: Step.RESULT,
    Stage.SOLD: Step.BALANCE,
    Stage.RELEASE_ORDERED: Step.HAND_OVER,
}


def next_step(standing: Standing) -> Step | None:
    """What comes next; None when nothing does (out, withdrawn, queued)."""
    if standing.unsigned:
        return Step.SIGN
    match standing.stage:
        case Stage.REGISTERED:
            offered = standing.entrustment is EntrustmentState.OFFERED
            return Step.ANSWER if offered else Step.ENTRUST
        case Stage.TOW_ORDERED:
            return Step.FETCH if standing.sent else Step.SEND_TOW
        case Stage.STORED:
            return _of_listing(standing)
        case Stage.PAID:
            served = standing.lot is LotState.SERVED
            return Step.ORDER_RELEASE if served else Step.RULING
        case stage:
            return _BY_STAGE.get(stage)


def _of_listing(standing: Standing) -> Step:
    if standing.listing is ListingState.ORDERED:
        return Step.ANNOUNCE
    ready = standing.listing is ListingState.DRAFT and standing.complete
    return Step.APPROVE if ready else Step.DRAFT
