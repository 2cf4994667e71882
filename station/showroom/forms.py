"""What the draft's form, the judge's form and the public's addresses say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from werkzeug.datastructures import MultiDict

from station.ground.clock import SHANGHAI
from station.ground.money import read_yuan
from station.ground.refused import Refused
from station.ground.widths import half_width
from station.orders.rules import ServiceKind

from .announcement import LONGEST, TEXTS
from .choosing import GROUPS, Choice
from .costs import TaxBearer
from .rules import Draft

LONGEST_LINE = 120


def read_draft(form: Mapping[str, str]) -> Draft:
    """A draft, complete or not; only what is typed must be readable."""
    return Draft(
        headline=_line(form, "headline"),
        reference=_yuan(form, "reference"),
        start=_yuan(form, "start"),
        deposit=_yuan(form, "deposit"),
        increment=_yuan(form, "increment"),
        announce_on=_day(form, "announce_on"),
        notified_on=_day(form, "notified_on"),
        starts_at=_moment(form, "starts_at"),
        viewing=_text(form, "viewing"),
        platform=_line(form, "platform"),
        platform_number=_line(form, "platform_number"),
        platform_url=_address(form, "platform_url"),
        tax_bearer=_bearer(form),
        inspection_until=_day(form, "inspection_until"),
        insurance_until=_day(form, "insurance_until"),
        fines=_yuan(form, "fines"),
        fines_count=_count(form, "fines_count"),
        checked_on=_day(form, "checked_on"),
        texts={key: _text(form, f"text_{key}") for key in TEXTS},
    )


def read_version(form: Mapping[str, str]) -> int:
    """The version that the page showed. Raises `Refused` for a form that is not ours."""
    text = form.get("version", "")
    if not text.isascii() or not text.isdecimal():
        raise Refused("unreadable_form", "页面送来的内容无法读取。请刷新页面后重试。")
    return int(text)


def read_reasons(form: Mapping[str, str]) -> dict[str, str]:
    """The judge's reasons by code of the item."""
    begin = "reason_"
    return {key.removeprefix(begin): text for key, text in form.items() if key.startswith(begin)}


def read_due(form: Mapping[str, str]) -> date:
    """The day by which the announcement must be out."""
    day = _day(form, "due")
    if day is None:
        raise Refused("no_day", "请选择日期，例如 2026-11-22。", field="due")
    return day


@dataclass(frozen=True)
class Bid:
    """What a visitor would bid (fen) and the services they would order."""

    fen: int
    services: tuple[ServiceKind, ...]


def read_bid(args: MultiDict[str, str], start: int) -> Bid:
    """The bid in the address, else the start price. Raises `Refused` (field ``bid``)."""
    chosen = set(args.getlist("service"))
    services = tuple(kind for kind in ServiceKind if kind.value in chosen)
    text = args.get("bid", "").strip()
    if not text:
        return Bid(start, services)
    fen = read_yuan(text, field="bid")
    if fen < start:
        raise Refused("bid_below", "出价不能低于起拍价，已按起拍价估算。", field="bid")
    return Bid(fen, services)


def read_choice(args: Mapping[str, str]) -> Choice:
    """The chips in the address; what is none of ours counts as not pressed."""
    pressed = {name: args.get(name, "") for name in GROUPS}
    return Choice(**{name: key for name, key in pressed.items() if key in GROUPS[name][1]})


def read_page(args: Mapping[str, str]) -> int:
    """The page of a list, from 1."""
    text = args.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 6 else 1


def _text(form: Mapping[str, str], name: str) -> str:
    text = form.get(name, "").replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        raise Refused(
            "text_long", "这一项请不超过 %(n)d 个字，请删减后再保存。", field=name, n=LONGEST
        )
    return text


def _line(form: Mapping[str, str], name: str) -> str:
    text = " ".join(form.get(name, "").split())
    if len(text) > LONGEST_LINE:
        raise Refused(
            "text_long", "这一项请不超过 %(n)d 个字，请删减后再保存。", field=name, n=LONGEST_LINE
        )
    return text


def _yuan(form: Mapping[str, str], name: str) -> int | None:
    text = form.get(name, "").strip()
    return read_yuan(text, field=name) if text else None


def _day(form: Mapping[str, str], name: str) -> date | None:
    text = form.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused("no_day", "请选择日期，例如 2026-11-22。", field=name) from None


def _moment(form: Mapping[str, str], name: str) -> datetime | None:
    """A time of day in Shanghai as the browser's field writes it: 2026-11-22T10:00."""
    text = form.get(name, "").strip()
    try:
        return (
            datetime.strptime(text[:16], "%Y-%m-%dT%H:%M").replace(tzinfo=SHANGHAI)
            if text
            else None
        )
    except ValueError:
        raise Refused(
            "no_moment", "请选择日期和时间，例如 2026-11-22T10:00。", field=name
        ) from None


def _count(form: Mapping[str, str], name: str) -> int | None:
    text = half_width(form.get(name, "")).strip()
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 4:
        raise Refused("not_a_count", "请填写笔数，例如 3；没有填 0。", field=name)
    return int(text)


def _address(form: Mapping[str, str], name: str) -> str:
    text = form.get(name, "").strip()
    parts = urlsplit(text)
    if text and (parts.scheme not in {"http", "https"} or not parts.netloc or len(text) > 500):
        raise Refused(
            "not_an_address", "请粘贴平台上这件拍品的完整链接，以 https:// 开头。", field=name
        )
    return text


def _bearer(form: Mapping[str, str]) -> TaxBearer:
    try:
        return TaxBearer(form.get("tax_bearer", TaxBearer.BY_LAW))
    except ValueError:
        raise Refused("choose_tax", "请选择税费由谁承担。", field="tax_bearer") from None
