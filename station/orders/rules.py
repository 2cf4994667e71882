"""Services after the sale: what they cost, the steps of an order, and when a payment is one.

A quote is fixed before the buyer accepts; a payment counts only when number, amount and currency
are those of the order. Prices are data: `services.yaml`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from station.ground.money import format_yuan
from station.ground.refused import Refused
from station.ground.steps import Steps
from station.ground.tables import read_table
from station.ground.words import N_

TABLE = read_table(__file__, "services.yaml")
CURRENCY: str = TABLE["currency"]


class ServiceKind(StrEnum):
    """What a buyer can order."""

    CLEANING = "cleaning"
    REPAIR = "repair"
    INSPECTION_INSURANCE = "inspection_insurance"
    TRANSFER = "transfer"
    DELIVERY = "delivery"


@dataclass(frozen=True)
class Service:
    """One row of the tariff. `price` in fen, None: by quote. `hours`: promised working hours.

    `inside`: done in the station, so the gate waits for it. `bring`: what the buyer prepares.
    """

    zh: str
    price: int | None
    hours: int
    inside: bool
    bring: str
    per_km: int = 0
    free_km: int = 0


SERVICES = {ServiceKind(kind): Service(**row) for kind, row in TABLE["services"].items()}
SERVICE_WORDS = {kind: SERVICES[kind].zh for kind in ServiceKind}


def price_of(kind: ServiceKind, *, km: int = 0, quote: int | None = None) -> int:
    """Price in fen of one service.

    `km`: distance of a delivery, ≥ 0. `quote`: fen that the provider quoted, for services
    without a fixed price. Raises `Refused`: ``service_quote`` while no quote is there,
    ``service_distance`` for a negative distance.
    """
    service = SERVICES[kind]
    if km < 0:
        raise Refused("service_distance", "送车距离不能为负数，请改正。", field="km")
    if service.price is not None:
        return service.price + service.per_km * max(0, km - service.free_km)
    if quote is None or quote <= 0:
        raise Refused(
            "service_quote",
            "“%(service)s”需先由服务商报价，报价后再确认下单。",
            status=409,
            service=service.zh,
        )
    return quote


class OrderState(StrEnum):
    """How far an order has come."""

    PLACED = "placed"
    QUOTED = "quoted"
    ACCEPTED = "accepted"
    PAID = "paid"
    IN_WORK = "in_work"
    DONE = "done"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


ORDER_STATES = Steps(
    "order_step",
    {
        OrderState.PLACED: N_("待报价"),
        OrderState.QUOTED: N_("已报价，待确认"),
        OrderState.ACCEPTED: N_("已确认，待付款"),
        OrderState.PAID: N_("已付款"),
        OrderState.IN_WORK: N_("办理中"),
        OrderState.DONE: N_("已完成"),
        OrderState.CANCELLED: N_("已取消"),
        OrderState.REFUNDED: N_("已退款"),
    },
    {
        OrderState.PLACED: {OrderState.QUOTED, OrderState.CANCELLED},
        OrderState.QUOTED: {OrderState.QUOTED, OrderState.ACCEPTED, OrderState.CANCELLED},
        OrderState.ACCEPTED: {OrderState.PAID, OrderState.CANCELLED},
        OrderState.PAID: {OrderState.IN_WORK, OrderState.REFUNDED},
        OrderState.IN_WORK: {OrderState.DONE, OrderState.REFUNDED},
        OrderState.DONE: {OrderState.REFUNDED},
    },
)
"""A new quote replaces the last while the buyer has not accepted; a service of fixed price is
placed and quoted in one act. Nothing that was paid is cancelled: it is refunded."""

FIRST_STATES = {
    kind: OrderState.PLACED if SERVICES[kind].price is None else OrderState.QUOTED
    for kind in ServiceKind
}

_UNPAID = {OrderState.PLACED, OrderState.QUOTED, OrderState.ACCEPTED}
_UNFINISHED = _UNPAID | {OrderState.PAID, OrderState.IN_WORK}


def is_unpaid(state: OrderState) -> bool:
    """Whether the gate waits for money: neither paid nor cancelled."""
    return state in _UNPAID


def is_unfinished(kind: ServiceKind, state: OrderState) -> bool:
    """Whether the gate waits for work: done inside the station and not done yet."""
    return SERVICES[kind].inside and state in _UNFINISHED


@dataclass(frozen=True)
class Payment:
    """Money asked for or reported. `number`: ours. `amount` in fen. `currency`: ISO 4217."""

    number: str
    amount: int
    currency: str = CURRENCY


def check_payment(asked: Payment, reported: Payment) -> None:
    """Raise `Refused` (409) unless what is reported is exactly what was asked for.

    ``payment_number``, ``payment_currency``, ``payment_amount``. The currency's case does not
    matter; nothing is rounded and no part counts as the whole.
    """
    if reported.number != asked.number:
        raise Refused(
            "payment_number",
            "付款单号与订单不符，未记为已付。请核对付款记录后联系站内。",
            status=409,
        )
    if reported.currency.upper() != asked.currency.upper():
        raise Refused(
            "payment_currency",
            "付款币种 %(found)s 与订单币种 %(expected)s 不符，未记为已付。请联系站内。",
            status=409,
            found=reported.currency.upper()[:8],
            expected=asked.currency.upper(),
        )
    if reported.amount != asked.amount:
        raise Refused(
            "payment_amount",
            "付款金额 %(found)s 与应付 %(expected)s 不符，未记为已付。请联系站内处理差额。",
            status=409,
            found=format_yuan(reported.amount),
            expected=format_yuan(asked.amount),
        )


class PaidHow(StrEnum):
    """Which way the money came."""

    STRIPE = "stripe"
    COUNTER = "counter"


PAID_WORDS = {PaidHow.STRIPE: N_("网上付款"), PaidHow.COUNTER: N_("柜台付款")}
ROUTE_LIMIT_KM = 2000


@dataclass(frozen=True)
class Wanted:
    """What a buyer asks for. `km`: whole or begun kilometres of the delivery, one way."""

    kinds: tuple[ServiceKind, ...]
    km: int = 0
    address: str = ""
    note: str = ""

    @property
    def priced(self) -> dict[ServiceKind, int]:
        """Services with a price of their own, and that price in fen."""
        fixed = (kind for kind in self.kinds if SERVICES[kind].price is not None)
        return {kind: price_of(kind, km=self.km) for kind in fixed}

    @property
    def by_quote(self) -> tuple[ServiceKind, ...]:
        """Services that are quoted first; each becomes an order of its own."""
        return tuple(kind for kind in self.kinds if SERVICES[kind].price is None)

    @property
    def total(self) -> int:
        """What is due now, in fen."""
        return sum(self.priced.values())


def check_wanted(wanted: Wanted, ordered: frozenset[ServiceKind]) -> None:
    """Raise `Refused` unless something new is asked for and a delivery has an address.

    `ordered`: services of the vehicle's orders that were not cancelled.
    """
    if not wanted.kinds:
        raise Refused("no_service", "还没有选择服务。不需要服务也可以直接提车。", field="services")
    if twice := [kind for kind in wanted.kinds if kind in ordered]:
        raise Refused(
            "service_ordered",
            "“%(service)s”已经下过单，请在订单中查看。",
            field="services",
            status=409,
            service=SERVICE_WORDS[twice[0]],
        )
    if ServiceKind.DELIVERY in wanted.kinds:
        if not wanted.address:
            raise Refused("no_address", "请填写收车地址和收车人。", field="address")
        if not 0 < wanted.km <= ROUTE_LIMIT_KM:
            raise Refused(
                "service_distance",
                "请填写送车的单程公里数（1 至 %(most)d）。",
                field="km",
                most=ROUTE_LIMIT_KM,
            )
    if ServiceKind.REPAIR in wanted.kinds and not wanted.note:
        raise Refused("no_repair_note", "请说明需修的部位，以便报价。", field="note")


def check_may_order(*, served: bool, commanded: bool) -> None:
    """Raise `Refused` (409) unless the vehicle is the buyer's and may leave (L18 art 22)."""
    if not (served and commanded):
        raise Refused(
            "order_early",
            "法院令放行后才能订服务，现在还不用付任何服务费。请等通知或打电话问。",
            status=409,
        )


def check_accepted(shown: int, total: int) -> None:
    """Raise `Refused` (409) when the total that was shown is no longer the price."""
    if shown != total:
        raise Refused(
            "quote_changed",
            "报价已变为 %(total)s，请重新核对后再确认，没有下单。",
            status=409,
            total=format_yuan(total),
        )


ACTS = {
    "orders.place": N_("订购服务"),
    "orders.quote": N_("报价"),
    "orders.accept": N_("接受报价"),
    "orders.cancel": N_("取消订单"),
    "orders.begin_payment": N_("发起网上付款"),
    "orders.pay": N_("网上付款到账"),
    "orders.pay_at_counter": N_("柜台收款"),
    "orders.mismatch": N_("付款与订单不符"),
    "orders.done": N_("服务完成"),
}
