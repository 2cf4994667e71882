"""Who acts. Desks take an Actor first; they never look at the request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Actor:
    """A person, in one role, for one organisation, at one device.

    `scope`: for people who came by a one-time link, the only subject they may touch,
    e.g. `tow:4f…`; empty for people with an account. `claimed`: when the act was done by the
    device's word, for work done without signal; `clock_off`: that clock cannot be trusted;
    `vouched_by`: the enrolled device that signed for a person who gave it only a PIN.
    """

    person_id: str
    name: str
    role: str
    organisation_id: str
    organisation_name: str = ""
    device: str = ""
    address: str = ""
    scope: str = ""
    claimed: datetime | None = None
    clock_off: bool = False
    vouched_by: str = ""

    @property
    def by_link(self) -> bool:
        """Whether this person has no account here."""
        return bool(self.scope)
