"""What the program would mask, and what a person made of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from station.ground.refused import Refused
from station.ground.words import N_
from station.trail.rules import Fact

Rectangle = Sequence[float]
OVERLAP = 0.3  # of the union: a rectangle that was moved or resized, and not another one

CURED = ("model_missing", "model_other")  # reasons that end when the program is installed rightly
PASSING = ("decoding_limit",)  # reasons that may have lain in a busy machine
LOOKS = 3  # in vain, after which a picture is not looked at again for a passing reason

WORDS = {"face": N_("建议·人脸"), "plate": N_("建议·车牌"), "": N_("已画的框")}
PLACES = (
    (N_("左上"), N_("上方"), N_("右上")),
    (N_("左侧"), N_("中间"), N_("右侧")),
    (N_("左下"), N_("下方"), N_("右下")),
)


@dataclass(frozen=True)
class Choice:
    """A rectangle on the page. `what`: key of WORDS; `sure`: per cent, 0 for one drawn by hand."""

    box: list[float]
    what: str
    sure: int
    chosen: bool

    @property
    def place(self) -> str:
        """Where in the picture its middle lies, in words (a msgid)."""
        x, y, w, h = self.box
        row, column = (min(2, int(3 * middle)) for middle in (y + h / 2, x + w / 2))
        return PLACES[row][column]


def choices(
    proposed: Sequence[Mapping[str, Any]],
    drawn: Sequence[Rectangle] | None,
    *,
    unseen: bool = False,
) -> list[Choice]:
    """What the page lists: proposals, surest first, then what else was drawn.

    `drawn`: rectangles that a person chose before; None at the first look. Every proposal is
    chosen then, and when the person chose without having seen them (`unseen`): who overlooks
    one has hidden too much, not too little.
    """
    chosen, every = [list(one) for one in drawn or ()], drawn is None or unseen
    listed = [
        Choice(one["box"], one["what"], one["sure"], every or one["box"] in chosen)
        for one in proposed
    ]
    known = [one.box for one in listed]
    return listed + [Choice(box, "", 0, True) for box in chosen if box not in known]


def facts(
    proposed: Sequence[Mapping[str, Any]],
    models: Sequence[Mapping[str, Any]],
    reason: str,
    drawn: Sequence[Rectangle],
) -> dict[str, Fact]:
    """What the trail says of proposals and of what a person made of them.

    A proposal is accepted as it is, moved (a rectangle overlaps it), or removed; what is drawn
    beside them is added.
    """
    boxes, left = [one["box"] for one in proposed], [list(one) for one in drawn]
    accepted = [box for box in boxes if box in left]
    left = [one for one in left if one not in accepted]
    rest = [box for box in boxes if box not in accepted]
    moved = [box for box in rest if any(_overlap(box, one) > OVERLAP for one in left)]
    added = [one for one in left if all(_overlap(box, one) <= OVERLAP for box in rest)]
    return {
        "looked": reason or "yes",
        "models": " ".join(
            f"{one['model']}/{one['version']}/{one['sha256'][:8]}" for one in models
        ),
        "proposed": len(boxes),
        "accepted": len(accepted),
        "moved": len(moved),
        "removed": len(rest) - len(moved),
        "added": len(added),
    }


def refuse_unseen(proposed: Sequence[Mapping[str, Any]]) -> None:
    """Refuse (409) when there are proposals that the page did not show."""
    if proposed:
        raise Refused(
            "proposals_unseen",
            "程序刚刚看完这张画面，建议遮挡 %(count)d 处。请在本页逐处看过后再确认。",
            status=409,
            count=len(proposed),
        )


def _overlap(a: Rectangle, b: Rectangle) -> float:
    """Share of the union that two rectangles have in common."""
    wide = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    tall = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    shared = max(0.0, wide) * max(0.0, tall)
    return shared / (a[2] * a[3] + b[2] * b[3] - shared)
