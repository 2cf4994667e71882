"""What makes the hand pages an app on a phone: manifest, icon, service worker, the page without signal."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, jsonify, render_template, send_from_directory
from flask_babel import gettext
from PIL import Image, ImageDraw

from .database import get_or_404
from .doors import everyone
from .web import BUILT, asset

INK, PAPER = "#16202b", "#ffffff"
AUTHORITY = "lan-ca.crt"  # among the keys: the authority of `run --lan`
ICON_SIZES = (180, 192, 512)
# The mark of the house, on a field of 28 (see base.html): a gate, drawn in straight strokes.
STROKES: tuple[tuple[tuple[int, int], ...], ...] = (
    ((3, 3), (25, 3), (25, 25), (3, 25), (3, 3)),
    ((8, 20), (8, 8), (20, 8), (20, 20)),
    ((8, 14), (20, 14)),
)
SAFE = 0.62  # share of the side that a round mask leaves whole, and some air


def furnish(app: Flask) -> None:
    """Open the five doors."""
    app.add_url_rule("/manifest.webmanifest", "manifest", manifest)
    app.add_url_rule("/icon-<int:size>.png", "icon", icon)
    app.add_url_rule("/worker.js", "worker", worker)
    app.add_url_rule("/ca.crt", "authority", authority)
    app.add_url_rule("/offline", "offline", offline)


@everyone
def manifest() -> Response:
    """The app as a phone installs it; it opens at what waits on the device."""
    icons = [_icon(size, "any") for size in ICON_SIZES] + [_icon(512, "maskable")]
    told = jsonify(
        name=gettext("数站 现场"),
        short_name=gettext("数站"),
        start_url="/unsent",
        scope="/",
        display="standalone",
        background_color=PAPER,
        theme_color=INK,
        icons=icons,
    )
    told.mimetype = "application/manifest+json"
    return told


def _icon(size: int, purpose: str) -> dict[str, Any]:
    told = {"src": f"/icon-{size}.png", "sizes": f"{size}x{size}"}
    return told | {"type": "image/png", "purpose": purpose}


@everyone
def icon(size: int) -> Response:
    """The mark of the house in paper white on ink."""
    get_or_404(size in ICON_SIZES or None, "这张图片")
    return Response(draw_icon(size), mimetype="image/png")


@cache
def draw_icon(side: int) -> bytes:
    """A square PNG of `side` pixels; whole under a round mask."""
    fine = side * 4
    picture = Image.new("RGB", (fine, fine), INK)
    pen, unit, edge = ImageDraw.Draw(picture), fine * SAFE / 28, fine * (1 - SAFE) / 2
    for stroke in STROKES:
        points = [(edge + x * unit, edge + y * unit) for x, y in stroke]
        pen.line(points, fill=PAPER, width=round(2 * unit), joint="curve")
    out = io.BytesIO()
    picture.resize((side, side), Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()


@everyone
def worker() -> Response:
    """The service worker, by its plain name: a browser asks anew whether it has changed."""
    name = Path(asset("worker.js")).name
    response = send_from_directory(BUILT, name, mimetype="text/javascript", max_age=0)
    response.headers["Cache-Control"] = "no-cache"
    return response


@everyone
def authority() -> Response:
    """The certificate by which phones trust this installation on a local network, if it has one."""
    path = current_app.extensions["settings"].keys / AUTHORITY
    get_or_404(path.exists() or None, "这个文件")
    return Response(path.read_bytes(), mimetype="application/x-x509-ca-cert")


@everyone
def offline() -> str:
    """What is shown without signal where no page was kept."""
    return render_template("offline.html")
