"""One box for case number, plate, VIN, model and party: what was typed, and who may find what.

A party's name is the court's to search by and to see; others find a case only by its number, and
only through a vehicle they have to do with [P].
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from station.ground.refused import Refused
from station.ground.widths import half_width
from station.people.rules import COURT_ROLES
from station.vehicles.vin import normalise

LEAST, MOST = 2, 40  # characters
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Query:
    """What was typed. `text`: without spaces, half-width; `plain`: as VINs and plates are kept."""

    text: str
    plain: str


def read_query(typed: str) -> Query | None:
    """The query, `None` for an empty box. Raises `Refused` (field ``q``) for one that is too short to
    narrow anything down or too long to be a name."""
    text = _SPACES.sub("", half_width(typed))
    if not text:
        return None
    if not LEAST <= len(text) <= MOST:
        raise Refused(
            "search_length",
            "请输入 %(least)d 至 %(most)d 个字：案号、号牌、识别代号后四位或品牌型号。",
            field="q",
            least=LEAST,
            most=MOST,
        )
    return Query(text, normalise(text))


def may_search_parties(role: str) -> bool:
    """Whether people in `role` find cases by the names of their parties, and see them."""
    return role in COURT_ROLES


def like(text: str) -> str:
    """A pattern that finds `text` anywhere; its own wildcards stand for themselves."""
    return "%" + re.sub(r"([\\%_])", r"\\\1", text) + "%"
