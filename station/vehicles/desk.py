"""Changes of a vehicle, each a part of another room's act, which writes the line."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert

from station.ground import clock
from station.ground.database import changed, db
from station.ground.ids import new_id
from station.ground.refused import Refused

from . import reads, rules
from .conformity import Licence, check_licence
from .custody import Holder, next_number
from .models import Access, Custody, LicenceRow, Valuation, Vehicle
from .valuations import Basis, check_valuation


@dataclass(frozen=True)
class Identity:
    """What a vehicle is registered by; `voucher` and `photo` stand for a failed check digit."""

    vin: rules.Vin
    plate: rules.Plate | None
    model: str
    kind: rules.VehicleKind
    energy: rules.Energy
    colour: str = ""
    year: int | None = None
    engine_number: str = ""
    voucher: str | None = None
    photo: str | None = None


def add(identity: Identity) -> Vehicle:
    """A new vehicle. A VIN that fails its check needs a voucher and a photo (checked here)."""
    if rules.needs_override(identity.vin) and not (identity.voucher and identity.photo):
        rules.read_vin(identity.vin.text)  # refuses, showing the expected digit
    plate = identity.plate
    row = Vehicle(
        id=new_id(),
        vin=identity.vin.text,
        vin_tail=identity.vin.text[-4:],
        vin_voucher=identity.voucher,
        vin_photo=identity.photo,
        plate=plate.text if plate else "",
        plate_tail=plate.text[-4:] if plate else "",
        plate_kind=plate.kind if plate else None,
        plate_colour=plate.colour if plate else None,
        engine_number=identity.engine_number,
        kind=identity.kind,
        energy=identity.energy,
        model=identity.model,
        colour=identity.colour,
        year=identity.year,
        stage=rules.Stage.REGISTERED,
        stage_since=clock.now(),
        registered_at=clock.now(),
        version=1,
    )
    db.session.add(row)
    db.session.flush()
    return row


def let_see(vehicle_id: str, organisation_id: str) -> None:
    """From now on this organisation has to do with the vehicle."""
    db.session.execute(
        insert(Access)
        .values(vehicle_id=vehicle_id, organisation_id=organisation_id, since=clock.now())
        .on_conflict_do_nothing()
    )


def hide_from(vehicle_id: str, organisation_id: str) -> None:
    """This organisation has nothing to do with the vehicle any more, e.g. it declined the work."""
    db.session.execute(
        delete(Access).where(
            Access.vehicle_id == vehicle_id, Access.organisation_id == organisation_id
        )
    )


def advance(vehicle: Vehicle, to: rules.Stage) -> None:
    """Take the next step of the vehicle's life, if nobody took another one meanwhile."""
    rules.check_step(vehicle.stage, to)
    moved = changed(
        update(Vehicle)
        .where(Vehicle.id == vehicle.id, Vehicle.stage == vehicle.stage)
        .values(stage=to, stage_since=clock.now(), version=Vehicle.version + 1)
    )
    if not moved:
        raise Refused(
            "vehicle_moved_on", "这辆车的状态刚刚被别人改变，请刷新页面后再办。", status=409
        )


def hand_over(
    subject: str,
    vehicle_id: str,
    giver: Holder,
    taker: Holder,
    *,
    place: str,
    by_name: str,
    odometer_km: int | None = None,
) -> Custody:
    """Add a link to the chain of a vehicle or of a thing that came with it.

    Refuses a gap (`next.from == previous.to`), and a second link at the same moment: the table takes
    each number of a chain once, and only from the one who has the thing.
    """
    last = reads.find_last_link(subject)
    number = next_number(last, giver, taker)
    added: Custody | None = db.session.scalar(
        insert(Custody)
        .values(
            subject=subject,
            number=number,
            before=number - 1 or None,
            vehicle_id=vehicle_id,
            giver=giver.name,
            giver_key=giver.key,
            taker=taker.name,
            taker_key=taker.key,
            place=place,
            odometer_km=odometer_km,
            by_name=by_name,
            at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(Custody)
    )
    if added is None:
        raise Refused(
            "custody_moved_on", "同事刚刚登记了另一次交接，请刷新页面核对后再办。", status=409
        )
    return added


def value(vehicle_id: str, fen: int, basis: Basis, on: date, by_name: str) -> Valuation:
    """A new valuation. Raises `Refused` for no value or a day that has not come."""
    check_valuation(fen, on, clock.today())
    row = Valuation(
        id=new_id(),
        vehicle_id=vehicle_id,
        fen=fen,
        basis=basis,
        on=on,
        by_name=by_name,
        at=clock.now(),
    )
    db.session.add(row)
    return row


def note_licence(vehicle_id: str, licence: Licence, version: int, by_name: str) -> bool:
    """Write down what the licence says; False when somebody saved it meanwhile. `version`: how often
    it had been saved when the page was shown."""
    check_licence(licence, clock.today())
    values = {**asdict(licence), "by_name": by_name, "at": clock.now(), "version": version + 1}
    if version:
        seen = (LicenceRow.vehicle_id == vehicle_id, LicenceRow.version == version)
        return bool(changed(update(LicenceRow).where(*seen).values(**values)))
    added = (
        insert(LicenceRow)
        .values(vehicle_id=vehicle_id, **values)
        .on_conflict_do_nothing()
        .returning(LicenceRow.version)
    )
    return db.session.scalar(added) is not None
