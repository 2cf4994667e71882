"""Ordering release, clearing belongings, the gate pass, and the hand-over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import update

from station.court import desk as court
from station.court import reads as court_reads
from station.court.models import Command
from station.court.rules import CommandKind
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import changed, db
from station.ground.ids import new_id
from station.ground.refused import Refused
from station.ground.words import N_
from station.intake import thing_desk, thing_reads
from station.intake.rules import VIEW_WORDS
from station.media import desk as media
from station.media import paper_desk
from station.media.door import Kept
from station.media.labels import Purpose
from station.media.models import Media
from station.people import desk as people
from station.people import reads as people_reads
from station.people.rules import Role
from station.sales import desk as sales
from station.sales import reads as sales_reads
from station.sales.models import Lot
from station.trail import desk as trail
from station.trail.models import TrailLine
from station.trail.rules import Fact, document_number
from station.vehicles import desk as vehicles
from station.vehicles.custody import Holder
from station.vehicles.models import Vehicle
from station.vehicles.rules import Stage
from station.yard import desk as yard

from . import reads, rules
from .models import ClearedBelongings, Release
from .rules import Clearing, Leaving, Taker, TakerKind

INVITATION = N_("您竞得的车辆可以办理提车了。请打开链接，输入验证码，按页面的“下一步”办理。")


def order(actor: Actor, vehicle: Vehicle, *, due: date, note: str = "") -> Command:
    """The judge orders release from the checklist; the buyer's one-time link goes out with it.

    A red item is refused and cannot be overridden. One act, one line: `court.issue`.
    """
    lot = sales_reads.find_sold(vehicle.id)
    blocks = reads.judged_blocks(vehicle.id)
    if lot is None or blocks:
        raise Refused(
            "release_blocked",
            "不能令放行：%(reasons)s。请逐项办结后再签发。",
            status=409,
            reasons="；".join(block.zh for block in blocks) or rules.BLOCKS["balance"].zh,
        )
    tow = court_reads.find_command(vehicle.id, CommandKind.TOW_IN)
    if tow is None:
        raise Refused("not_in_station", "车辆不在服务站，无法放行。请先核对。", status=409)
    if vehicle.stage is Stage.RELEASE_ORDERED and reads.may_order(vehicle):
        vehicles.advance(vehicle, Stage.PAID)  # the order before was revoked
    release = _renew(lot, tow.addressee_id)
    _invite(release)
    facts: dict[str, Fact] = {f"check.{check.code}": True for check in reads.checklist(vehicle.id)}
    facts |= {"lot": lot.id, "voucher": lot.voucher_media, "ruling": lot.ruling_media}
    station = people_reads.get_organisation(tow.addressee_id)
    return court.issue(
        actor, CommandKind.RELEASE, vehicle, station, due=due, note=note, facts=facts
    )


def _renew(lot: Lot, station_id: str) -> Release:
    """The lot's release; the same one when an order was revoked and is given again."""
    release = reads.find_release(lot.vehicle_id)
    if release is None or release.lot_id != lot.id:
        release = Release(
            id=new_id(),
            lot_id=lot.id,
            vehicle_id=lot.vehicle_id,
            case_id=lot.case_id,
            station_id=station_id,
            ordered_at=clock.now(),
        )
        db.session.add(release)
    release.ordered_at, release.scanned_at = clock.now(), None
    db.session.flush()
    return release


def _invite(release: Release) -> None:
    lot = sales_reads.find_sold(release.vehicle_id)
    buyer = lot.buyer if lot else None
    if buyer is None:
        raise Refused(
            "no_buyer", "没有买受人信息，无法发送提车链接。请先核对成交结果。", status=409
        )
    people.make_link(
        people_reads.get_organisation(release.station_id),
        Role.BUYER,
        f"vehicle:{release.vehicle_id}",
        name=buyer.name,
        phone=buyer.phone,
        text=INVITATION,
    )


def send_link(actor: Actor, release: Release) -> None:
    """A new link for a buyer who lost theirs; the old one, if unspent, stops working."""
    _check_here(release)
    _invite(release)
    _write(actor, "release.send_link", release, {})


def _check_here(release: Release) -> None:
    if release.left_at is not None:
        raise Refused("left_already", "车辆已出库，不用再办。", status=409)


def order_clearing(actor: Actor, vehicle: Vehicle, *, due: date, note: str) -> Command:
    """The judge says what becomes of the belongings: without this nothing leaves (查扣冻规定 art 20).

    One act, one line: `court.issue`.
    """
    if reads.belongings_cleared(vehicle.id):
        raise Refused("cleared_already", "车内没有待清退的物品，无需重复登记。", status=409)
    tow = court_reads.find_command(vehicle.id, CommandKind.TOW_IN)
    if tow is None:
        raise Refused("not_in_station", "车辆不在服务站，无法放行。请先核对。", status=409)
    if not note.strip():
        raise Refused(
            "clearing_words", "请写明返还给谁，或怎样处置，例如“返还被执行人赵某某”。", field="note"
        )
    station = people_reads.get_organisation(tow.addressee_id)
    return court.issue(actor, CommandKind.BELONGINGS, vehicle, station, due=due, note=note.strip())


def clear_belongings(
    actor: Actor, vehicle: Vehicle, how: Clearing, *, receiver: str, paper_media: str
) -> None:
    """Write down that what lay in the vehicle has left it by the judge's command, with the receipt
    (查扣冻规定 art 20). Sealed bags go to the receiver in their chains."""
    command = court_reads.get_covering(actor, vehicle.id, "release.clear_belongings")
    if reads.belongings_cleared(vehicle.id):
        raise Refused("cleared_already", "车内没有待清退的物品，无需重复登记。", status=409)
    if not receiver.strip():
        raise Refused("no_receiver", "请填写领取人或接收单位。", field="receiver")
    if not paper_media:
        raise Refused("no_receipt_paper", "请上传签收单或法院处理意见。", field="paper")
    row = ClearedBelongings(
        vehicle_id=vehicle.id,
        how=how,
        receiver=receiver.strip(),
        paper_media=paper_media,
        by_name=actor.name,
        at=clock.now(),
    )
    db.session.add(row)
    taker = Holder.outsider(f"receiver:{vehicle.id}", receiver.strip())
    bags = thing_desk.part_with(actor, thing_reads.list_bags(vehicle.id), taker)
    court.close(command)
    trail.write(
        actor,
        "release.clear_belongings",
        f"vehicle:{vehicle.id}",
        vehicle=vehicle.id,
        case=command.case_id,
        command=command.id,
        facts={"how": how.value, "paper": paper_media, "bags": bags},
        private={"receiver": receiver.strip()},
    )


def issue_pass(actor: Actor, release: Release) -> str:
    """A signed one-time pass; an older one stops working. The text of its QR.

    Refuses while something must still be paid, served, ordered or lifted.
    """
    _check_here(release)
    blocks = reads.pass_blocks(release.vehicle_id)
    if blocks:
        raise Refused(
            "pass_blocked",
            "还不能签发出门证：%(reasons)s。%(way)s",
            status=409,
            reasons="；".join(block.zh for block in blocks),
            way=blocks[0].way_on,
        )
    text = media.issue_code(actor, Purpose.PASS, release.subject, write=False)
    code = reads.find_pass(release)
    _write(actor, "release.issue_pass", release, {"code": code.id if code else ""})
    return text


def scan(actor: Actor, verdict: reads.Verdict) -> None:
    """Write down what the gate saw, green or red; a green lets the hand-over begin."""
    release = verdict.release
    facts: dict[str, Fact] = {
        "verdict": "red" if verdict.red else "green",
        "why": verdict.red.value if verdict.red else "",
        "blocks": " ".join(block.code for block in verdict.blocks),
    }
    if release is None:
        subject = f"organisation:{actor.organisation_id}"
        trail.write(actor, "release.scan", subject, facts=facts)
        return
    if verdict.red is None:
        changed(update(Release).where(Release.id == release.id).values(scanned_at=clock.now()))
    _write(actor, "release.scan", release, facts)


@dataclass(frozen=True)
class HandOver:
    """Everything the gate takes down. Media ids; a signature without a drawing is the typed name."""

    taker: Taker
    leaving: Leaving
    paper_media: str
    authority_media: str
    taker_sign_media: str
    staff_sign_media: str
    taker_sign_name: str
    staff_sign_name: str


def hand_over(actor: Actor, release: Release, given: HandOver) -> TrailLine:
    """The vehicle leaves with its buyer: all blocks are asked again, and both have signed.

    Ends its stay in the yard, its custody here and the command.
    """
    vehicle = release.vehicle
    _check_fresh(release)
    command = court_reads.get_covering(actor, vehicle.id, "release.hand_over")
    buyer_name = release.lot.buyer.name if release.lot.buyer else ""
    same = rules.identity_matches(buyer_name, reads.buyer_tail(release.lot), given.taker)
    rules.check_gate_out(reads.facts_of(vehicle.id, identity=same))
    rules.check_corners(frozenset(reads.photos_of(release)), VIEW_WORDS)
    _check_papers(given)
    before = reads.before_of(vehicle.id)
    differs = rules.check_leaving(given.leaving, before.odometer_km, before.keys)
    bay = yard.leave(vehicle.id)
    _leave(actor, release, given, bay)
    station = people_reads.get_organisation(release.station_id)
    vehicles.hand_over(
        f"vehicle:{vehicle.id}",
        vehicle.id,
        Holder.organisation(station.id, station.short_name),
        Holder.outsider(release.subject, given.taker.name.strip()),
        place="库门",
        odometer_km=given.leaving.odometer_km,
        by_name=actor.name,
    )
    held = thing_reads.list_leaving(vehicle.id)
    taker = Holder.outsider(release.subject, given.taker.name.strip())
    handed = thing_desk.part_with(actor, held, taker)
    sales.deliver(release.lot)
    vehicles.advance(vehicle, Stage.RELEASED)
    court.close(command)
    facts = _facts(release, given, before, bay)
    facts |= {"differs": " ".join(differs), "things": handed}
    private = {"taker": given.taker.name, "signed": given.taker_sign_name}
    return _write(actor, "release.hand_over", release, facts, private, command.id)


def _check_fresh(release: Release) -> None:
    if release.left_at is not None:
        raise Refused("left_already", "车辆已出库，不用再办。", status=409)
    if not reads.scan_holds(release) or reads.find_pass(release) is None:
        raise Refused("scan_first", "请先扫描出门证和车辆标签，变绿后再交接。", status=409)


def _check_papers(given: HandOver) -> None:
    if not given.paper_media:
        raise Refused("no_identity_paper", "请拍下提车人的身份证件。", field="paper")
    if given.taker.kind is TakerKind.HELPER and not given.authority_media:
        raise Refused("no_authority", "委托代领须拍下委托书。", field="authority")
    for name, field in (
        (given.taker_sign_name, "taker_sign_name"),
        (given.staff_sign_name, "staff_sign_name"),
    ):
        if not name.strip():
            raise Refused("not_signed", "交接双方都要签名，请补签。", field=field)


def _leave(actor: Actor, release: Release, given: HandOver, bay: str) -> None:
    now = clock.now()
    left = changed(
        update(Release)
        .where(Release.id == release.id, Release.left_at.is_(None))
        .values(
            left_at=now,
            number=document_number("CK", clock.in_shanghai(now).date(), release.id),
            taker_kind=given.taker.kind,
            taker=given.taker.name.strip(),
            handed_by=actor.name,
            odometer_km=given.leaving.odometer_km,
            keys=given.leaving.keys,
            reason=given.leaving.reason.strip(),
            bay=bay,
            paper_media=given.paper_media,
            authority_media=given.authority_media,
            taker_sign=given.taker_sign_media,
            staff_sign=given.staff_sign_media,
        )
    )
    if not left:
        raise Refused("left_already", "车辆已出库，不用再办。", status=409)


def _facts(release: Release, given: HandOver, before: reads.Before, bay: str) -> dict[str, Fact]:
    photos = reads.photos_of(release)
    facts: dict[str, Fact] = {
        "number": release.number or "",
        "taker_kind": given.taker.kind.value,
        "odometer_km": given.leaving.odometer_km,
        "keys": given.leaving.keys,
        "bay": bay,
        "identity": given.paper_media,
        "authority": given.authority_media,
        "taker_sign": given.taker_sign_media,
        "staff_sign": given.staff_sign_media,
    }
    if before.odometer_km is not None:
        facts["odometer_before_km"] = before.odometer_km
    if before.keys is not None:
        facts["keys_before"] = before.keys
    return facts | {f"photo.{corner}": photos[corner].id for corner in rules.CORNERS}


def file_sheet(actor: Actor, release: Release, kept: Kept, line: TrailLine) -> Media:
    """Keep the printed sheet; its SHA-256 is on the trail and it is served ever after. `line`: the
    hand-over."""
    paper = paper_desk.Paper(
        kind=reads.SHEET,
        number=release.number or "",
        issuer=people_reads.get_organisation(release.station_id).name,
        proves=line,
        vehicle=release.vehicle_id,
        case=release.case_id,
    )
    row = paper_desk.file_paper(actor, kept, paper)
    changed(
        update(Release)
        .where(Release.id == release.id, Release.sheet_media == "")
        .values(sheet_media=row.id)
    )
    return row


def _write(
    actor: Actor,
    act: str,
    release: Release,
    facts: Mapping[str, Fact],
    private: Mapping[str, str] | None = None,
    command: str = "",
) -> TrailLine:
    found = court_reads.find_command(release.vehicle_id, CommandKind.RELEASE)
    return trail.write(
        actor,
        act,
        release.subject,
        vehicle=release.vehicle_id,
        case=release.case_id,
        command=command or (found.id if found else ""),
        facts=facts,
        private=private,
    )
