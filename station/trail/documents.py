"""Documents of the house: the foot that each prints, and what a stranger may learn about one.

A document proves one line of the trail and prints its hash. The printed file is kept by a second
line, which names the document's number, its issuer, the line that it proves and the document that
it takes the place of. Everything that is told here is read from those two lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import select

from station.ground import clock, paper
from station.ground.database import db

from . import checkpoints, reads, rules
from .checkpoints import Checkpoint
from .models import TrailLine
from .rules import Fact, Verdict

NO_SEAL = "样式，未加盖法定电子印章"


def facts_of(number: str, issuer: str, line: TrailLine, replaces: str) -> dict[str, Fact]:
    """What the line that keeps a document's file says of it. `line`: what the document proves."""
    return {"document": number, "issuer": issuer, "proves": line.hash.hex(), "replaces": replaces}


def show_day(moment: datetime) -> str:
    """2026年11月22日, in Shanghai: documents are always Chinese."""
    there = clock.in_shanghai(moment)
    return f"{there.year}年{there.month}月{there.day}日"


def show_moment(moment: datetime | None) -> str:
    """2026年11月22日 14:05; nothing for None."""
    return f"{show_day(moment)} {clock.in_shanghai(moment):%H:%M}" if moment else ""


def foot(title: str, number: str, line: TrailLine) -> dict[str, str]:
    """What stands on every page of a document: number, hash of its line, where to verify, and the
    checkpoint of the day before. The QR opens the verify page with the number."""
    base = current_app.extensions["settings"].base_url
    return {
        "title": title,
        "number": number,
        "hash": line.hash.hex(),
        "verify": f"{base}/verify",
        "qr": paper.qr_svg(f"{base}/verify?n={number}"),
        "at": show_moment(line.at),
        "checkpoint": _tell(find_checkpoint(line.chain, line.at)),
        "seal": NO_SEAL,
    }


def _tell(checkpoint: Checkpoint | None) -> str:
    if checkpoint is None:
        return "本链在出具日之前尚无存证点"
    return f"{show_moment(checkpoint.at)}，前 {checkpoint.length} 条，根 {checkpoint.root}"


def find_checkpoint(chain: str, moment: datetime) -> Checkpoint | None:
    """The chain's last checkpoint of the days before the day of `moment` in Shanghai."""
    settings = current_app.extensions["settings"]
    midnight = clock.in_shanghai(moment).replace(hour=0, minute=0, second=0, microsecond=0)
    public = checkpoints.load_key(settings.keys).public_key()
    return checkpoints.find_before(settings.checkpoint_folder, chain, midnight, public)


# --- what a stranger asks


@dataclass(frozen=True)
class Issued:
    """A document as the trail tells it. `line` keeps its file, `proves` is the line that it prints.
    `replaced_by`: the number of the document that took its place, or empty. Nothing personal."""

    number: str
    kind: str
    sha256: str
    issuer: str
    media: str
    line: TrailLine
    proves: TrailLine | None
    replaced_by: str

    @property
    def verdict(self) -> Verdict:
        """Genuine, superseded, or not what was written."""
        sound = (
            reads.is_sound(self.line) and self.proves is not None and reads.is_sound(self.proves)
        )
        return rules.judge_document(found=True, sound=sound, replaced=bool(self.replaced_by))


def find_by_number(number: str) -> Issued | None:
    """The document with this number (as `rules.read_document_number` gives it)."""
    return _find("document", number)


def find_by_file(sha256: str) -> Issued | None:
    """The document whose file has this SHA-256 (64 hexadecimal digits)."""
    return _find("sha256", sha256)


def _find(name: str, value: str) -> Issued | None:
    row = _line_that_says(name, value) if value else None
    return _issued(row) if row else None


def _line_that_says(name: str, value: str) -> TrailLine | None:
    return db.session.scalars(
        select(TrailLine)
        .where(
            TrailLine.facts["document"].astext.is_not(None), TrailLine.facts[name].astext == value
        )
        .order_by(TrailLine.at)
        .limit(1)
    ).first()


def _issued(row: TrailLine) -> Issued:
    said = {name: str(value) for name, value in row.facts.items()}
    later = _line_that_says("replaces", said["document"])
    return Issued(
        said["document"],
        said["kind"],
        said["sha256"],
        said["issuer"],
        said["media"],
        row,
        reads.find_line_by_hash(said["proves"]),
        str(later.facts["document"]) if later else "",
    )
