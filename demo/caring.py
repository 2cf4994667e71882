"""Care of the cars in the yard: rounds after a week and a month, and a last one not long ago."""

from __future__ import annotations

from demo.hand import Hand
from demo.story import Story
from station.vehicles.rules import Energy, Stage
from station.yard import desk, reads, rules

WEEKLY = ("M05", "M06")
STAYING = (Stage.STORED, Stage.PUBLISHED)


def tell(story: Story) -> list[Story]:
    """Rounds of a car that stands in its bay, each a story of its own beside the car's."""
    row = story.row
    if row.until not in STAYING:
        return []
    since, rounds = row.days["tow"], list[Story]()
    last = 2 + row.car % 5
    for at, days in enumerate(sorted({since - 8, since - 31, last}, reverse=True)):
        if not last <= days <= since - 5:
            continue
        hour = 13 + 0.06 * row.car  # one car after the other: nobody does two at once
        beside = Story(row, story.now, story.sizes).on(days, hour)
        monthly = since - days >= 30
        shot = beside.shot(("rear_left", "front_right", "left")[at % 3], 800)
        beside.tell(f"round {at}", _monthly if monthly else _weekly, [shot])
        rounds.append(beside)
    if row.flat:
        rounds.append(_flat(story, since - 9))
    return rounds


def _flat(story: Story, days: float) -> Story:
    beside = Story(story.row, story.now, story.sizes).on(days, 15.6)
    beside.tell("low", _find_low, [beside.shot("odometer", 640)])
    beside.after(60 * 25).tell("charged", _find_charged, [beside.shot("odometer", 640)])
    return beside


def _weekly(hand: Hand) -> None:
    _care(hand, "keeper", dict.fromkeys(WEEKLY))


def _monthly(hand: Hand) -> None:
    chance = hand.random(hand.key)
    values: dict[str, int | None] = {
        "M01": chance.choice((12_480, 12_560, 12_610, 12_310)),
        "M03": chance.choice((22, 25, 28, 14)),
        "M04": None,
        "M05": None,
        "M06": None,
    }
    if hand.vehicle.energy in (Energy.BEV, Energy.PHEV):
        values["M02"] = chance.choice((48, 52, 56))
    _care(hand, "mechanic", values)


def _find_low(hand: Hand) -> None:
    _care(hand, "mechanic", {"M02": 17}, note="长期停放自放电，已报站长，转充电车位")


def _find_charged(hand: Hand) -> None:
    _care(hand, "mechanic", {"M02": 54}, note="已充电复测")


def _care(hand: Hand, login: str, values: dict[str, int | None], note: str = "") -> None:
    who = hand.cast[login]
    hand.keep(who, reads.CARE_PHOTO, {hand.key: hand.shots[0]})
    for task, value in values.items():

        def deed(task: str = task, value: int | None = value) -> None:
            photo = hand.newest(reads.CARE_PHOTO).id
            done = desk.Done(rules.PLAN[task], value, photo, note)
            desk.care(who, hand.vehicle, done, seen_by="label")

        hand.once(f"care {task}", deed, after=20)
