"""The composition root: settings, rooms, the maps of jobs, acts, audiences and readers; commands.

Nobody imports this module. Rooms stand in their import order.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from types import ModuleType
from typing import Any

from flask import Flask, g, redirect, request, send_from_directory, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from commands import entry
from station.court import deadlines, work_items
from station.court.conditions import check_known
from station.ground import doors, installable, web
from station.ground.database import db
from station.ground.settings import PROJECT, Settings, read_settings
from station.jobs import engine
from station.media import resumable
from station.notices import live, nodes
from station.people.rules import Role
from station.people.views import load_actor
from station.scores.ruleset import RULES
from station.vehicles.reads import organisations_with
from station.watch import exceptions

ROOMS = (
    "trail",
    "notices",
    "people",
    "media",
    "vehicles",
    "agencies",
    "court",
    "intake",
    "yard",
    "sales",
    "orders",
    "release",
    "showroom",
    "scores",
    "watch",
)


def part(room: str, name: str) -> ModuleType | None:
    """One file of a room's plan, if the room has it."""
    package = importlib.import_module(f"station.{room}")
    names = {module.name for module in pkgutil.iter_modules(package.__path__)}
    return importlib.import_module(f"station.{room}.{name}") if name in names else None


def gather(name: str, attribute: str) -> dict[str, Any]:
    """The union of a map that rooms declare, e.g. ACTS of every rules.py; no key twice."""
    found: dict[str, Any] = {}
    for room in ROOMS:
        declared = getattr(part(room, name), attribute, {})
        if twice := found.keys() & declared.keys():
            raise ValueError(f"{attribute} declared twice: {sorted(twice)}")
        found.update(declared)
    return found


def create_app(settings: Settings) -> Flask:
    """The application over one database. Needs `settings.database_url`."""
    app = Flask(
        "station",
        template_folder=str(PROJECT / "templates"),
        static_folder=None,
        root_path=str(PROJECT),
    )
    app.config.update(
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={
            "pool_size": 20,
            "max_overflow": 20,
            "pool_timeout": 10,
            "hide_parameters": True,  # names and phones must not reach a log by way of an error
        },
        TESTING=settings.testing,
    )
    app.extensions["settings"] = settings
    db.init_app(app)
    doors.guard_doors(app, load_actor)  # first: a stranger's body must not be read for nothing
    web.furnish(app, settings)
    app.extensions["trail.acts"] = gather("rules", "ACTS")
    check_known(deadlines.acts_of(), app.extensions["trail.acts"])
    work_items.check_catalogue(app.extensions["trail.acts"], RULES)
    exceptions.check_table(app.extensions["trail.acts"])
    app.extensions["trail.documents"] = gather("rules", "DOCUMENTS")
    app.extensions["uploads"] = resumable.whole
    app.extensions["media.readers"] = gather("reads", "READERS")
    app.extensions["media.public"] = gather("reads", "PUBLISHED")
    app.extensions["media.covering"] = gather("reads", "COVERING")
    app.extensions["media.names"] = gather("reads", "NAMES")
    app.extensions["media.labelled"] = gather("labelled", "LABELLED")
    audience = live.choose(gather("reads", "AUDIENCES"), organisations_with)
    app.extensions["notices.audience"] = audience
    app.extensions["notices.cars"] = gather("reads", "CARS")
    nodes.check_nodes(app.extensions["trail.acts"], set(Role))
    app.extensions["live"] = live.Hub(
        app,
        audience,
        settings.database_url.replace("+psycopg", ""),
    )
    app.extensions["people.work"] = gather("views", "WORK")
    jobs = gather("jobs", "JOBS")
    if settings.demonstration:  # a real installation never loads the demonstration's modules
        jobs = importlib.import_module("demo.history").attend(app, jobs)
    engine.furnish(app, jobs, gather("jobs", "PERIODIC"), settings.database_url)
    _open_rooms(app)
    _offer_nav(app)
    return app


def _open_rooms(app: Flask) -> None:
    for room in ROOMS:
        for name in ("views", "api"):
            if (module := part(room, name)) is not None:
                app.register_blueprint(module.bp)
    app.add_url_rule("/", "home", _home)
    app.add_url_rule("/assets/<path:name>", "assets", _asset)
    installable.furnish(app)
    app.add_url_rule("/healthz", "healthz", _health)


def _offer_nav(app: Flask) -> None:
    """The links in the header: what rooms declare (roles, endpoint, words), by the reader's role;
    what a room declares for afterwards stands behind all others."""
    order: tuple[str, ...] = (
        "watch",
        *(room for room in ROOMS if room not in {"watch", "notices", "people"}),
        "notices",
        "people",
    )
    entries = [
        entry
        for when in ("NAV", "NAV_AFTER")
        for room in order
        for entry in getattr(part(room, "views"), when, ())
    ]

    @app.context_processor
    def nav() -> dict[str, object]:
        role = g.actor.role if g.get("actor") else doors.EVERYONE
        return {
            "nav": [
                (url_for(endpoint), gettext(words), request.endpoint == endpoint)
                for roles, endpoint, words in entries
                if role in roles
            ]
        }


@doors.everyone
def _home() -> Response:
    """Everybody's first page: the one their role works from."""
    return redirect(url_for("watch.home"))


@doors.everyone
def _asset(name: str) -> Response:
    """Built styles, scripts and fonts; their names carry their hash."""
    response = send_from_directory(web.BUILT, name, max_age=31536000)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@doors.everyone
def _health() -> str:
    """Whether the process answers."""
    return "ok"


def load_models() -> None:
    """Import every room's rows, so that the metadata is whole (migrations, tests)."""
    importlib.import_module("station.ground.models")
    for room in ROOMS:
        part(room, "models")


def append_only() -> list[str]:
    """Tables that may only grow."""
    return [table for room in ROOMS for table in getattr(part(room, "models"), "APPEND_ONLY", ())]


def main(arguments: list[str] | None = None) -> int:
    """The command `station`."""
    load_models()
    return entry.run(
        arguments if arguments is not None else sys.argv[1:], create_app, append_only()
    )


def wsgi() -> Flask:
    """What the web server serves; its addresses come from the environment."""
    load_models()
    return create_app(read_settings())


if __name__ == "__main__":
    raise SystemExit(main())
