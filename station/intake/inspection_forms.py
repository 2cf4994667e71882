"""One section of the standard's form, as a phone sends it.

Fields of item n: ``c<n>`` its choice, ``r<n>`` why it was not checked or is not applicable,
``k<n>`` codes of the frame, ``v<n>`` a number, ``w<n>`` words, ``t39`` the tread. ``rest`` says what the items without
an answer are: sound, or not checked because of ``reason``.
"""

from __future__ import annotations

from station.ground.refused import Refused
from station.vehicles.rules import Energy

from .forms import Form, read_decimal, read_number
from .grading import Mark, needs_reason
from .standard import PARTS, TABLE, Choice, Item, Section, items_absent

LONGEST = 200


def read_marks(form: Form, section: Section, energy: Energy) -> dict[int, Mark]:
    """A mark for every item of the section. Raises `Refused` naming those without an answer."""
    marks = {item.number: _mark(form, item, energy) for item in PARTS[section].items}
    silent = [item for item in PARTS[section].items if marks[item.number] is None]
    if silent:
        raise Refused(
            "inspection_silent",
            "还有 %(count)d 项没有选：%(missing)s。请逐项选择，或点“其余正常”。",
            field=f"c{silent[0].number}",
            count=len(silent),
            missing="、".join(f"{item.number} {item.zh}" for item in silent[:5]),
        )
    return {number: mark for number, mark in marks.items() if mark is not None}


def _mark(form: Form, item: Item, energy: Energy) -> Mark | None:
    choice = _choice(form, item, energy)
    if choice is None:
        return None
    n = item.number
    reason = form.get(f"r{n}", "").strip() or form.get("reason", "").strip()
    return Mark(
        choice,
        reason=reason[:LONGEST] if needs_reason(n, choice, energy) else "",
        codes=tuple(form.getlist(f"k{n}")) if choice is Choice.SEVERE else (),
        tread_mm=read_decimal(form.get(f"t{n}", "")) if n == TABLE["tread"]["item"] else None,
        value=read_number(form, f"v{n}") if item.measured else None,
        words=form.get(f"w{n}", "").strip()[:LONGEST],
    )


def _choice(form: Form, item: Item, energy: Energy) -> Choice | None:
    """What was pressed; else what follows: absent by its drive, measured, described, or the rest."""
    told = form.get(f"c{item.number}", "")
    if told:
        return _known(told)
    if item.number in items_absent(energy):
        return Choice.NOT_APPLICABLE
    if item.measured and form.get(f"v{item.number}", "").strip():
        return Choice.SOUND
    if item.described:
        return Choice.SOUND
    if form.get("rest") == "unchecked":
        return Choice.UNCHECKED
    return Choice.SOUND if form.get("rest") == "sound" and not item.measured else None


def _known(told: str) -> Choice:
    try:
        return Choice(told)
    except ValueError:
        raise Refused("inspection_choice", "请从这一项的选项中选择。", field="choice") from None
