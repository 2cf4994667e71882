"""The gate: what keeps a sold vehicle in, under which rule, and the way on.

A gate with any block stays shut; there is no override here. Deadlines by law that remain:
ruling served 10 days after payment (LPM art 20), hand-over 15 days after service (LPM art 27),
registration 30 days after delivery (REG art 25).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from station.ground.calendar import add_days
from station.ground.refused import Refused
from station.ground.words import N_
from station.sales.rules import ruling_due as ruling_due

HAND_OVER_DAYS = 15


@dataclass(frozen=True)
class GateFacts:
    """What the gate must know, each read from the room that owns it.

    `balance_confirmed`: the court has the money. `ruling_served`: on the buyer, so ownership
    passed. `release_ordered`: a live release command, acknowledged. `identity_matches`: the
    person at the gate is the buyer, or shows the buyer's written authority (委托代领).
    `other_holds`: live seizures of other cases. `belongings_cleared`: returned, or disposed of
    by court order. `unpaid_orders`: services ordered and neither paid nor cancelled.
    `unfinished_orders`: services to be done inside the station and not done. `storage_due`: fen
    of storage since the buyer was late; it counts only if `storage_announced` said so.
    """

    balance_confirmed: bool
    ruling_served: bool
    release_ordered: bool
    identity_matches: bool
    belongings_cleared: bool
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
    return add_days(served_on, HAND_OVER_DAYS)
