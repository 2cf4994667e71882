"""Talking to the payment provider: opening a payment page, and believing what it reports.

Nothing here touches the database; no act is open while the provider is asked.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import stripe
from flask import current_app

from station.ground.refused import Refused
from station.ground.settings import Settings

from .desk import Opened
from .models import Order
from .payment_desk import Event
from .rules import SERVICE_WORDS

METHODS = ("card", "alipay", "wechat_pay")
TOLERANCE = timedelta(minutes=5)
TIMEOUT = (5.0, 20.0)  # seconds to connect, to answer


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def is_offered() -> bool:
    """Whether this installation takes money online; if not, the counter does."""
    return bool(_settings().stripe_key)


def make_client() -> stripe.StripeClient:
    """The provider's client; its address is a setting, so that tests and mirrors can stand in."""
    settings = _settings()
    return stripe.StripeClient(
        settings.stripe_key,
        base_addresses={"api": settings.stripe_api} if settings.stripe_api else None,
        max_network_retries=2,
        http_client=stripe.RequestsClient(timeout=TIMEOUT),
    )


def open_session(order: Order, version: int, back: str) -> Opened:
    """Open the payment page of an order's version; asking again opens the same one.

    The idempotency key is order id and version. `back`: address of the order's own page.
    Raises `Refused` (``pay_unreachable``, 502) when the provider does not answer or declines.
    """
    try:
        session = make_client().v1.checkout.sessions.create(
            {
                "mode": "payment",
                "client_reference_id": order.number,
                "metadata": {"order": order.id, "version": str(version)},
                "line_items": [
                    {
                        "quantity": 1,
                        "price_data": {
                            "currency": order.currency.lower(),
                            "unit_amount": item.price or 0,
                            "product_data": {"name": SERVICE_WORDS[item.kind]},
                        },
                    }
                    for item in order.items
                ],
                "allowed_payment_method_types": list(METHODS),
                "payment_method_options": {"wechat_pay": {"client": "web"}},
                "adaptive_pricing": {"enabled": False},  # or another currency would come back
                "success_url": f"{back}?paid=1",
                "cancel_url": f"{back}?paid=0",
            },
            {"idempotency_key": f"{order.id}-{version}"},
        )
    except stripe.StripeError as error:
        current_app.logger.warning("payment page not opened: %s", error)
        raise Refused(
            "pay_unreachable",
            "付款服务暂时连不上，没有扣款。请稍后再点付款，或到柜台付款。",
            status=502,
        ) from None
    if not session.url or session.amount_total != order.total:
        raise Refused(
            "pay_other_amount", "付款页的金额与订单不符，没有打开。请到柜台付款。", status=502
        )
    return Opened(session.id, session.url, datetime.fromtimestamp(session.expires_at, UTC))


def read_event(body: bytes, header: str, now: datetime) -> Event:
    """An event that the provider signed, not older and not newer than five minutes.

    The library refuses old timestamps only; a future one is a replay prepared in advance or a
    wrong clock, and is refused here. Raises `Refused` (400).
    """
    secret = _settings().stripe_webhook_secret
    try:
        event = stripe.Webhook.construct_event(
            body, header, secret, tolerance=int(TOLERANCE.total_seconds())
        )
        times = [part[2:] for part in header.split(",") if part.startswith("t=")]
        signed_at = int(times[0])  # as the library reads it: one added behind was not signed
    except (ValueError, KeyError, IndexError, stripe.SignatureVerificationError):
        raise Refused("event_unsigned", "这条付款通知的签名不对，没有处理。", status=400) from None
    if datetime.fromtimestamp(signed_at, UTC) > now + TOLERANCE:
        raise Refused("event_future", "这条付款通知的时间在将来，没有处理。", status=400)
    return Event(event.id, event.type, json.loads(body))
