"""Admitting and barring agencies."""

from __future__ import annotations

from datetime import date

from sqlalchemy import update

from station.ground.actors import Actor
from station.ground.database import changed, db
from station.ground.refused import Refused
from station.people.models import Organisation
from station.people.rules import OrganisationKind
from station.trail import desk as trail

from . import rules
from .models import Admission


def admit(
    actor: Actor, agency: Organisation, *, capital_fen: int, admitted_on: date, until: date
) -> Admission:
    """Put an agency on the actor's court's list (办法 arts 6, 10–12)."""
    if agency.kind is not OrganisationKind.AGENCY:
        raise Refused("not_an_agency", "只有辅助机构可以入库，请重新选择。", field="agency")
    rules.check_capital(capital_fen)
    row = Admission(
        court_id=actor.organisation_id,
        agency_id=agency.id,
        capital_fen=capital_fen,
        admitted_on=admitted_on,
        until=until,
        barred_until=None,
        barred_reason="",
    )
    db.session.add(row)
    trail.write(
        actor,
        "agencies.admit",
        f"agency:{agency.id}",
        facts={"capital_fen": capital_fen, "until": until.isoformat()},
    )
    return row


def bar(actor: Actor, agency_id: str, *, until: date, reason: str) -> None:
    """Suspend or remove an agency until a day, with the reason (办法 arts 23–26)."""
    barred = changed(
        update(Admission)
        .where(Admission.court_id == actor.organisation_id, Admission.agency_id == agency_id)
        .values(barred_until=until, barred_reason=reason)
    )
    if not barred:
        raise Refused("agency_unknown", "该机构不在本院名单库，请从名单库中选择。", field="agency")
    trail.write(
        actor,
        "agencies.bar",
        f"agency:{agency_id}",
        facts={"until": until.isoformat()},
        private={"reason": reason},
    )
