"""What buyers and the station type about services."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from station.ground.money import read_yuan
from station.ground.refused import Refused
from station.ground.widths import half_width

from .rules import ServiceKind, Wanted


def read_wanted(form: MultiDict[str, str]) -> Wanted:
    """Services chosen, and what a delivery and a repair need."""
    chosen = form.getlist("services")
    try:
        kinds = tuple(kind for kind in ServiceKind if kind in {ServiceKind(one) for one in chosen})
    except ValueError:
        raise Refused("no_such_service", "没有这项服务，请重新选择。", field="services") from None
    return Wanted(
        kinds=kinds,
        km=_km(form.get("km", "")) if ServiceKind.DELIVERY in kinds else 0,
        address=form.get("address", "").strip()[:200],
        note=form.get("note", "").strip()[:300],
    )


def _km(text: str) -> int:
    plain = half_width(text).strip()
    if not plain:
        return 0
    if not plain.isascii() or not plain.isdigit() or len(plain) > 5:
        raise Refused("km_nonsense", "公里数应为整数，例如 35。", field="km")
    return int(plain)


def read_fen(form: MultiDict[str, str], name: str) -> int:
    """A hidden amount in fen that our own page sent."""
    text = form.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise Refused("stale_form", "页面已过期，请刷新后重新提交；您填写的内容还在。", status=409)
    return int(text)


def read_amount(form: MultiDict[str, str]) -> int:
    """An amount typed in yuan; fen."""
    return read_yuan(form.get("amount", ""))


def read_kind(text: str) -> ServiceKind:
    """The service that a button names."""
    try:
        return ServiceKind(text)
    except ValueError:
        raise Refused("no_such_service", "没有这项服务，请重新选择。", field="services") from None
