"""A withdrawn vehicle goes back with its keys and papers (办法 art 17)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from station.court import desk as court
from station.court import reads as court_reads
from station.court.models import Command
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import db
from station.ground.refused import Refused
from station.intake import thing_desk, thing_reads
from station.media.models import Media
from station.people import reads as people_reads
from station.sales import halt_desk, halt_reads
from station.trail import desk as trail
from station.trail.rules import Fact
from station.vehicles import desk as vehicles
from station.vehicles.custody import Holder
from station.vehicles.rules import Stage
from station.yard import desk as yard

from . import reads, rules
from .models import GivenBack
from .rules import Leaving

LEAST_PHOTOS = 4


@dataclass(frozen=True)
class GivingBack:
    """What the gate takes down when a withdrawn vehicle goes back. `files`: what papers of the sale
    go with it; `taker_sign`, `staff_sign`: names in place of a drawn signature."""

    receiver: str
    leaving: Leaving
    files: str
    paper: str
    photos: Sequence[Media]
    taker_sign: str
    staff_sign: str


def give_back(actor: Actor, vehicle_id: str, given: GivingBack) -> None:
    """The vehicle, its keys and the papers go back to whom the judge named, with a receipt. Sealed
    bags go to the same person. Ends its stay, its custody here and the command."""
    command = court_reads.get_covering(actor, vehicle_id, "release.give_back")
    before = reads.before_of(vehicle_id)
    differs = rules.check_leaving(given.leaving, before.odometer_km, before.keys)
    _check_given(vehicle_id, given)
    bay = yard.leave(vehicle_id)
    handed = _hand(actor, vehicle_id, given)
    vehicles.advance(command.vehicle, Stage.WITHDRAWN)
    if not court.close(command):
        raise Refused("given_back", "车辆已经交还，不用再办。", status=409)
    halt_desk.close(halt_reads.get_halt(vehicle_id))
    db.session.add(_row(actor, command, given))
    facts: dict[str, Fact] = {
        "what": "vehicle keys files",
        "odometer_km": given.leaving.odometer_km,
        "keys": given.leaving.keys,
        "bay": bay,
        "things": handed,
        "paper": given.paper,
        "photos": " ".join(one.id for one in given.photos),
        "differs": " ".join(differs),
    }
    trail.write(
        actor,
        "release.give_back",
        f"vehicle:{vehicle_id}",
        vehicle=vehicle_id,
        case=command.case_id,
        command=command.id,
        facts=facts,
        private={
            "receiver": given.receiver.strip(),
            "files": given.files.strip(),
            "signed": given.taker_sign.strip(),
        },
    )


def _hand(actor: Actor, vehicle_id: str, given: GivingBack) -> str:
    """Vehicle, keys, papers and bags into the receiver's hands; the names of the things."""
    taker = Holder.outsider(f"receiver:{vehicle_id}", given.receiver.strip())
    station = people_reads.get_organisation(actor.organisation_id)
    vehicles.hand_over(
        f"vehicle:{vehicle_id}",
        vehicle_id,
        Holder.organisation(station.id, station.short_name),
        taker,
        place="库门",
        odometer_km=given.leaving.odometer_km,
        by_name=actor.name,
    )
    held = [*thing_reads.list_leaving(vehicle_id), *thing_reads.list_bags(vehicle_id)]
    return thing_desk.part_with(actor, held, taker)


def _row(actor: Actor, command: Command, given: GivingBack) -> GivenBack:
    return GivenBack(
        vehicle_id=command.vehicle_id,
        command_id=command.id,
        receiver=given.receiver.strip(),
        files=given.files.strip(),
        odometer_km=given.leaving.odometer_km,
        keys=given.leaving.keys,
        reason=given.leaving.reason.strip(),
        paper_media=given.paper,
        photos=[one.id for one in given.photos],
        taker_sign=given.taker_sign.strip(),
        staff_sign=given.staff_sign.strip(),
        by_name=actor.name,
        at=clock.now(),
    )


def _check_given(vehicle_id: str, given: GivingBack) -> None:
    if thing_reads.list_keeping(vehicle_id):
        raise Refused("things_lent", rules.BLOCKS["things"].zh, status=409)
    for value, field, words in (
        (given.receiver, "receiver", "请填写领取人。"),
        (given.files, "files", "请写明一并交还的档案资料；没有的写“无”。"),
        (given.taker_sign, "taker_sign", "交接双方都要签名，请补签。"),
        (given.staff_sign, "staff_sign", "交接双方都要签名，请补签。"),
    ):
        if not value.strip():
            raise Refused("give_back_field", words, field=field)
    if not given.paper:
        raise Refused("no_receipt_paper", "请上传签收单。", field="paper")
    shown = [one for one in given.photos if one.mime.startswith("image/")]
    if len(shown) < LEAST_PHOTOS or any(one.vehicle != vehicle_id for one in shown):
        raise Refused(
            "give_back_photos",
            "请拍下车辆四角的照片，至少 %(least)d 张。",
            field="photos",
            least=LEAST_PHOTOS,
        )
