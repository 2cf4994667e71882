"""What people type at the door."""

from __future__ import annotations

from collections.abc import Mapping

from station.ground.refused import Refused

from .rules import Settled, SignIn


def read_sign_in(form: Mapping[str, str]) -> SignIn:
    """Login and password, neither empty."""
    login, password = form.get("login", "").strip(), form.get("password", "")
    if not login:
        raise Refused("no_login", "请填写账号。", field="login")
    if not password:
        raise Refused("no_password", "请填写密码。", field="password")
    return SignIn(login, password)


def read_settled(form: Mapping[str, str]) -> Settled:
    """An act of a device and how it was settled; longer words than any form of ours has are cut."""
    names = ("act", "title", "url", "made", "refused")
    told = {name: form.get(name, "").strip()[:200] for name in names}
    reason, typed = form.get("reason", "").strip()[:300], form.get("typed", "").strip()[:2000]
    return Settled(**told, reason=reason, typed=typed)
