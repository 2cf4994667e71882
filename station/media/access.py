"""What this room asks of later rooms, through maps that they declare and app.py hands down.

Deny by default: a kind without a reader is read by nobody and cannot be kept either.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from flask import current_app

from station.ground.actors import Actor
from station.ground.refused import Refused
from station.ground.settings import Settings

from .models import Media

KEY_NAME = "label.key"


def _asked(name: str) -> Mapping[str, Callable[..., Any]]:
    """`media.readers`: kind → (actor, media) → may read. `media.public`: room → (vehicle) → is
    shown now. `media.covering`: room → (actor, vehicle, act) → id of the command that covers it,
    or a refusal. `media.names`: room → (vehicle) → what staff call it, None when unknown."""
    declared: Mapping[str, Callable[..., Any]] = current_app.extensions.get(f"media.{name}", {})
    return declared


def is_known(kind: str) -> bool:
    """Whether a room said who reads files of this kind."""
    return kind in _asked("readers")


def may_read(actor: Actor | None, media: Media) -> bool:
    """Whether this person may see this original and what was made of it."""
    reader = _asked("readers").get(media.kind)
    return actor is not None and reader is not None and bool(reader(actor, media))


def is_published(vehicle: str) -> bool:
    """Whether the public page of this vehicle stands now."""
    return bool(vehicle) and any(shown(vehicle) for shown in _asked("public").values())


def command_for(actor: Actor, vehicle: str, act: str) -> str:
    """The command under which this person may do `act` to the vehicle's files.

    Refuses (409) when no room names one: no command, no move.
    """
    for covering in _asked("covering").values():
        return str(covering(actor, vehicle, act))
    raise Refused(
        "no_command", "没有法院指令允许这项操作。请联系承办法官签发指令后再办。", status=409
    )


def name_vehicle(vehicle: str) -> str:
    """What staff call this vehicle; its id when no room knows better."""
    for named in _asked("names").values():
        if name := named(vehicle):
            return str(name)
    return vehicle


def label_key() -> bytes:
    """The key that labels are signed with, made once; labels outlive the cookie secret."""
    settings: Settings = current_app.extensions["settings"]
    path: Path = settings.keys / KEY_NAME
    if not path.exists():
        settings.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_bytes(secrets.token_bytes(32))
        try:
            path.hardlink_to(fresh)  # two processes at once: the first one's key stays
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_bytes()
