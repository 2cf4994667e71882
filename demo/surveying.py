"""The survey of the vehicle: the agency asks, the offices answer, the survey is filed."""

from __future__ import annotations

from datetime import date, timedelta

from demo import papers
from demo.hand import Hand
from demo.story import Story
from station.court import enquiries, enquiry_desk
from station.court.enquiries import SUBJECTS, Answer, Outcome, Subject
from station.ground import clock
from station.people import reads as organisations

LATE, LAPSED = 15, 12
"""Cars whose fines nobody has answered yet, and whose insurance has run out meanwhile."""
FINES = (20_000, 35_000, 60_000, 125_000)  # fen


def tell_asking(story: Story) -> None:
    """Once the agency has accepted."""
    story.after(35).tell("ask", ask)


def tell_answers(story: Story) -> None:
    """Once the car stands in its bay."""
    story.after(95).tell("survey", answer)


def ask(hand: Hand) -> None:
    """The agency asks about everything at once."""

    def deed() -> None:
        due = enquiries.default_due(clock.today())
        enquiry_desk.ask(hand.agent, hand.seizure, list(SUBJECTS), "", due)

    hand.once("ask", deed)


def answer(hand: Hand) -> None:
    """Every reply is written down with its paper, and the survey is filed."""
    court = organisations.get_organisation(hand.judge.organisation_id).name
    lines = [f"号牌{hand.car.plate}，车架号{hand.car.vin}。", "查询事项及结果见系统登记。"]
    hand.file(
        hand.agent,
        enquiries.PAPER,
        lambda: papers.make_paper("协助查询回复", court, hand.case.number, lines, hand.moment),
    )
    for subject in SUBJECTS.values():
        if (hand.row.car, subject.id) != (LATE, "fines"):
            _answer_one(hand, subject)
    if hand.row.car != LATE:
        hand.once("file", lambda: enquiry_desk.file_survey(hand.agent, hand.seizure))


def _answer_one(hand: Hand, subject: Subject) -> None:
    given = _found_out(hand, subject)

    def deed() -> None:
        files = [hand.newest(enquiries.PAPER)]
        enquiry_desk.answer(hand.agent, hand.seizure, subject.id, given, files)

    hand.once(f"answer {subject.id}", deed, after=20)


def _found_out(hand: Hand, subject: Subject) -> Answer:
    chance = hand.random(f"survey {subject.id}")
    if subject.id == "fines" and hand.row.car % 3 == 0:
        words = "有未处理的交通违法记录，由买受人过户前处理"
        return Answer(Outcome.FOUND, words, chance.choice(FINES), None)
    return Answer(Outcome.CLEAR, "", None, _until(hand, subject))


def _until(hand: Hand, subject: Subject) -> date | None:
    if not subject.until:
        return None
    if (hand.row.car, subject.id) == (LAPSED, "insurance"):
        return clock.in_shanghai(hand.now).date() - timedelta(days=5)
    days = hand.random(f"until {subject.id}").randrange(70, 330)
    return clock.in_shanghai(hand.now).date() + timedelta(days=days)
