"""Who acts. Desks take an Actor first; they never look at the request."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """A person, in one role, for one organisation, at one device.

    `scope`: for people who came by a one-time link, the only subject they may touch,
    e.g. `tow:4f…`; empty for people with an account.
    """

    person_id: str
    name: str
    role: str
    organisation_id: str
    organisation_name: str = ""
    device: str = ""
    address: str = ""
    scope: str = ""

    @property
    def by_link(self) -> bool:
        """Whether this person has no account here."""
        return bool(self.scope)
