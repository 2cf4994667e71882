"""Who a vehicle is (VIN, plate), who may see it, the steps of its life, and who holds it first.

VINs are read in `vin` and offered from here; patterns and letters are data: `plates_vin.yaml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from station.ground.refused import Refused
from station.ground.steps import Steps
from station.ground.words import N_
from station.vehicles.vin import TABLE, normalise
from station.vehicles.vin import Vin as Vin
from station.vehicles.vin import check_digit as check_digit
from station.vehicles.vin import needs_override as needs_override
from station.vehicles.vin import read_vin as read_vin
from station.vehicles.vin import vin_warnings as vin_warnings

_VIN, _PLATES = TABLE["vin"], TABLE["plates"]
_NEV_LETTERS = "".join(letter for row in _PLATES["nev_letters"].values() for letter in row)


class Energy(StrEnum):
    """What drives the vehicle; decides readings, care tasks and inspection items."""

    ICE = "ice"
    HEV = "hev"
    PHEV = "phev"
    BEV = "bev"


ENERGY_WORDS = {
    Energy.ICE: N_("燃油"),
    Energy.HEV: N_("油电混合"),
    Energy.PHEV: N_("插电混合（含增程）"),
    Energy.BEV: N_("纯电动"),
}


class VehicleKind(StrEnum):
    """Shape of the vehicle; decides the photo set."""

    CAR = "car"
    VAN = "van"
    TRUCK = "truck"
    MOTORCYCLE = "motorcycle"


VEHICLE_KIND_WORDS = {
    VehicleKind.CAR: N_("轿车、越野车"),
    VehicleKind.VAN: N_("面包车、客车"),
    VehicleKind.TRUCK: N_("货车"),
    VehicleKind.MOTORCYCLE: N_("摩托车"),
}


# --- plates


class PlateKind(StrEnum):
    """Kind of plate as its characters show it."""

    ORDINARY = "ordinary"
    TRAILER = "trailer"
    SCHOOL = "school"
    POLICE = "police"
    HONG_KONG = "hong_kong"
    MACAU = "macau"
    NEV_SMALL = "nev_small"
    NEV_LARGE = "nev_large"


PLATE_KIND_WORDS = {
    PlateKind.ORDINARY: N_("普通号牌"),
    PlateKind.TRAILER: N_("挂车号牌"),
    PlateKind.SCHOOL: N_("教练车号牌"),
    PlateKind.POLICE: N_("警车号牌"),
    PlateKind.HONG_KONG: N_("香港入出境号牌"),
    PlateKind.MACAU: N_("澳门入出境号牌"),
    PlateKind.NEV_SMALL: N_("小型新能源号牌"),
    PlateKind.NEV_LARGE: N_("大型新能源号牌"),
}


class PlateColour(StrEnum):
    """Colour of the plate; large ordinary vehicles carry yellow, which characters cannot show."""

    BLUE = "blue"
    YELLOW = "yellow"
    WHITE = "white"
    BLACK = "black"
    GREEN = "green"
    YELLOW_GREEN = "yellow_green"


PLATE_COLOUR_WORDS = {
    PlateColour.BLUE: N_("蓝底"),
    PlateColour.YELLOW: N_("黄底"),
    PlateColour.WHITE: N_("白底"),
    PlateColour.BLACK: N_("黑底"),
    PlateColour.GREEN: N_("渐变绿底"),
    PlateColour.YELLOW_GREEN: N_("黄绿双拼底"),
}


@dataclass(frozen=True)
class Plate:
    """A plate number: `energy` is what its letter hints at (None: the letters say nothing)."""

    text: str
    kind: PlateKind
    colour: PlateColour
    energy: Energy | None
    province: str

    def __str__(self) -> str:
        return self.text


def read_plate(text: str) -> Plate:
    """Read a plate number; spaces, dots and full-width characters are understood [V:PLT].

    Raises `Refused` (field ``plate``) that says what is wrong: ``plate_province``,
    ``plate_letter`` (I or O), ``plate_city``, ``plate_length``, ``plate_character``,
    ``plate_nev``, ``plate_elsewhere``.
    """
    plain = normalise(text)
    _check_plate_head(plain)
    if len(plain) not in (7, 8):
        raise Refused(
            "plate_length",
            "号牌号码应为 7 位，新能源为 8 位，现为 %(found)d 位。请核对。",
            field="plate",
            found=len(plain),
        )
    kind = _ordinary_kind(plain) if len(plain) == 7 else _nev_kind(plain)
    letter = {PlateKind.NEV_SMALL: plain[2], PlateKind.NEV_LARGE: plain[-1]}.get(kind)
    energy = next((e for e in Energy if letter in _PLATES["nev_letters"].get(e.name, ())), None)
    return Plate(plain, kind, PlateColour(_PLATES["colours"][kind]), energy, plain[0])


def _check_plate_head(plain: str) -> None:
    """The checks that do not depend on the length: province, I and O, city letter."""
    if plain[:1] not in _PLATES["provinces"]:
        raise Refused(
            "plate_province",
            "号牌号码第 1 位“%(char)s”不是省份简称，请从“京、津、浙、粤”等简称开始填写。",
            field="plate",
            char=plain[:1],
        )
    for position, char in enumerate(plain, 1):
        if char in "IO":
            raise Refused(
                "plate_letter",
                "号牌号码第 %(position)d 位是“%(char)s”：号牌不使用字母 I、O，"
                "请核对是否应为数字“%(likely)s”。",
                field="plate",
                position=position,
                char=char,
                likely=_VIN["look_alikes"][char],
            )
    if len(plain) > 1 and not ("A" <= plain[1] <= "Z"):
        raise Refused(
            "plate_city",
            "号牌号码第 2 位“%(char)s”应为发牌机关代号（字母），请改正。",
            field="plate",
            char=plain[1],
        )


def _ordinary_kind(plain: str) -> PlateKind:
    if plain[-1] in _PLATES["elsewhere"]:
        raise Refused(
            "plate_elsewhere",
            "“%(char)s”字号牌不在此登记：请按无号牌登记，并在备注中写明号牌全文。",
            field="plate",
            char=plain[-1],
        )
    for position, char in enumerate(plain[2:], 3):
        if not (char.isascii() and char.isalnum()) and not (
            position == 7 and char in _PLATES["suffixes"]
        ):
            raise Refused(
                "plate_character",
                "号牌号码第 %(position)d 位“%(char)s”不能出现在这里，请改正。",
                field="plate",
                position=position,
                char=char,
            )
    return PlateKind(_PLATES["suffixes"].get(plain[-1], "ordinary"))


def _nev_kind(plain: str) -> PlateKind:
    if re.fullmatch(rf"[{_NEV_LETTERS}][A-Z0-9][0-9]{{4}}", plain[2:]):
        return PlateKind.NEV_SMALL
    if re.fullmatch(rf"[0-9]{{5}}[{_NEV_LETTERS}]", plain[2:]):
        return PlateKind.NEV_LARGE
    raise Refused(
        "plate_nev",
        "8 位号牌应为新能源号牌：小型车第 3 位、大型车第 8 位是字母 %(letters)s 之一，"
        "其余为数字（小型车第 4 位可为字母）。现为“%(found)s”，请核对字母，或是否多填一位。",
        field="plate",
        letters="、".join(sorted(_NEV_LETTERS)),
        found=plain[2:],
    )


def plate_region(plate: str) -> str:
    """Region that issued a normalised plate: the city where known, else the province."""
    city, province = _PLATES["cities"].get(plate[:2]), _PLATES["provinces"].get(plate[:1], "")
    return str(city or province)


# --- who sees what (mask table, our proposal)


class Audience(StrEnum):
    """For whom a page is made."""

    PUBLIC = "public"
    BIDDER = "bidder"
    AGENCY = "agency"
    COURT = "court"


def mask_plate(plate: str, audience: Audience) -> str:
    """A normalised plate as `audience` may see it; the public sees its region letters alone."""
    match audience:
        case Audience.PUBLIC:
            return f"{plate[:2]}·*****" if plate else ""
        case Audience.BIDDER:
            return plate[:2] + "*" * max(0, len(plate) - 4) + plate[4:][-2:]
        case _:
            return plate


def mask_vin(vin: str, audience: Audience) -> str:
    """A normalised VIN as `audience` may see it: what tells the model, not the single vehicle.

    Public: positions 1–8 and 10–11. Bidder: 1–11. Anything but 17 characters (old chassis
    numbers) is starred whole for both.
    """
    if audience in (Audience.AGENCY, Audience.COURT):
        return vin
    if len(vin) != _VIN["length"]:
        return "*" * len(vin)
    ninth = "*" if audience is Audience.PUBLIC else vin[8]
    return vin[:8] + ninth + vin[9:11] + "*" * 6


# --- the life of a vehicle


class Stage(StrEnum):
    """Where a vehicle stands in its life under one case."""

    REGISTERED = "registered"
    ENTRUSTED = "entrusted"
    TOW_ORDERED = "tow_ordered"
    TOWING = "towing"
    AT_GATE = "at_gate"
    TAKEN_IN = "taken_in"
    STORED = "stored"
    PUBLISHED = "published"
    SOLD = "sold"
    PAID = "paid"
    RELEASE_ORDERED = "release_ordered"
    RELEASED = "released"
    QUEUED = "queued"
    WITHDRAWN = "withdrawn"


IN_HANDS = (
    Stage.TOWING,
    Stage.AT_GATE,
    Stage.TAKEN_IN,
    Stage.STORED,
    Stage.PUBLISHED,
    Stage.SOLD,
    Stage.PAID,
    Stage.RELEASE_ORDERED,
)
"""From the tow to the gate: the vehicle is in a station's hands."""

STAGES = Steps(
    "stage_step",
    {
        Stage.REGISTERED: N_("已登记"),
        Stage.ENTRUSTED: N_("已委托"),
        Stage.TOW_ORDERED: N_("待拖车"),
        Stage.TOWING: N_("拖车途中"),
        Stage.AT_GATE: N_("已到库门"),
        Stage.TAKEN_IN: N_("已入库查验"),
        Stage.STORED: N_("在库"),
        Stage.PUBLISHED: N_("公示中"),
        Stage.SOLD: N_("已成交"),
        Stage.PAID: N_("已付清"),
        Stage.RELEASE_ORDERED: N_("已令放行"),
        Stage.RELEASED: N_("已出库"),
        Stage.QUEUED: N_("轮候"),
        Stage.WITHDRAWN: N_("已撤回"),
    },
    {
        Stage.QUEUED: {Stage.REGISTERED, Stage.WITHDRAWN},
        Stage.REGISTERED: {Stage.ENTRUSTED, Stage.WITHDRAWN},
        Stage.ENTRUSTED: {Stage.TOW_ORDERED, Stage.REGISTERED, Stage.WITHDRAWN},
        Stage.TOW_ORDERED: {Stage.TOWING, Stage.ENTRUSTED, Stage.WITHDRAWN},
        Stage.TOWING: {Stage.AT_GATE},
        Stage.AT_GATE: {Stage.TAKEN_IN},
        Stage.TAKEN_IN: {Stage.STORED},
        Stage.STORED: {Stage.PUBLISHED, Stage.WITHDRAWN},
        Stage.PUBLISHED: {Stage.SOLD, Stage.STORED, Stage.WITHDRAWN},
        Stage.SOLD: {Stage.PAID, Stage.PUBLISHED, Stage.STORED},
        Stage.PAID: {Stage.RELEASE_ORDERED},
        Stage.RELEASE_ORDERED: {Stage.RELEASED, Stage.PAID},
    },
)
"""A default sends a sold vehicle back to the showroom or the yard; a revoked command undoes an
order. Withdrawn and queued wait for the rooms that will carry them on."""

STAGE_WORDS = STAGES.words


def check_step(now: Stage, to: Stage) -> None:
    """Raise `Refused` (``stage_step``, 409) unless a vehicle may go from `now` to `to`."""
    STAGES.check(now, to)


# --- queued seizures


def join_hold(existing: int) -> int:
    """Rank of a new case's seizure among `existing` live ones; the first holds the vehicle.

    查扣冻规定 art. 26 [V:LCK]: later seizures queue and take effect in turn.
    """
    if existing < 0:
        raise ValueError("a count of seizures is not negative")
    return existing + 1


HOLD_FIRST = N_("查封登记成功，本案为首封，由本案处置该车。")
HOLD_QUEUED = N_(
    "该车已有在先查封，本案登记为轮候查封，顺位第 %(rank)d。"
    "在先查封解除后自动生效，系统会通知承办人。"
)


def hold_message(rank: int) -> str:
    """Sentence (msgid, takes ``rank``) for the court that just seized.

    It says the rank and never which court or case is first: that is not this court's file.
    """
    return HOLD_FIRST if rank == 1 else HOLD_QUEUED
