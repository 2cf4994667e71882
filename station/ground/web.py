"""What every page needs: cookies, form tokens, headers, language, refusals as pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, redirect, render_template, request
from flask_babel import Babel, get_locale, gettext
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from jinja2 import StrictUndefined
from markupsafe import Markup
from sqlalchemy import text
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from . import money
from .articles import cite
from .clock import in_shanghai, now
from .database import AlreadyDone, db, upkeep
from .digests import StationRequest
from .doors import may_enter
from .ids import new_id
from .refused import Refused
from .settings import PROJECT, Settings
from .words import N_

BUILT = PROJECT / "assets" / "built"
LONGEST_TOKEN = 64
CHECKOUT = "https://checkout.stripe.com"

limiter = Limiter(key_func=get_remote_address, default_limits=[])
csrf = CSRFProtect()


def choose_locale() -> str:
    """zh unless the reader chose or asks for English."""
    chosen = request.args.get("lang") or request.cookies.get("lang")
    if chosen in {"zh", "en"}:
        return "zh_CN" if chosen == "zh" else "en"
    return request.accept_languages.best_match(["zh-CN", "zh", "en"], "zh").replace("-", "_")


def furnish(app: Flask, settings: Settings) -> None:
    """Give the application its web manners."""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        MAX_CONTENT_LENGTH=600 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_TRANSLATION_DIRECTORIES=str(PROJECT / "translations"),
        BABEL_DEFAULT_LOCALE="zh_CN",
        RATELIMIT_STORAGE_URI=settings.limits_url,
        RATELIMIT_ENABLED=not settings.testing,
    )
    app.request_class = StationRequest
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Babel(app, locale_selector=choose_locale)
    csrf.init_app(app)
    limiter.init_app(app)
    app.before_request(refuse_other_origins)
    app.before_request(note_token)
    app.after_request(answer_queue)  # the last of these to run: the act's way on is kept before
    app.after_request(keep_location)
    app.after_request(set_headers(settings))
    _answer_refusals(app)
    _offer_globals(app, settings)
    app.jinja_env.filters.update(
        day=show_day,
        moment=show_moment,
        yuan=money.format_yuan,
        translated=translated,
        cite=cite,
    )


def refuse_other_origins() -> None:
    """A form from another site is refused before anything reads it (beside the CSRF token)."""
    if request.method in {"GET", "HEAD", "OPTIONS"} or _is_webhook():
        return
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin", request.host_url.rstrip("/"))
    if site not in {"same-origin", "none"} or origin != request.host_url.rstrip("/"):
        raise Refused(
            "other_origin", "这个表单来自别的网站，已拒绝。请在本站页面上重新操作。", status=403
        )


def _is_webhook() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "webhook", False)


def webhook(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view that other servers call: its own signature stands for the form's guards."""
    view.webhook = True  # type: ignore[attr-defined]
    return csrf.exempt(view)  # type: ignore[no-any-return]


def note_token() -> None:
    """Hand the form's one-time token to act(), which takes it in its own transaction.

    Refuses what no database keeps (NUL) in form or address, and a token that is none of ours.
    """
    once = ""
    if request.method == "POST":
        g.once = once = request.form.get("once") or request.headers.get("X-Once") or ""
    said = (*_values(request.args), *_values(request.form), request.path, once)
    if len(once) > LONGEST_TOKEN or any("\0" in value for value in said):
        raise Refused("unreadable", PLAIN[400], status=400)


def _values(form: MultiDict[str, str]) -> Iterator[str]:
    return (value for _, value in form.items(multi=True))


def keep_location(response: Response) -> Response:
    """Remember where the act led, so that its replay leads there too."""
    token = g.pop("once_taken", None)
    if token and response.location and response.status_code < 400:
        with upkeep() as session:
            session.execute(
                text("UPDATE ground_once SET location = :location WHERE token = :token"),
                {"token": token, "location": response.location},
            )
    return response


def is_queued() -> bool:
    """Whether the queue of a device sends this act, not a page that waits for the next one."""
    return "X-Queued" in request.headers


def answer_queue(response: Response) -> Response:
    """Tell the queue where the act led: a script cannot read where it was redirected to."""
    if not is_queued() or not response.location or response.status_code >= 400:
        return response
    told = jsonify(location=response.headers.pop("Location"))
    response.status_code, response.content_type = 200, "application/json"
    response.set_data(told.get_data())
    return response  # the same one: a cookie that it sets stays


def set_headers(settings: Settings) -> Callable[[Response], Response]:
    """Strict headers: own scripts and styles only."""
    policy = (
        "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
        "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self' {CHECKOUT} {settings.stripe_api}".rstrip()
    )

    def add(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = (
            "camera=(self), geolocation=(self), gyroscope=(self)"
        )
        if settings.secure_cookies and not settings.local_network:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        if response.mimetype == "text/html":
            response.headers.setdefault("Cache-Control", "no-store")
        if request.args.get("lang") in {"zh", "en"}:
            response.set_cookie("lang", request.args["lang"], max_age=31536000, samesite="Lax")
        if request.args.get("elder") in {"0", "1"}:
            response.set_cookie("elder", request.args["elder"], max_age=31536000, samesite="Lax")
        return response

    return add


def keep_typed(name: str, value: str) -> None:
    """Give a value back to the form if it is refused, e.g. the id of a file already kept."""
    g.setdefault("kept", {})[name] = value


def say(refusal: Refused) -> str:
    """The refusal's sentence in the reader's language."""
    return phrase(refusal.message, refusal.values)


def phrase(message: str, values: Mapping[str, object]) -> str:
    """A sentence in the reader's language; so are the words that fill its places."""
    words = {
        name: gettext(value) if isinstance(value, str) and value else value
        for name, value in values.items()
    }
    return str(gettext(message, **words))


def wants_json() -> bool:
    """Whether scripts, not a person's page load, asked."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == (
        "application/json"
    )


def _error_page(app: Flask, refusal: Refused) -> AnyResponse:
    return app.make_response(render_template("error.html", status=refusal.status))


def _read_form() -> MultiDict[str, str] | None:
    """What was typed; None when the body is too large to be read at all."""
    try:
        return request.form
    except RequestEntityTooLarge:
        return None


def _refilled(app: Flask, endpoint: str) -> AnyResponse | None:
    """The form's page again; None when that page is itself not for this reader: the door of
    the form has no word in who may see its page."""
    if not may_enter(endpoint):
        return None
    try:
        shown: Any = app.view_functions[endpoint](**(request.view_args or {}))
    except Refused:
        return None
    return app.make_response(shown)


def _answer_refusals(app: Flask) -> None:
    @app.errorhandler(Refused)
    def refused(refusal: Refused) -> AnyResponse:
        db.session.rollback()
        if wants_json():
            return _problem(refusal.code, say(refusal), refusal.status, refusal.field)
        g.refusal = {"text": say(refusal), "code": refusal.code, "field": refusal.field}
        view = app.view_functions.get(request.endpoint or "")
        endpoint, form = getattr(view, "refill", None), _read_form()
        if request.method == "POST" and endpoint and form is not None:
            g.typed = MultiDict(form)
            g.typed.update(g.get("kept", {}))
            page = _refilled(app, endpoint) or _error_page(app, refusal)
        else:
            page = _error_page(app, refusal)
        page.status_code = refusal.status
        return page

    @app.errorhandler(AlreadyDone)
    def already(done: AlreadyDone) -> AnyResponse:
        if is_queued():
            return jsonify(location=done.location, again=True)
        if wants_json():
            return _problem("already_done", gettext("这张表单已经办过，没有重复办理。"), 409, None)
        return redirect(done.location or request.referrer or "/", 303)

    @app.errorhandler(CSRFError)
    def stale_form(_: CSRFError) -> AnyResponse:
        return refused(
            Refused("stale_form", "页面已过期，请刷新后重新提交；您填写的内容还在。", status=403)
        )

    @app.errorhandler(HTTPException)
    def failed(error: HTTPException) -> AnyResponse:
        code, status = error.name.lower().replace(" ", "_"), error.code or 500
        view = app.view_functions.get(request.endpoint or "")
        own = getattr(view, "too_large", None) if status == 413 else None
        return refused(Refused(code, own or PLAIN.get(status, PLAIN[500]), status=status))


PLAIN = {
    400: N_("请求不完整，请返回上一页重新提交。"),
    404: N_("没有这个页面。请检查链接，或从首页重新进入。"),
    405: N_("这个地址不接受这样的操作。请从页面上的按钮进入。"),
    413: N_("文件太大。请压缩后再传，或分开上传。"),
    429: N_("尝试次数太多，请稍等几分钟再试。"),
    500: N_("系统出错，您的操作没有生效，已记录。请稍后重试或拨打站内电话。"),
}


def _problem(code: str, sentence: str, status: int, field: str | None) -> AnyResponse:
    body = {"type": f"urn:shuzhan:{code}", "title": sentence, "status": status, "code": code}
    if field:
        body["field"] = field
    return Response(
        json.dumps(body, ensure_ascii=False), status, mimetype="application/problem+json"
    )


def translated(pair: tuple[str, str]) -> tuple[str, str]:
    """(value, word) of a vocabulary with the word in the reader's language."""
    return pair[0], str(gettext(pair[1]))


def show_day(day: date | datetime | None) -> str:
    """2026年11月22日, or 22 Nov 2026; nothing for None. A moment gives its day in Shanghai."""
    if day is None:
        return ""
    if isinstance(day, datetime):
        day = in_shanghai(day).date()
    if str(get_locale()).startswith("en"):
        return f"{day:%-d %b %Y}"
    return f"{day.year}年{day.month}月{day.day}日"


def show_moment(moment: datetime | None) -> str:
    """The day and the time of day in Shanghai."""
    return f"{show_day(moment)} {in_shanghai(moment):%H:%M}" if moment else ""


@cache
def _read_manifest(changed_at: int) -> dict[str, str]:
    """Names of built files, read again only after a new build."""
    path = BUILT / "manifest.json"
    return json.loads(path.read_text(encoding="utf-8")) if changed_at else {}


def asset(name: str) -> str:
    """Address of a built style or script; its file name carries its hash."""
    path = BUILT / "manifest.json"
    built = _read_manifest(path.stat().st_mtime_ns if path.exists() else 0)
    return f"/assets/{built.get(name, name)}"


def _offer_globals(app: Flask, settings: Settings) -> None:
    def csrf_field() -> Markup:
        return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())

    def once_field() -> Markup:
        return Markup('<input type="hidden" name="once" value="{}">').format(new_id())

    app.jinja_env.globals.update(
        asset=asset,
        phrase=phrase,
        csrf_field=csrf_field,
        once_field=once_field,
        csrf_token=generate_csrf,
        demo=settings.demonstration,
        station_phone=settings.station_phone,
    )

    @app.context_processor
    def per_request() -> dict[str, Any]:
        return {
            "actor": g.get("actor"),
            "made": show_moment(now()),
            "refusal": g.get("refusal"),
            "typed": g.get("typed", {}),
            "elder": request.args.get("elder", request.cookies.get("elder")) == "1",
            "locale": "en" if str(get_locale()).startswith("en") else "zh",
        }
