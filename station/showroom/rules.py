"""When a car may be shown to the public: the draft, the checklist, the steps of a listing.

Texts of the announcement are in `announcement`, the buyer's costs in `costs`, what the public
looks for in `choosing`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from station.ground.calendar import local_date
from station.ground.refused import Refused
from station.ground.steps import Steps
from station.ground.tables import read_table
from station.ground.words import N_
from station.sales.fees import TABLE as SALE_TABLE
from station.sales.rules import Round, SaleTerms, breaches
from station.showroom.announcement import missing_texts, offered_texts
from station.showroom.costs import TaxBearer

ACTS = {
    "showroom.draft": N_("拟定上架资料"),
    "showroom.return": N_("退回上架资料"),
    "showroom.announce": N_("发布拍卖公告"),
    "showroom.withdraw": N_("撤下公示"),
}

_TABLE = read_table(__file__, "checklist.yaml")
LEAST_PHOTOS: int = _TABLE["least_photos"]
LEAST_VIDEO_MS: int = _TABLE["least_video_ms"]
STALE_DAYS: int = _TABLE["stale_days"]
BIDDING_HOURS: int = SALE_TABLE["bidding_hours"]


class ListingState(StrEnum):
    """Where a listing stands."""

    DRAFT = "draft"
    ORDERED = "ordered"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


LISTING_STATES = Steps(
    "listing_step",
    {
        ListingState.DRAFT: N_("草稿"),
        ListingState.ORDERED: N_("已令公示，待发布公告"),
        ListingState.PUBLISHED: N_("公示中"),
        ListingState.WITHDRAWN: N_("已撤下"),
    },
    {
        ListingState.DRAFT: {ListingState.ORDERED},
        ListingState.ORDERED: {ListingState.PUBLISHED, ListingState.WITHDRAWN},
        ListingState.PUBLISHED: {ListingState.WITHDRAWN},
        ListingState.WITHDRAWN: {ListingState.ORDERED},
    },
)
"""What was withdrawn may be redrafted and ordered anew; it stays WITHDRAWN until then."""


@dataclass(frozen=True)
class Draft:
    """What the agency or the station proposes. Amounts in fen, None: not filled in yet.

    `starts_at`: aware start of the bidding. `announce_on`: planned day of the announcement.
    `notified_on`: day the last party was told, None when all waived in writing (L18 art 16).
    `inspection_until`, `insurance_until`, `fines`, `fines_count`: as checked on `checked_on`.
    """

    headline: str = ""
    reference: int | None = None
    start: int | None = None
    deposit: int | None = None
    increment: int | None = None
    announce_on: date | None = None
    notified_on: date | None = None
    starts_at: datetime | None = None
    viewing: str = ""
    platform: str = ""
    platform_number: str = ""
    platform_url: str = ""
    tax_bearer: TaxBearer = TaxBearer.BY_LAW
    inspection_until: date | None = None
    insurance_until: date | None = None
    fines: int | None = None
    fines_count: int | None = None
    checked_on: date | None = None
    texts: Mapping[str, str] = field(default_factory=offered_texts)


NEEDED = {
    "headline": N_("标题"),
    "reference": N_("参考价"),
    "start": N_("起拍价"),
    "deposit": N_("保证金"),
    "increment": N_("加价幅度"),
    "announce_on": N_("公告日"),
    "starts_at": N_("开拍时间"),
    "viewing": N_("看样安排"),
    "platform": N_("网络拍卖平台"),
    "platform_number": N_("平台拍品编号"),
    "platform_url": N_("平台链接"),
}


def missing_fields(draft: Draft) -> list[str]:
    """Names (msgids) of what the draft does not say yet."""
    return [zh for name, zh in NEEDED.items() if not getattr(draft, name)]


def seal(draft: Draft) -> str:
    """SHA-256 of everything the draft says: what was approved is what is announced."""
    told = json.dumps(asdict(draft), sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True)
class RoundNow:
    """Which round a listing is for, and what its terms are measured against (L18 art 26)."""

    round: Round = Round.FIRST
    previous_start: int | None = None
    unsold_on: date | None = None


def terms_of(draft: Draft, published_on: date, now: RoundNow) -> SaleTerms | None:
    """The terms as sales judges them, None while figures are missing."""
    if not (draft.reference and draft.start and draft.deposit and draft.starts_at):
        return None
    return SaleTerms(
        round=now.round,
        reference=draft.reference,
        start=draft.start,
        deposit=draft.deposit,
        published_on=published_on,
        starts_on=local_date(draft.starts_at),
        notified_on=draft.notified_on,
        previous_start=now.previous_start,
        unsold_on=now.unsold_on,
    )


# --- the checklist


@dataclass(frozen=True)
class Evidence:
    """What is known of a car that shall be published.

    `photos`: confirmed public photos, close-ups of findings not counted. `video_ms`: length of the longest video as measured, None
    before one is. `identity`: no difference of VIN, engine number or plate waits for the judge or was
    found to be another vehicle. `unconfirmed`: pictures for the page that no person has confirmed, or whose
    public copy is not drawn. `findings`: defects listed, None while nobody has inspected.
    """

    photos: int
    video_ms: int | None
    spin: bool
    panorama: bool
    unconfirmed: int
    findings: int | None
    intake_finished: bool
    entrusted: bool
    identity: bool = True
    round: RoundNow = RoundNow()


@dataclass(frozen=True)
class CheckItem:
    """One line of the checklist. `notes`: (msgid, values) of what was found or is missing."""

    code: str
    zh: str
    article: str
    may_waive: bool
    met: bool
    notes: tuple[tuple[str, Mapping[str, object]], ...] = ()


@dataclass(frozen=True)
class Checklist:
    """All items, in the order of the table."""

    items: tuple[CheckItem, ...]

    @property
    def red(self) -> tuple[CheckItem, ...]:
        """Items that are not met."""
        return tuple(item for item in self.items if not item.met)

    @property
    def blocking(self) -> tuple[CheckItem, ...]:
        """Red items that no reason can stand for."""
        return tuple(item for item in self.red if not item.may_waive)


Note = tuple[str, Mapping[str, object]]


def check_listing(evidence: Evidence, draft: Draft, today: date) -> Checklist:
    """Hold what is there against the table; pure, so that any past decision can be made again."""
    found: dict[str, tuple[bool, list[Note]]] = {
        "entrusted": (evidence.entrusted, []),
        "intake": (evidence.intake_finished, []),
        "identity": (evidence.identity, []),
        "cleared": _count(evidence.unconfirmed == 0, UNCONFIRMED, evidence.unconfirmed),
        "terms": _all_clear(_terms_notes(draft, evidence.round, today)),
        "texts": _all_clear([(MISSING, {"name": zh}) for zh in missing_texts(draft.texts)]),
        "photos": _count(evidence.photos >= LEAST_PHOTOS, PHOTOS, evidence.photos),
        "video": _video(evidence.video_ms),
        "spin": (evidence.spin, []),
        "panorama": (evidence.panorama, []),
        "findings": _findings(evidence.findings),
    }
    rows = _TABLE["items"].items()
    return Checklist(
        tuple(
            CheckItem(code, row["zh"], row["article"], row["waive"], met, tuple(notes))
            for code, row in rows
            for met, notes in [found[code]]
        )
    )


PHOTOS = N_("现有 %(count)d 张")
UNCONFIRMED = N_("还有 %(count)d 张未确认或公开图未生成")
SECONDS = N_("实测 %(count)d 秒")
NO_VIDEO = N_("没有测定过时长的视频")
LISTED = N_("列出 %(count)d 处")
NONE_LISTED = N_("查验未列出缺陷，请确认确实没有")
NOT_INSPECTED = N_("尚未查验")
MISSING = N_("缺：%(name)s")


def _count(met: bool, words: str, count: int) -> tuple[bool, list[Note]]:
    return met, [(words, {"count": count})] if count or not met else []


def _all_clear(notes: list[Note]) -> tuple[bool, list[Note]]:
    return not notes, notes


def _video(length: int | None) -> tuple[bool, list[Note]]:
    if length is None:
        return False, [(NO_VIDEO, {})]
    return length >= LEAST_VIDEO_MS, [(SECONDS, {"count": length // 1000})]


def _findings(count: int | None) -> tuple[bool, list[Note]]:
    if count is None:
        return False, [(NOT_INSPECTED, {})]
    return count > 0, [(LISTED, {"count": count}) if count else (NONE_LISTED, {})]


def _terms_notes(draft: Draft, now: RoundNow, today: date) -> list[Note]:
    missing = [(MISSING, {"name": zh}) for zh in missing_fields(draft)]
    return [*missing, *_breaches(draft, now, today)]


def _breaches(draft: Draft, now: RoundNow, today: date) -> Iterator[Note]:
    terms = terms_of(draft, max(today, draft.announce_on or today), now)
    for breach in breaches(terms) if terms else ():
        yield breach.message, breach.values


def check_blocking(checklist: Checklist) -> None:
    """Raise `Refused` (409) naming the red items that no reason can stand for."""
    if checklist.blocking:
        raise Refused(
            "checklist_blocked",
            "还不能公示，未具备：%(items)s。这几项不能以理由代替，请先补齐。",
            status=409,
            items="、".join(item.zh for item in checklist.blocking),
        )


def check_order(checklist: Checklist, reasons: Mapping[str, str]) -> dict[str, str]:
    """The reasons by code for every red item. Raises `Refused` when one is missing or cannot do."""
    check_blocking(checklist)
    for item in checklist.red:
        if not reasons.get(item.code, "").strip():
            raise Refused(
                "checklist_reason",
                "“%(item)s”未具备，写明理由才能批准，否则请退回补齐。",
                field=f"reason_{item.code}",
                item=item.zh,
            )
    return {item.code: reasons[item.code].strip() for item in checklist.red}


def summary(checklist: Checklist) -> dict[str, str]:
    """What the trail says of the checklist under which a judge ordered publication."""
    return {
        "met": " ".join(item.code for item in checklist.items if item.met),
        "waived": " ".join(item.code for item in checklist.red),
    }


def tell_reasons(checklist: Checklist, reasons: Mapping[str, str]) -> str:
    """Why each missing item was waived, as one text; `reasons`: item code → the judge's words."""
    return "；".join(f"{item.zh}：{reasons[item.code]}" for item in checklist.red)


# --- what the public is told of the sale and of a picture's age


class Phase(StrEnum):
    """How the auction on the outside platform stands, as far as the clock tells."""

    COMING = "coming"
    BIDDING = "bidding"
    OVER = "over"
    HALTED = "halted"


PHASES = {
    Phase.COMING: N_("即将开拍"),
    Phase.BIDDING: N_("竞价中"),
    Phase.OVER: N_("竞价期已过，等待结果"),
    Phase.HALTED: N_("拍卖已暂缓或中止"),
}


def phase_at(starts_at: datetime | None, now: datetime) -> Phase:
    """The phase at an aware moment. Bidding lasts at least 24 hours (L18 art 20) and may go on."""
    if starts_at is None or now < starts_at:
        return Phase.COMING
    over = now - starts_at >= timedelta(hours=BIDDING_HOURS)
    return Phase.OVER if over else Phase.BIDDING


def is_stale(taken: datetime, now: datetime, changed_at: Sequence[datetime] = ()) -> bool:
    """Whether a picture no longer shows the car as it is: too old, or older than a change of it.

    `changed_at`: repairs and damage. Both times aware.
    """
    return (now - taken).days > STALE_DAYS or any(taken < change for change in changed_at)
