"""The public showroom, the draft's page of station and agency, and the judge's checklist."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from station.court import reads as court_reads
from station.court import rules as court_rules
from station.court.rules import CommandKind
from station.ground import clock
from station.ground.database import act
from station.ground.doors import EVERYONE, admit, current_actor, everyone, refill
from station.ground.refused import Refused
from station.ground.web import say, show_day
from station.ground.words import N_
from station.intake import inspections
from station.intake import reads as intake
from station.intake.findings import DEFECT_WORDS, PANEL_WORDS
from station.media import reads as media
from station.media.shown import Pin, panorama_part
from station.orders.rules import SERVICES
from station.people import reads as people
from station.people.rules import Role
from station.sales import halt_reads, halts
from station.trail.reads import find_last_line
from station.vehicles import reads as vehicles
from station.vehicles import rules as vehicle_rules

from . import announcement, choosing, costs, desk, forms, halt_views, pictures, reads, rules
from .models import Listing

bp = Blueprint("showroom", __name__)
bp.register_blueprint(halt_views.bp)
DRAFTERS = (Role.AGENCY_MANAGER, Role.STATION_MANAGER, Role.INSPECTOR)
ANNOUNCERS = (Role.AGENCY_MANAGER, Role.STATION_MANAGER, Role.INSPECTOR, Role.CLERK)
DECIDERS = (Role.JUDGE, Role.CLERK)
NAV = [
    ((EVERYONE, *Role), "showroom.cars", N_("看车")),
    (DRAFTERS, "showroom.listings", N_("上架")),
    (DECIDERS, "showroom.reviews", N_("公示")),
]
PAGE = 24


# --- the public's pages


@bp.get("/cars")
@everyone
def cars() -> str:
    """What is on show: three groups of chips, and a card for each car."""
    choice, today = forms.read_choice(request.args), clock.today()
    shown = reads.list_published()
    fitting = [one for one in shown if choosing.fits(reads.traits_of(one), choice, today.year)]
    last = max(1, -(-len(fitting) // PAGE))
    page = min(forms.read_page(request.args), last)
    return render_template(
        "showroom/cars.html",
        rows=[_card(one) for one in fitting[(page - 1) * PAGE : page * PAGE]],
        count=len(fitting),
        total=len(shown),
        choice=choice,
        groups=choosing.GROUPS,
        page=page,
        last=last,
        page_url=lambda number: url_for(
            "showroom.cars", page=number, **dict[str, Any](choice.query)
        ),
        energies=vehicle_rules.ENERGY_WORDS,
    )


def _card(listing: Listing) -> dict[str, Any]:
    return {
        "listing": listing,
        "cover": pictures.cover_of(listing.vehicle_id),
        "defects": len(intake.list_findings(listing.vehicle_id)),
        "phase": reads.phase_of(listing),
    }


@bp.get("/cars/<public_id>")
@everyone
def car(public_id: str) -> str:
    """One car: what is seen, what is wrong, what is known, what it costs, when it is sold."""
    listing = reads.get_published(public_id)
    bid, problem = _bid(listing)
    album = pictures.album_of(listing.vehicle_id)
    gate_in = intake.find_intake(listing.vehicle_id)
    return render_template(
        "showroom/car.html",
        listing=listing,
        vehicle=listing.vehicle,
        plate=vehicle_rules.mask_plate(listing.vehicle.plate, vehicle_rules.Audience.PUBLIC),
        region=vehicle_rules.plate_region(listing.vehicle.plate) if listing.vehicle.plate else "",
        vin=vehicle_rules.mask_vin(listing.vehicle.vin, vehicle_rules.Audience.PUBLIC),
        album=album,
        defects=[_defect(one) for one in album.defects],
        spin_pins=_spin_pins(album),
        panoramas=[_panorama(one, album) for one in album.panoramas],
        gate_in=gate_in,
        record=intake.get_record(gate_in) if gate_in else None,
        not_checked=_not_checked(listing.vehicle_id),
        graded=inspections.find_signed(listing.vehicle_id),
        bid=bid,
        problem=problem,
        estimate=costs.estimate(bid.fen, reads.costs_of(listing), bid.services),
        services=SERVICES,
        facts=reads.public_facts(listing),
        phase=reads.phase_of(listing),
        halt=halt_reads.find_halt(listing.vehicle_id),
        halts=halts,
        texts=announcement.TEXTS,
        warnings=announcement.WARNINGS,
        similar=[_card(one) for one in reads.list_similar(listing)],
        energies=vehicle_rules.ENERGY_WORDS,
        kinds=vehicle_rules.VEHICLE_KIND_WORDS,
        bearers=costs.TAX_BEARERS,
        stale_days=rules.STALE_DAYS,
        today=clock.today(),
    )


def _bid(listing: Listing) -> tuple[forms.Bid, str]:
    """The bid in the address; for one that cannot be, the start price and the sentence why."""
    start = listing.start or 0
    try:
        return forms.read_bid(request.args, start), ""
    except Refused as refusal:
        chosen = forms.read_bid(_without_bid(), start).services
        return forms.Bid(start, chosen), say(refusal)


def _without_bid() -> Any:
    rest = request.args.copy()
    rest.pop("bid", None)
    return rest


def _label(defect: pictures.Defect) -> str:
    return f"{gettext(defect.panel)} · {gettext(defect.defect)}"


def _pin_label(defect: pictures.Defect) -> str:
    """A pin shows its number, so its name begins with it (WCAG 2.5.3)."""
    return f"{defect.number} {_label(defect)}"


def _not_checked(vehicle_id: str) -> dict[str, list[str]]:
    """What could not be checked, by the reason why."""
    reasons: dict[str, list[str]] = {}
    for item, why in intake.list_not_checked(vehicle_id):
        reasons.setdefault(why, []).append(gettext(item.zh))
    for unchecked, why in inspections.list_unchecked(vehicle_id):
        reasons.setdefault(why, []).append(gettext(unchecked.zh))
    return reasons


def _defect(defect: pictures.Defect) -> dict[str, object]:
    """A defect as the list shows it."""
    size = gettext("约 %(mm)d 毫米", mm=defect.size_mm) if defect.size_mm else ""
    close_up = defect.close_up
    url = close_up.url if close_up else ""
    taken = gettext("近照拍摄于 %(when)s", when=show_day(close_up.taken)) if close_up else ""
    return {
        "id": defect.id,
        "number": defect.number,
        "label": _label(defect) + (f" · {size}" if size else ""),
        "note": " · ".join(part for part in (defect.sentence, taken) if part),
        "photo": url,
        "thumb": url,
        "where": defect.where,
        "at": defect.in_photo,
    }


def _spin_pins(album: pictures.Album) -> list[dict[str, object]]:
    return [
        {"id": one.id, "number": one.number, "label": _pin_label(one), "frames": one.spin}
        for one in album.defects
        if one.spin
    ]


def _panorama(one: pictures.Panorama, album: pictures.Album) -> dict[str, object]:
    """A panorama as its part of the page takes it, with the pins that are on it."""
    aged = gettext("已超过 %(days)d 天或之后有变动，可能与现状不同", days=rules.STALE_DAYS)
    about = gettext("拍摄于 %(when)s", when=show_day(one.taken))
    pins = [
        Pin(d.id, d.number, _pin_label(d), *d.inside)
        for d in album.defects
        if d.inside and d.panorama_id == one.sphere.id
    ]
    return panorama_part(one.sphere, f"{about} · {aged}" if one.stale else about, pins)


# --- station and agency: the draft


@bp.get("/showroom")
@admit(*DRAFTERS)
def listings() -> str:
    """Vehicles in the station and how far their pages are."""
    rows = reads.list_waiting(current_actor())
    return render_template(
        "showroom/listings.html",
        rows=[(vehicle, one, reads.state_of(one) if one else None) for vehicle, one in rows],
        words=rules.LISTING_STATES.words,
    )


@bp.get("/showroom/vehicles/<vehicle_id>")
@admit(*DRAFTERS, Role.CLERK)
def draft(vehicle_id: str) -> str:
    """The draft of a vehicle's page, what it still lacks, and the announcement when ordered."""
    vehicle = vehicles.get_vehicle(current_actor(), vehicle_id)
    listing = reads.find_listing(vehicle_id)
    told = reads.draft_of(listing) if listing else rules.Draft()
    evidence = reads.evidence_of(vehicle_id)
    return render_template(
        "showroom/draft.html",
        vehicle=vehicle,
        listing=listing,
        standing=reads.state_of(listing) if listing else rules.ListingState.DRAFT,
        editable=desk.EDITABLE,
        draft=told,
        checklist=rules.check_listing(evidence, told, clock.today()),
        unconfirmed=reads.list_unconfirmed(vehicle_id),
        command=court_reads.find_command(vehicle_id, CommandKind.PUBLISH),
        texts=announcement.TEXTS,
        bearers=costs.TAX_BEARERS,
        words=rules.LISTING_STATES.words,
        shanghai=clock.in_shanghai,
        today=clock.today(),
    )


@bp.post("/showroom/vehicles/<vehicle_id>")
@admit(*DRAFTERS)
@refill("showroom.draft")
def save(vehicle_id: str) -> Response:
    """Keep the draft."""
    actor = current_actor()
    vehicle = vehicles.get_vehicle(actor, vehicle_id)
    typed, version = forms.read_draft(request.form), forms.read_version(request.form)
    with act():
        desk.save(actor, vehicle, typed, version)
    return redirect(url_for("showroom.draft", vehicle_id=vehicle_id), 303)


@bp.post("/showroom/vehicles/<vehicle_id>/announce")
@admit(*ANNOUNCERS)
@refill("showroom.draft")
def announce(vehicle_id: str) -> Response:
    """Publish the announcement; the public page opens."""
    actor = current_actor()
    with act():
        listing = reads.get_listing(actor, vehicle_id)
        desk.announce(actor, listing)
        public_id = listing.public_id
    return redirect(url_for("showroom.car", public_id=public_id), 303)


# --- the judge


@bp.get("/showroom/reviews")
@admit(*DECIDERS)
def reviews() -> str:
    """Pages of the court's vehicles: what waits for the judge first."""
    rows = reads.list_for_review(current_actor())
    return render_template(
        "showroom/reviews.html",
        rows=[(one, reads.state_of(one)) for one in rows],
        words=rules.LISTING_STATES.words,
    )


@bp.get("/showroom/reviews/<vehicle_id>")
@admit(*DECIDERS)
def review(vehicle_id: str) -> str:
    """The checklist with its evidence; approve, return, or take down."""
    listing = reads.get_for_review(current_actor(), vehicle_id)
    told, today = reads.draft_of(listing), clock.today()
    line = find_last_line(listing.subject)
    findings = intake.list_findings(vehicle_id)
    return render_template(
        "showroom/review.html",
        listing=listing,
        vehicle=listing.vehicle,
        standing=reads.state_of(listing),
        draft=told,
        checklist=rules.check_listing(reads.evidence_of(vehicle_id), told, today),
        entrustment=court_reads.find_entrustment(vehicle_id),
        gate_in=intake.find_intake(vehicle_id),
        findings=[(one, PANEL_WORDS[one.panel], DEFECT_WORDS[one.defect]) for one in findings],
        photos=media.list_public(vehicle_id),
        drafter=people.name_of(line.actor) if line else "",
        due=court_rules.default_due(CommandKind.PUBLISH, today),
        facts=reads.public_facts(listing),
        texts=announcement.TEXTS,
        bearers=costs.TAX_BEARERS,
        words=rules.LISTING_STATES.words,
        editable=desk.EDITABLE,
        today=today,
    )


@bp.post("/showroom/reviews/<vehicle_id>")
@admit(Role.JUDGE)
@refill("showroom.review")
def order(vehicle_id: str) -> Response:
    """Order publication, return the draft, or take the car down: three buttons of one page."""
    actor = current_actor()
    listing = reads.get_for_review(actor, vehicle_id)
    version, answer = forms.read_version(request.form), request.form.get("answer")
    why = request.form.get("why", "")
    with act():
        if answer == "order":
            due, reasons = forms.read_due(request.form), forms.read_reasons(request.form)
            command = desk.order(actor, listing, version, due=due, reasons=reasons)
            return_to = url_for("court.command", command_id=command.id)
        elif answer == "withdraw":
            desk.withdraw(actor, listing, why)
            return_to = url_for("showroom.review", vehicle_id=vehicle_id)
        else:
            desk.send_back(actor, listing, version, why)
            return_to = url_for("showroom.reviews")
    return redirect(return_to, 303)
