"""Doors: who may enter a view. Deny by default; a view without a door does not open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from .actors import Actor
from .refused import Refused

View = TypeVar("View", bound=Callable[..., Any])
EVERYONE = "*"
STRANGERS_BODY = 1024 * 1024  # bytes; files come from people whom we know


def admit(*roles: str) -> Callable[[View], View]:
    """Let these roles through this view; stands under the route decorator."""

    def mark(view: View) -> View:
        view.admits = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return mark


def everyone(view: View) -> View:
    """A public view: no account, no link."""
    return admit(EVERYONE)(view)


def refill(endpoint: str) -> Callable[[View], View]:
    """When this view refuses, show `endpoint`'s page again with everything that was typed."""

    def mark(view: View) -> View:
        view.refill = endpoint  # type: ignore[attr-defined]
        return view

    return mark


def current_actor() -> Actor:
    """The person behind this request; only behind a door that asks for a role."""
    actor: Actor | None = g.get("actor")
    if actor is None:
        raise Refused("sign_in", "请先登录。", status=403)
    return actor


def admitted(endpoint: str | None) -> frozenset[str]:
    """The roles a route lets in; empty when nobody marked it."""
    view = current_app.view_functions.get(endpoint or "")
    return getattr(view, "admits", frozenset())


def may_enter(endpoint: str | None) -> bool:
    """Whether the person behind this request may open a route."""
    roles, actor = admitted(endpoint), g.get("actor")
    return EVERYONE in roles or (actor is not None and actor.role in roles)


def guard_doors(app: Flask, load_actor: Callable[[], Actor | None]) -> None:
    """Check the door of every request before its view runs."""

    @app.before_request
    def check() -> Response | None:
        g.actor = load_actor()
        view = current_app.view_functions.get(request.endpoint or "")
        most = getattr(view, "body", STRANGERS_BODY if g.actor is None else None)
        if most is not None:
            request.max_content_length = most
        if request.endpoint is None or request.endpoint == "static":
            return None
        if may_enter(request.endpoint):
            return None
        roles = admitted(request.endpoint)
        if g.actor is None and roles and request.method == "GET":
            return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")))
        raise Refused(
            "not_your_door",
            "您的身份不能打开这个页面。请返回首页，或请有权限的同事办理。",
            status=403,
        )
