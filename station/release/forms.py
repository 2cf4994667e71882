"""What judges, the yard and the gate type about a vehicle that leaves."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import date

from station.ground.refused import Refused
from station.ground.widths import half_width

from .rules import Clearing, Leaving, Taker, TakerKind

PNG = "data:image/png;base64,"
LARGEST_SIGNATURE = 1_500_000


def read_due(form: Mapping[str, str]) -> date:
    """The day by which the vehicle is handed over."""
    try:
        return date.fromisoformat(form.get("due", "").strip())
    except ValueError:
        raise Refused("no_day", "请选择日期，例如 2026-11-22。", field="due") from None


def read_how(form: Mapping[str, str]) -> Clearing:
    """What became of the belongings."""
    try:
        return Clearing(form.get("how", ""))
    except ValueError:
        raise Refused("no_clearing", "请选择物品的去向。", field="how") from None


def read_taker(form: Mapping[str, str], *, has_authority: bool) -> Taker:
    """Who collects the vehicle, and the last four that were compared."""
    try:
        kind = TakerKind(form.get("taker_kind", ""))
    except ValueError:
        raise Refused("no_taker_kind", "请选择本人提车还是委托代领。", field="taker_kind") from None
    name = form.get("taker", "").strip()
    if not name:
        raise Refused("no_taker", "请填写提车人姓名，与证件一致。", field="taker")
    return Taker(kind, name[:100], half_width(form.get("tail", "")).strip(), has_authority)


def read_leaving(form: Mapping[str, str]) -> Leaving:
    """Odometer, keys, and why they differ if they do."""
    return Leaving(
        odometer_km=_whole(form, "odometer_km", 2_000_000),
        keys=_whole(form, "keys", 20),
        reason=form.get("reason", "").strip()[:200],
    )


def _whole(form: Mapping[str, str], name: str, most: int) -> int:
    text = half_width(form.get(name, "")).strip()
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or int(text) > most:
        raise Refused("not_whole", "请填写 0 至 %(most)d 之间的整数。", field=name, most=most)
    return int(text)


def read_signature(form: Mapping[str, str], name: str) -> bytes:
    """The PNG that was drawn, or nothing where the typed name stands for it."""
    text = form.get(name, "")
    if not text:
        return b""
    if not text.startswith(PNG) or len(text) > LARGEST_SIGNATURE:
        raise Refused("signature_broken", "签名没有传完整，请重签。", field=f"{name}_name")
    try:
        return base64.b64decode(text.removeprefix(PNG), validate=True)
    except binascii.Error:
        raise Refused(
            "signature_broken", "签名没有传完整，请重签。", field=f"{name}_name"
        ) from None
