"""Bay signs as data for their template."""

from __future__ import annotations

from collections.abc import Sequence

from station.ground import paper
from station.intake.sheets import get_label, show_code
from station.media import reads as media
from station.media.rules import Purpose

from . import rules
from .models import Bay


def make_signs(bays: Sequence[Bay], station: str) -> bytes:
    """One sign a page, 150 × 100 mm. Raises `Refused` for a bay without a valid sign."""
    codes = [get_label(bay.subject, Purpose.BAY) for bay in bays]
    signs = [
        {
            "qr": paper.qr_svg(media.text_of(code), sturdy=True),
            "code": show_code(code),
            "bay": bay.code,
            "kind": rules.BAY_KIND_WORDS[bay.kind],
            "station": station,
        }
        for bay, code in zip(bays, codes, strict=True)
    ]
    return paper.make_pdf("bay_sign", {"signs": signs}, at=max(code.issued_at for code in codes))
