"""What the rooms know of vehicles, as the judge's desk is made from it: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from station.court.rules import CommandKind, CommandState
from station.sales.rules import LotState
from station.vehicles.rules import Stage


@dataclass(frozen=True)
class CommandFact:
    """A command that is neither done nor revoked. `reported_at`: of the report that waits for the judge."""

    id: str
    vehicle: str
    kind: CommandKind
    state: CommandState
    issued_at: datetime
    due: date
    reported_at: datetime | None = None


@dataclass(frozen=True)
class SeizureFact:
    """A seizure that holds its vehicle. `asked_at`: when the last entrustment was offered or
    answered; `answer`: its state, empty when there was none."""

    id: str
    case: str
    vehicle: str
    stage: Stage
    since: datetime
    until: date
    entrustment: str = ""
    answer: str = ""
    asked_at: datetime | None = None


@dataclass(frozen=True)
class ListingFact:
    """A draft that nothing blocks. `red`: items that only a reason can stand for."""

    vehicle: str
    drafted_at: datetime
    red: int


@dataclass(frozen=True)
class LotFact:
    """A lot that has not ended in another way. `over_at`: when the bidding time ran out."""

    id: str
    vehicle: str
    state: LotState
    over_at: datetime
    ended_at: datetime | None = None
    pay_due: date | None = None
    balance_on: date | None = None
    served_at: datetime | None = None
    release_ordered: bool = False


@dataclass(frozen=True)
class Doubt:
    """A reading or a check-in that a person should look at. `what`: a msgid."""

    vehicle: str
    subject: str
    what: str
    at: datetime


@dataclass(frozen=True)
class MileageFact:
    """An odometer that movements on site do not explain. Kilometres."""

    vehicle: str
    growth: int
    allowed: int
    at: datetime


@dataclass(frozen=True)
class StorageFact:
    """A vehicle whose storage says to sell now. `cost`: as people read it."""

    vehicle: str
    since: datetime
    days: int
    cost: str


@dataclass(frozen=True)
class Expiry:
    """The day a paper of a vehicle ends. `what`: a msgid."""

    vehicle: str
    what: str
    on: date
    since: datetime


@dataclass(frozen=True)
class EmergencyFact:
    """Acts without a command that the judge has not answered yet."""

    id: str
    vehicle: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class ThingFact:
    """A key, paper or plate that is out too long, or lost. `what`: its kind, `number`: its number or
    name, both msgids; `lost`: else it is out with `who`."""

    id: str
    vehicle: str
    what: str
    number: str
    who: str
    lost: bool
    since: datetime


@dataclass(frozen=True)
class ValuablesFact:
    """Cash or valuables of which the judge has not disposed. `bags`: numbers of the sealed bags."""

    vehicle: str
    bags: str
    at: datetime


@dataclass(frozen=True)
class CourtFacts:
    """Everything that the desk is made from."""

    commands: tuple[CommandFact, ...] = ()
    seizures: tuple[SeizureFact, ...] = ()
    listings: tuple[ListingFact, ...] = ()
    lots: tuple[LotFact, ...] = ()
    care: tuple[Doubt, ...] = ()
    check_ins: tuple[Doubt, ...] = ()
    sightings: tuple[Doubt, ...] = ()
    unknowing: tuple[Doubt, ...] = ()
    enquiries: tuple[Doubt, ...] = ()
    halted: tuple[Expiry, ...] = ()
    reminders: tuple[Doubt, ...] = ()
    missing: tuple[Doubt, ...] = ()
    mileage: tuple[MileageFact, ...] = ()
    storage: tuple[StorageFact, ...] = ()
    expiries: tuple[Expiry, ...] = ()
    emergencies: tuple[EmergencyFact, ...] = ()
    things: tuple[ThingFact, ...] = ()
    valuables: tuple[ValuablesFact, ...] = ()
    identities: tuple[Doubt, ...] = ()
    incidents: tuple[Doubt, ...] = ()
    presence: tuple[Doubt, ...] = ()
