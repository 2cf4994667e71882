"""A second court seizes a car that the first already holds: its seizure waits in the queue."""

from __future__ import annotations

from demo.entrusting import case_number, identity_of
from demo.hand import Hand
from demo.story import Story
from station.court import desk
from station.court import reads as court
from station.court.rules import read_case_number
from station.ground import clock


def tell(story: Story) -> list[Story]:
    """The other court's step, beside the car's own story."""
    if not story.row.queued:
        return []
    beside = Story(story.row, story.now, story.sizes).on(story.row.queued, 16.1)
    beside.tell("other case", open_other)
    beside.after(12).tell("queue", queue)
    return [beside]


def open_other(hand: Hand) -> None:
    """The other court's judge opens a case."""
    number = read_case_number(case_number(hand, 1 - hand.row.court), clock.today())
    judge = hand.cast["judge2"]
    hand.once(
        "open",
        lambda: desk.open_case(judge, number, creditor="西湖某装饰工程有限公司", debtor="孙某丽"),
    )


def queue(hand: Hand) -> None:
    """And registers the car, which queues behind the first; of whose case nothing is told."""
    judge, number = hand.cast["judge2"], case_number(hand, 1 - hand.row.court)

    def deed() -> None:
        case = next(row for row in court.list_cases(judge) if row.number == number)
        desk.register(judge, case, identity_of(hand))

    hand.once("register", deed)
