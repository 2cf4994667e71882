"""What the forms of this room say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from station.ground import clock
from station.ground.refused import Refused

from .rules import PUBLISHABLE, Kind, Recipe, SceneKind, Seat, kind_of, read_rectangles


@dataclass(frozen=True)
class Masks:
    """A confirmation: rectangles as they were drawn or ticked, and the versions that the page showed
    of the confirmation and of the proposals."""

    rectangles: list[Any]
    version: int
    seen: int


@dataclass(frozen=True)
class SceneOrder:
    """Which scene is wanted from which pictures, and from where they were taken."""

    kind: SceneKind
    recipe: Recipe
    sources: list[str]
    seat: Seat | None


@dataclass(frozen=True)
class Upload:
    """What is said beside a file."""

    kind: Kind
    slot: str
    claimed: datetime | None


def read_masks(form: MultiDict[str, str]) -> Masks:
    """Raises `Refused` when a field does not hold what the page puts there."""
    try:
        drawn = json.loads(form.get("rectangles", "[]") or "[]")
        if not isinstance(drawn, list):
            raise TypeError("no list")  # {} would otherwise confirm a picture without a mask
        ticked = [json.loads(one) for one in form.getlist("accept")]
        return Masks([*drawn, *ticked], int(form.get("version", "0")), int(form.get("seen", "0")))
    except (TypeError, ValueError):
        raise Refused(
            "unreadable_form",
            "页面送来的遮挡框无法读取。请刷新页面后重新框选。",
            field="rectangles",
        ) from None


def typed_masks(form: MultiDict[str, str] | None) -> Masks | None:
    """What a refused form said, to show it again: the rectangles of it that are some."""
    try:
        masks = read_masks(form) if form else None
    except Refused:
        return None
    return masks and replace(masks, rectangles=[*_fitting(masks.rectangles)])


def _fitting(drawn: list[object]) -> Iterator[object]:
    for one in drawn:
        try:
            yield from read_rectangles([one])
        except Refused:
            continue


def read_scene(form: MultiDict[str, str]) -> SceneOrder:
    """Raises `Refused` when nothing is chosen or the recipe is none of ours."""
    try:
        recipe = Recipe(form.get("recipe", ""))
    except ValueError:
        raise Refused("no_recipe", "请选择制作方式。", field="recipe") from None
    sources = form.getlist("source")
    if not sources:
        raise Refused("no_sources", "还没有选择照片。请先选择照片再提交。", field="source")
    return SceneOrder(kind_of(recipe), recipe, sources, _read_seat(form.get("seat", "")))


def _read_seat(word: str) -> Seat | None:
    try:
        return Seat(word) if word else None
    except ValueError:
        raise Refused("no_seat", "请从列出的位置中选择全景是在哪里拍的。", field="seat") from None


def read_upload(said: MultiDict[str, str]) -> Upload:
    """Kind, slot and the device's time. Raises `Refused` for a kind that is not added here."""
    kind = said.get("kind", "")
    if kind not in {*PUBLISHABLE, Kind.VIDEO}:
        raise Refused(
            "wrong_kind", "请选择这个文件是什么：照片、全景图、环视照片或视频。", field="kind"
        )
    return Upload(
        Kind(kind), said.get("slot", "").strip()[:40], clock.read_claim(said.get("device_time", ""))
    )
