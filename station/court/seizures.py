"""How long a seizure lasts, and how it is renewed. Pure."""

from __future__ import annotations

from datetime import date

from station.ground.refused import Refused

from .deadlines import last_day

RENEWED = "seizure_renewed"


def latest_end(today: date) -> date:
    """The last day to which a seizure may be renewed today (CPI art 485: two years for a movable,
    each renewal at most two more; counted from the renewal, which is never too long)."""
    return last_day(RENEWED, today)


def check_renewal(before: date, until: date, today: date) -> None:
    """Raise `Refused` unless a seizure that ends on `before` may be renewed to `until` today.

    One that has lapsed cannot: its effect has ended, and queued seizures have taken its place.
    """
    if before < today:
        raise Refused(
            "seizure_lapsed",
            "查封已于 %(day)s 到期，不能续封。请重新办理查封手续，并核对有无轮候查封。",
            status=409,
            day=before.isoformat(),
        )
    if until <= before:
        raise Refused(
            "renewal_short",
            "续封的到期日应晚于现在的到期日 %(day)s，请重新选择。",
            field="until",
            day=before.isoformat(),
        )
    if until > latest_end(today):
        raise Refused(
            "renewal_long",
            "续行查封不得超过两年（民诉法解释第四百八十五条），最晚到 %(day)s。",
            field="until",
            day=latest_end(today).isoformat(),
        )
