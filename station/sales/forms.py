"""What clerks type about money received and rulings served."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from station.ground.clock import SHANGHAI
from station.ground.money import read_yuan
from station.ground.refused import Refused


@dataclass(frozen=True)
class Balance:
    """Money as typed and read; fen."""

    amount: int
    received_on: date


def read_balance(form: Mapping[str, str]) -> Balance:
    """Amount in yuan and the day the court got it."""
    return Balance(read_yuan(form.get("amount", "")), _day(form.get("received_on", "")))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Refused(
            "no_received_day", "请选择到账日期，例如 2026-11-22。", field="received_on"
        ) from None


def read_served_at(form: Mapping[str, str]) -> datetime:
    """The moment of service, typed in Shanghai time as 2026-11-22T10:30; aware UTC."""
    try:
        moment = datetime.fromisoformat(form.get("served_at", "").strip())
    except ValueError:
        raise Refused(
            "no_served_at", "请选择送达的日期和时间，例如 2026-11-22 10:30。", field="served_at"
        ) from None
    return moment.replace(tzinfo=SHANGHAI).astimezone(UTC)
