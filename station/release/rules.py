"""The gate: what keeps a sold vehicle in, under which rule, and the way on.

A gate with any block stays shut; there is no override here. Deadlines by law that remain:
ruling served 10 days after payment (LPM art 20), hand-over 15 days after service (LPM art 27),
registration 30 days after delivery (REG art 25).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from station.court.deadlines import last_day
from station.ground.refused import Refused
from station.ground.widths import half_width
from station.ground.words import N_
from station.sales.rules import ruling_due as ruling_due


@dataclass(frozen=True)
class GateFacts:
    """What the gate must know, each read from the room that owns it.

    `balance_confirmed`: the court has the money. `ruling_served`: on the buyer, so ownership
    passed. `release_ordered`: a live release command, acknowledged. `identity_matches`: the
    person at the gate is the buyer, or shows the buyer's written authority (委托代领).
    `other_holds`: live seizures of other cases. `belongings_cleared`: returned, or disposed of
    by court order. `things_out`: keys, papers and plates that are lent and not back, or lost without
    the judge having settled it. `unpaid_orders`: services ordered and neither paid nor cancelled.
    `unfinished_orders`: services to be done inside the station and not done. `storage_due`: fen
    of storage since the buyer was late; it counts only if `storage_announced` said so.
    """

    balance_confirmed: bool
    ruling_served: bool
    release_ordered: bool
    identity_matches: bool
    belongings_cleared: bool
    things_out: int = 0
    other_holds: int = 0
    unpaid_orders: int = 0
    unfinished_orders: int = 0
    storage_due: int = 0
    storage_announced: bool = False


@dataclass(frozen=True)
class Block:
    """One reason why the vehicle stays. `zh`, `way_on`: msgids; `article`: rule, see docs/law."""

    code: str
    zh: str
    article: str
    way_on: str


BLOCKS = {
    block.code: block
    for block in (
        Block(
            "balance",
            N_("余款到账尚未由法院确认"),
            "L18 art 25",
            N_("请买受人付清余款；已付的，请承办法院确认到账。"),
        ),
        Block(
            "ruling",
            N_("成交裁定书尚未送达买受人"),
            "L18 art 22",
            N_("请承办法院送达裁定书并登记送达回证。"),
        ),
        Block(
            "command",
            N_("没有有效的放行交付指令"),
            "办法 art 8(1)",
            N_("请承办法官签发放行交付指令，站内签收后再放行。"),
        ),
        Block(
            "identity",
            N_("提车人与买受人身份不符，且无授权"),
            "LPM art 27",
            N_("请买受人本人到场，或出示经核对的委托代领书。"),
        ),
        Block(
            "hold",
            N_("车辆尚有其他查封未解除"),
            "REG art 29",
            N_("请联系承办法院协调解除，未解除前不得出库。"),
        ),
        Block(
            "belongings",
            N_("车内个人物品尚未清退"),
            "LCK art 20",
            N_("请通知物主领取，或取得法院处理意见并登记。"),
        ),
        Block(
            "things",
            N_("钥匙、证照或号牌借出未还，或遗失未经法官处理"),
            "LCK art 20",
            N_("请收回后登记归还；确已遗失的，报告遗失并请承办法官处理。"),
        ),
        Block(
            "payment",
            N_("所订服务尚未付款"),
            "P",
            N_("请买受人付款，或取消该项服务。"),
        ),
        Block(
            "service",
            N_("站内服务尚未完成"),
            "P",
            N_("请等服务完成并登记，或经买受人同意取消。"),
        ),
        Block(
            "storage",
            N_("逾期提车的保管费尚未付清（公告已载明）"),
            "L18 art 7(2)",
            N_("请买受人付清逾期保管费。"),
        ),
    )
}


def gate_blocks(facts: GateFacts) -> list[Block]:
    """Everything that keeps the vehicle in, in the order of the work; empty: open the gate."""
    stands = {
        "balance": not facts.balance_confirmed,
        "ruling": not facts.ruling_served,
        "command": not facts.release_ordered,
        "identity": not facts.identity_matches,
        "hold": facts.other_holds > 0,
        "belongings": not facts.belongings_cleared,
        "things": facts.things_out > 0,
        "payment": facts.unpaid_orders > 0,
        "service": facts.unfinished_orders > 0,
        "storage": facts.storage_due > 0 and facts.storage_announced,
    }
    return [block for code, block in BLOCKS.items() if stands[code]]


def check_gate_out(facts: GateFacts) -> None:
    """Raise `Refused` (409) naming every block, unless the gate may open."""
    blocks = gate_blocks(facts)
    if blocks:
        raise Refused(
            "gate_blocked",
            "不能放行：%(reasons)s。请逐项办结后再扫码。",
            status=409,
            reasons="；".join(block.zh for block in blocks),
        )


def hand_over_due(served_on: date) -> date:
    """Last day to hand over after the ruling was served (LPM art 27)."""
    return last_day("hand_over", served_on)


JUDGED = ("balance", "ruling", "hold", "belongings", "storage")
"""Blocks that the judge answers for before ordering release; the gate asks all of them again."""

CHECK_WORDS = {
    "balance": N_("余款已由法院确认到账"),
    "ruling": N_("成交裁定书已送达买受人"),
    "command": N_("放行指令有效且已签收"),
    "identity": N_("提车人身份相符"),
    "hold": N_("没有其他查封"),
    "belongings": N_("车内个人物品已清退"),
    "things": N_("钥匙、证照和号牌都在站内"),
    "payment": N_("所订服务已付款"),
    "service": N_("站内服务已完成"),
    "storage": N_("没有应付未付的保管费"),
}
"""Each block said as the thing that must hold."""

BRING = (
    N_("身份证原件（单位：营业执照和公章）"),
    N_("成交确认书"),
    N_("拍卖成交裁定书"),
    N_("协助执行通知书"),
    N_("交强险电子保单"),
    N_("委托书（代办、代领时）"),
    N_("指标证明（限购城市）"),
    N_("付款回单"),
)
"""The buyer's set of papers (LAW §7)."""

PASS_BLOCKS = ("balance", "ruling", "command", "hold", "payment")
"""What keeps the buyer from a gate pass; work still going on inside does not."""

CORNERS = ("front_left", "front_right", "rear_left", "rear_right")
ODOMETER_SLACK_KM = 2
SCAN_HOLDS = timedelta(minutes=60)


class Clearing(StrEnum):
    """What became of the belongings that were found in the vehicle."""

    RETURNED = "returned"
    COURT = "court"


CLEARING_WORDS = {
    Clearing.RETURNED: N_("已交还物主或其代理人"),
    Clearing.COURT: N_("按法院处理意见移交或处置"),
}


class TakerKind(StrEnum):
    """Who collects the vehicle."""

    BUYER = "buyer"
    HELPER = "helper"


TAKER_WORDS = {TakerKind.BUYER: N_("买受人本人"), TakerKind.HELPER: N_("委托代领")}


@dataclass(frozen=True)
class Taker:
    """The person at the gate. `tail`: last four of the buyer's identity paper as shown, or of
    the buyer's phone where the platform gave no paper. `has_authority`: a written 委托书."""

    kind: TakerKind
    name: str
    tail: str
    has_authority: bool = False


def identity_matches(buyer_name: str, buyer_tail: str, taker: Taker) -> bool:
    """Whether the person may take the vehicle: the buyer, or a helper with written authority."""
    if not buyer_tail or taker.tail.strip().upper() != buyer_tail.upper():
        return False
    same = _plain(taker.name) == _plain(buyer_name)
    if taker.kind is TakerKind.BUYER:
        return same
    return bool(taker.name.strip()) and not same and taker.has_authority


def _plain(name: str) -> str:
    return "".join(half_width(name).split()).casefold()


@dataclass(frozen=True)
class Leaving:
    """What is written down of a vehicle that leaves. `reason`: why a number differs from intake."""

    odometer_km: int
    keys: int
    reason: str = ""


def check_leaving(
    leaving: Leaving, odometer_before: int | None, keys_before: int | None
) -> list[str]:
    """Names (msgids) of what differs from intake, each explained; empty when nothing does.

    Raises `Refused` (``leaving_differs``) when something differs and no reason says why. Two
    kilometres are the way inside the station (LAW §5.5).
    """
    differs = []
    gap = leaving.odometer_km - odometer_before if odometer_before is not None else 0
    if not 0 <= gap <= ODOMETER_SLACK_KM:
        differs.append(N_("里程"))
    if keys_before is not None and leaving.keys != keys_before:
        differs.append(N_("钥匙数量"))
    if differs and len(leaving.reason.strip()) < 2:
        raise Refused(
            "leaving_differs",
            "%(what)s与入库时不一致（入库里程 %(km)s 公里，钥匙 %(keys)s 把），请写明原因。",
            field="reason",
            what="、".join(differs),
            km="—" if odometer_before is None else odometer_before,
            keys="—" if keys_before is None else keys_before,
        )
    return differs


def check_corners(shot: frozenset[str], words: Mapping[str, str]) -> None:
    """Raise `Refused` naming the corners that were not photographed at the hand-over."""
    missing = [words[corner] for corner in CORNERS if corner not in shot]
    if missing:
        raise Refused(
            "corners_missing",
            "还缺交接照片：%(missing)s。请补拍后再签字。",
            status=409,
            missing="、".join(missing),
        )


class Red(StrEnum):
    """Why the gate says no before it even asks what is paid."""

    FORGED = "forged"
    VOID = "void"
    USED = "used"
    OTHER = "other"
    WRONG_CAR = "wrong_car"
    CAR_LABEL = "car_label"
    BLOCKED = "blocked"


RED_WORDS = {
    Red.FORGED: N_("不是本站签发的出门证"),
    Red.VOID: N_("这张出门证已作废"),
    Red.USED: N_("这张出门证已用过"),
    Red.OTHER: N_("扫到的不是出门证"),
    Red.WRONG_CAR: N_("车不对"),
    Red.CAR_LABEL: N_("车辆标签无效"),
    Red.BLOCKED: N_("还不能放行"),
}
RED_WAYS = {
    Red.FORGED: N_("可能是伪造的。请留住车辆，不要放行，并报站长核对。"),
    Red.VOID: N_("已换发新证。请买受人打开手机上最新的出门证再扫。"),
    Red.USED: N_("每张出门证只能用一次。请留住车辆并报站长核对。"),
    Red.OTHER: N_("请扫描买受人手机上的出门证二维码，不能手工输入编号。"),
    Red.WRONG_CAR: N_("请核对车牌和车辆标签，放行对应的那辆车。"),
    Red.CAR_LABEL: N_("请重新扫描挡风玻璃内的车辆标签，或输入完整车牌。"),
    Red.BLOCKED: N_("请逐项办结后再扫码。"),
}
RED_OF_LABEL = {
    "label_void": Red.VOID,
    "label_unknown": Red.FORGED,
    "label_elsewhere": Red.FORGED,
}
"""What the scanner's refusal means at the gate; anything else is not a pass."""


ACTS = {
    "release.clear_belongings": N_("清退车内物品"),
    "release.send_link": N_("重发买受人链接"),
    "release.issue_pass": N_("签发出门证"),
    "release.scan": N_("门岗验证出门证"),
    "release.hand_over": N_("出库交付"),
    "release.give_back": N_("撤回后交还车辆"),
}

DOCUMENTS = {"release_sheet": N_("车辆出库交接单")}
