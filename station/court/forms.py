"""What court people type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from station.ground import clock
from station.ground.money import read_yuan
from station.ground.refused import Refused
from station.vehicles import rules as vehicles
from station.vehicles.desk import Identity
from station.vehicles.valuations import Basis

from . import rules
from .case_sheet import FIRST_MODEL_YEAR
from .enquiries import Answer, Outcome
from .rules import CommandKind

W = TypeVar("W", bound=StrEnum)


@dataclass(frozen=True)
class NewCase:
    """A case as typed and read."""

    number: rules.CaseNumber
    creditor: str
    debtor: str


@dataclass(frozen=True)
class NewCommand:
    """A command as typed and read."""

    kind: CommandKind
    station_id: str
    due: date
    note: str


def needed(form: Mapping[str, str], name: str, label: str) -> str:
    """A field that must not be empty."""
    value = form.get(name, "").strip()
    if not value:
        raise Refused("empty_field", "请填写“%(label)s”。", field=name, label=label)
    return value


def read_case(form: Mapping[str, str]) -> NewCase:
    """Case number, creditor, debtor."""
    return NewCase(
        rules.read_case_number(form.get("number", ""), clock.today()),
        needed(form, "creditor", "申请执行人"),
        needed(form, "debtor", "被执行人"),
    )


def read_identity(
    form: Mapping[str, str], *, voucher: str | None = None, photo: str | None = None
) -> Identity:
    """A vehicle's identity; a failed check digit passes only with voucher and photo."""
    vouched = bool(voucher and photo)
    plate = form.get("plate", "").strip()
    return Identity(
        vin=vehicles.read_vin(form.get("vin", ""), overridden=vouched),
        plate=vehicles.read_plate(plate) if plate else None,
        model=needed(form, "model", "品牌型号"),
        kind=_word(vehicles.VehicleKind, form, "kind", "车辆种类"),
        energy=_word(vehicles.Energy, form, "energy", "能源种类"),
        colour=form.get("colour", "").strip(),
        year=read_year(form.get("year", "")),
        engine_number=form.get("engine_number", "").strip().upper(),
        voucher=voucher if vouched else None,
        photo=photo if vouched else None,
    )


def _word(words: type[W], form: Mapping[str, str], name: str, label: str) -> W:
    try:
        return words(form.get(name, ""))
    except ValueError:
        raise Refused("choose_one", "请选择“%(label)s”。", field=name, label=label) from None


def read_year(text: str) -> int | None:
    """A model year between 1980 and next year; empty is unknown."""
    if not text.strip():
        return None
    latest = clock.today().year + 1
    if not text.strip().isdecimal() or not FIRST_MODEL_YEAR <= int(text) <= latest:
        raise Refused(
            "model_year",
            "年款应在 %(first)d 到 %(last)d 之间，不清楚可以留空。",
            field="year",
            first=FIRST_MODEL_YEAR,
            last=latest,
        )
    return int(text)


def read_letter(form: Mapping[str, str], court: str) -> rules.EntrustmentLetter:
    """The four contents of an entrustment letter; the court is the actor's own."""
    return rules.EntrustmentLetter(
        court=court,
        procedure=form.get("procedure", "").strip(),
        scope=form.get("scope", "").strip(),
        other=form.get("other", "").strip(),
    )


def read_day(form: Mapping[str, str], name: str) -> date:
    """A day typed or picked as 2026-11-22."""
    try:
        return date.fromisoformat(form.get(name, "").strip())
    except ValueError:
        raise Refused("no_day", "请选择日期，例如 2026-11-22。", field=name) from None


@dataclass(frozen=True)
class Value:
    """A valuation as typed and read; `fen`: money."""

    fen: int
    basis: Basis
    on: date


def read_value(form: Mapping[str, str]) -> Value:
    """Amount, how it was found, and its day."""
    try:
        basis = Basis(form.get("basis", ""))
    except ValueError:
        raise Refused("choose_basis", "请选择估值的依据。", field="basis") from None
    return Value(read_yuan(form.get("amount", "")), basis, read_day(form, "on"))


def read_answer(form: Mapping[str, str]) -> Answer:
    """What an enquiry brought. An amount is read only where something was found."""
    try:
        outcome = Outcome(form.get("outcome", ""))
    except ValueError:
        raise Refused("choose_outcome", "请选择查询结果。", field="outcome") from None
    amount, until = form.get("amount", "").strip(), form.get("until", "").strip()
    return Answer(
        outcome,
        form.get("words", ""),
        read_yuan(amount) if amount else None,
        read_day(form, "until") if until else None,
    )


def read_command(form: Mapping[str, str]) -> NewCommand:
    """Kind, station (when it does it), due day, note."""
    try:
        kind = CommandKind(form.get("kind", ""))
    except ValueError:
        raise Refused("choose_command", "请选择指令种类。", field="kind") from None
    by_station = rules.COMMANDS[kind].done_by is rules.Doer.STATION
    return NewCommand(
        kind=kind,
        station_id=needed(form, "station", "服务站") if by_station else "",
        due=read_day(form, "due"),
        note=form.get("note", "").strip(),
    )
