"""The parts of the documents that follow from the code: `python -m tests.docs.made` writes them.

A made part stands between ``<!-- made: NAME -->`` and ``<!-- end -->``. A test compares; a person
runs the command (or `make docs`) after a change of doors or commands, and reads the difference.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from flask import Flask
from werkzeug.routing import Rule

import app as composition
from station.court.conditions import NOT_BUILT, When
from station.court.deadlines import DEADLINES, MARK_WORDS, PAUSES, WHO, Deadline, Unit
from station.court.rules import COMMANDS, CommandKind, covers
from station.court.work_items import ITEMS, PHASE_WORDS, PROOFS, WorkItem
from station.ground.doors import EVERYONE
from station.ground.settings import PROJECT, Settings
from station.people.rules import ROLES, WHERE, OrganisationKind, Role

NOWHERE = "postgresql+psycopg://nobody@localhost/nowhere"
SENT = ("GET", "POST", "PUT", "PATCH", "DELETE")
PART = re.compile(r"(?<=<!-- made: )(\w+)( -->\n)(.*?)(?=<!-- end -->)", re.DOTALL)
KINDS = {
    OrganisationKind.INSTALLATION: "the installation",
    OrganisationKind.COURT: "court",
    OrganisationKind.HIGH_COURT: "high court",
    OrganisationKind.STATION: "station",
    OrganisationKind.AGENCY: "agency",
    OrganisationKind.ASSOCIATION: "association",
    OrganisationKind.PROVIDER: "provider",
}


@cache
def application() -> Flask:
    """The application with all its doors, over a database that is never asked."""
    composition.load_models()
    settings = Settings(Path("/nowhere"), NOWHERE, secret_key="for the doors only", testing=True)
    return composition.create_app(settings)


def admits(rule: Rule) -> frozenset[str]:
    """The roles that a route lets in."""
    found: frozenset[str] = getattr(application().view_functions[rule.endpoint], "admits")  # noqa: B009
    return found


def room_of(rule: Rule) -> str:
    """The room that a route belongs to; `app` for those of the composition root."""
    room = rule.endpoint.partition(".")[0]
    return room if room in composition.ROOMS else "app"


def rules_of(room: str) -> list[Rule]:
    """A room's routes by address."""
    found = [rule for rule in application().url_map.iter_rules() if room_of(rule) == room]
    return sorted(found, key=lambda rule: (rule.rule, sorted(rule.methods or ())))


def method_of(rule: Rule) -> str:
    """GET, POST …: what a person can send."""
    mine = rule.methods or set()
    return " ".join(method for method in SENT if method in mine) or " ".join(sorted(mine))


def sentence(rule: Rule) -> str:
    """The first line of the view's own words, or as much of it as is a whole."""
    words = (application().view_functions[rule.endpoint].__doc__ or "").strip()
    return " ".join(words.split("\n\n")[0].split()).replace("|", "\\|")


def table(head: list[str], rows: list[list[str]]) -> str:
    """A table of this markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def roles() -> str:
    """Every role, its word, and where it can be."""
    rows = []
    for role, word in ROLES.items():
        where = [KINDS[kind] for kind, there in WHERE.items() if role in there]
        doors = [
            rule
            for rule in application().url_map.iter_rules()
            if role in admits(rule) and set(Role) - admits(rule)
        ]
        rows.append([f"`{role.value}`", word, ", ".join(where) or "–", str(len(doors))])
    return table(["role", "word", "organisation", "doors"], rows)


def doors() -> str:
    """Room by room, every route with a mark for every role that it lets in."""
    parts = []
    for room in (*composition.ROOMS, "app"):
        known = rules_of(room)
        if not known:
            continue
        there = [role for role in Role if any(role in admits(rule) for rule in known)]
        public = any(EVERYONE in admits(rule) for rule in known)
        head = ["address", "what", *(["everyone"] if public else [])]
        rows = []
        for rule in known:
            inside = admits(rule)
            marks = [*([EVERYONE] if public else []), *there]
            told = [f"{method_of(rule)} `{rule.rule}`".replace("|", "\\|"), sentence(rule)]
            rows.append([*told, *("●" if mark in inside else "" for mark in marks)])
        parts.append(f"### {room}\n\n" + table([*head, *(ROLES[role] for role in there)], rows))
    return "\n".join(parts)


def commands() -> str:
    """Every kind of command as the table beside the court's rules says it."""
    rows = []
    for kind in CommandKind:
        rule = COMMANDS[kind]
        unit = "working days" if rule.due.unit is Unit.WORKING else "calendar days"
        rows.append(
            [
                f"`{kind.value}` {rule.zh}",
                ", ".join(sorted(ROLES[role] for role in rule.issued_by)),
                " ".join(f"`{name}`" for name in rule.covers),
                f"{rule.due.amount} {unit}",
                f"{rule.acknowledge.amount} working hours",
                "; ".join(rule.ref),
            ]
        )
    return table(["command", "issued by", "covers", "due", "to be signed for in", "rule"], rows)


def covered() -> str:
    """Every act of the vocabulary that some command covers, and which."""
    acts = application().extensions["trail.acts"]
    rows = []
    for act, word in acts.items():
        marks = ["●" if covers(kind, act) else "" for kind in CommandKind]
        if any(marks):
            rows.append([f"`{act}` {word}", *marks])
    return table(["act", *(COMMANDS[kind].zh for kind in CommandKind)], rows)


def accounts() -> str:
    """The accounts of the demonstration, as its own greeting names them."""
    from commands.demonstration import SHOWN  # noqa: PLC0415 - the demonstration's words

    return table(["account", "who"], [[f"`{k}`", f"{zh}, {en}"] for k, (zh, en) in SHOWN.items()])


def deadlines() -> str:
    """Every period of the procedure with its rule, as the court's table says it."""
    rows = [
        [
            f"`{rule.id}` {rule.zh}",
            _length(rule),
            _begins(rule),
            " ".join(f"`{act}`" for act in dict.fromkeys(one.act for one in rule.ends)) or "–",
            ", ".join(PAUSES[name].zh for name in rule.paused_by) or "–",
            WHO[rule.owes],
            rule.ref or "–",
            rule.mark,
        ]
        for rule in DEADLINES.values()
    ]
    head = ["deadline", "length", "begins", "ended by", "stands still", "owed by", "rule", "mark"]
    return table(head, rows)


def _length(rule: Deadline) -> str:
    if rule.unit is Unit.NAMED:
        return "the day named"
    way = " before" if rule.before else ""
    fixed = "" if rule.rolls or rule.before or "hours" in rule.unit else ", not moved"
    names = {Unit.CALENDAR: "days", Unit.WORKING: "working days"}
    return f"{rule.amount} {names.get(rule.unit, rule.unit.replace('_', ' '))}{way}{fixed}"


def _begins(rule: Deadline) -> str:
    acts = " ".join(f"`{_told(one)}`" for one in rule.begins)
    return acts or f"a person knows: {rule.event}"


def _told(one: When) -> str:
    facts = [f"{name} {wanted}" for name, wanted in one.facts.items()]
    return " ".join([one.act, *facts])


def items() -> str:
    """Every work item, part of the sale by part of the sale."""
    parts = []
    for phase, word in PHASE_WORDS.items():
        mine = [item for item in ITEMS.values() if item.phase is phase]
        rows = [_item(item) for item in mine]
        head = ["item", "who", "opened by", "closed by", "due", "proof", "rule", "mark", "scored"]
        parts.append(f"### {word} ({len(mine)})\n\n" + table(head, rows))
    return "\n".join(parts)


def _item(item: WorkItem) -> list[str]:
    return [
        f"`{item.id}` {item.zh}",
        WHO[item.who],
        _acts(item.opens),
        "a person" if item.hand else _acts(item.closes),
        f"`{item.due.id}`" if item.due else "–",
        "、".join(PROOFS[code] for code in item.proof),
        item.ref or "–",
        item.mark,
        " ".join(item.scores) or "–",
    ]


def _acts(conditions: tuple[When, ...]) -> str:
    """The acts, those that no room does yet in brackets."""
    told = [f"`{_told(one)}`" for one in conditions]
    names = [one.act in NOT_BUILT for one in conditions]
    return " ".join(f"({one})" if off else one for one, off in zip(told, names, strict=True))


def item_counts() -> str:
    """How many items there are, and what they rest on."""
    found = ITEMS.values()
    by_trail = sum(item.connected and not item.hand for item in found)
    by_hand = sum(item.connected and item.hand for item in found)
    marks = Counter(item.mark.partition(":")[0] for item in found)
    rows = [
        ["in all", str(len(found))],
        ["opened and closed by the trail today", str(by_trail)],
        ["that only a person can know", str(by_hand)],
        [
            "named, but not connected: no room does the act yet",
            str(len(found) - by_trail - by_hand),
        ],
        *([f"mark {mark}: {MARK_WORDS[mark]}", str(marks[mark])] for mark in MARK_WORDS),
    ]
    return table(["items", "count"], rows)


PARTS: dict[str, Callable[[], str]] = {
    "accounts": accounts,
    "commands": commands,
    "covered": covered,
    "deadlines": deadlines,
    "doors": doors,
    "item_counts": item_counts,
    "items": items,
    "roles": roles,
}


def pages() -> list[Path]:
    """Every document of the project."""
    return [*sorted(PROJECT.glob("*.md")), *sorted((PROJECT / "docs").rglob("*.md"))]


def parts_of(page: Path) -> Iterator[tuple[str, str]]:
    """(name, text) of the made parts of a page."""
    for found in PART.finditer(page.read_text(encoding="utf-8")):
        yield found[1], found[3]


def rewrite(page: Path) -> bool:
    """Bring a page's made parts up to the code; whether anything changed."""
    text = page.read_text(encoding="utf-8")
    fresh = PART.sub(lambda found: f"{found[1]}{found[2]}{PARTS[found[1]]()}", text)
    if fresh != text:
        page.write_text(fresh, encoding="utf-8")
    return fresh != text


if __name__ == "__main__":
    for one in pages():
        if rewrite(one):
            print(one.relative_to(PROJECT))
