"""What may be kept, what may be shown, and how a scene steps. Pure."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from station.ground.refused import Refused
from station.ground.steps import Steps
from station.ground.words import N_

MB = 1024 * 1024
MAX_PIXELS = 80_000_000
PANORAMA = (16384, 8192)  # the largest 2:1 picture; other pictures stay under MAX_PIXELS
MOST_RECTANGLES = 60
FINE = 100_000  # steps of a mask across the picture
CLOCK_SKEW = timedelta(minutes=2)
ORPHAN_AFTER = timedelta(days=1)

ACTS = {
    "media.keep": N_("保存影像文件"),
    "media.measure": N_("测定视频时长"),
    "media.clear": N_("确认公开图片已无人脸和车牌"),
    "media.public": N_("生成公开图片"),
    "media.make_scene": N_("提交全景或环视制作"),
    "media.retry_scene": N_("重新制作全景或环视"),
    "media.scene_ready": N_("全景或环视制作完成"),
    "media.scene_failed": N_("全景或环视制作未成"),
    "media.scene_public": N_("生成公开的全景或环视"),
    "media.compare": N_("提交前后对照"),
    "media.compared": N_("前后对照完成"),
    "media.compare_failed": N_("前后对照未成"),
    "media.issue_code": N_("签发标签码"),
    "media.sight_label": N_("扫到异常标签"),
}


class Kind(StrEnum):
    """The kinds this room knows; rooms may declare more with their readers."""

    PHOTO = "photo"
    SHOW = "show"
    PANORAMA = "panorama"
    FACE = "face"
    FISHEYE = "fisheye"
    INSIDE = "inside"
    SPIN = "spin"
    VIDEO = "video"
    PAPER = "paper"
    BELONGINGS = "belongings"
    IDENTITY = "identity"
    SIGNATURE = "signature"


KINDS = {
    Kind.PHOTO: N_("照片"),
    Kind.SHOW: N_("展示照片"),
    Kind.PANORAMA: N_("全景图"),
    Kind.FACE: N_("全景六面图"),
    Kind.FISHEYE: N_("双鱼眼图"),
    Kind.INSIDE: N_("车内照片（拼接用）"),
    Kind.SPIN: N_("环视照片"),
    Kind.VIDEO: N_("视频"),
    Kind.PAPER: N_("文书"),
    Kind.BELONGINGS: N_("随车物品照片"),
    Kind.IDENTITY: N_("证件"),
    Kind.SIGNATURE: N_("签名"),
}
SHOWN = (  # taken for the public page
    Kind.SHOW,
    Kind.PANORAMA,
    Kind.FACE,
    Kind.FISHEYE,
    Kind.INSIDE,
    Kind.SPIN,
)
PUBLISHABLE = (*SHOWN, Kind.PHOTO)  # a close-up of a defect is an inspection photo made public

PICTURES = ("image/jpeg", "image/png", "image/webp", "image/heic")
VIDEOS = ("video/mp4", "video/quicktime", "video/webm")
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    PDF: ".pdf",
    XLSX: ".xlsx",
}


@dataclass(frozen=True)
class Limit:
    """What one door lets in. `sizes`: type → most bytes. `refusal`: code for anything else."""

    sizes: Mapping[str, int]
    refusal: str

    @property
    def largest(self) -> int:
        """Bytes of the largest thing this door lets in."""
        return max(self.sizes.values())


PICTURE = Limit(dict.fromkeys(PICTURES, 40 * MB), "not_a_picture")
PAPER = Limit({PDF: 30 * MB, **dict.fromkeys(PICTURES, 30 * MB)}, "not_a_paper")
SHEET = Limit({XLSX: 5 * MB}, "not_a_sheet")
UNPACKED_SHEET = 40 * MB
VIDEO = Limit(dict.fromkeys(VIDEOS, 500 * MB), "not_a_video")


def limit_for(kind: str) -> Limit:
    """The door for a kind; what this room does not know comes in as a picture or a paper."""
    if kind == Kind.VIDEO:
        return VIDEO
    if kind in {*PUBLISHABLE, Kind.BELONGINGS, Kind.SIGNATURE}:
        return PICTURE
    return PAPER


REFUSALS = {
    "empty_file": N_("文件是空的（0 字节）。请重新拍摄或重新选择文件。"),
    "not_a_picture": N_("这不是可用的照片。请用 JPEG、PNG、WebP 或 HEIC 格式重新上传。"),
    "not_a_video": N_("这不是可用的视频。请用 MP4、MOV 或 WebM 格式重新上传。"),
    "not_a_paper": N_("这不是可用的文书。请上传 PDF，或 JPEG、PNG、WebP、HEIC 格式的照片。"),
    "not_a_sheet": N_("这不是可用的表格。请用模板填写，并以 .xlsx 格式上传。"),
    "sheet_too_large": N_(
        "这个表格解开后超过 %(limit)s MB，没有打开。请只留结果数据，另存后再上传。"
    ),
    "file_too_large": N_("文件超过 %(limit)s MB 的上限，没有保存。请压缩后再传，或分成几个文件。"),
    "too_many_pixels": N_(
        "这张图片声明为 %(width)s×%(height)s 像素，超过上限，没有解码。"
        "请上传相机原图，或缩小到 8000 万像素以内（全景图最大 16384×8192）。"
    ),
    "broken_file": N_("文件不完整或已损坏，无法读到末尾。请重新传送原文件。"),
    "twelve_bit_jpeg": N_("这是 12 位的 JPEG，浏览器无法显示。请从相机导出 8 位 JPEG 再上传。"),
    "decoding_limit": N_("解码这个文件超出了内存或时间的限制，没有保存。请换用普通 JPEG 再上传。"),
}


def refuse(code: str, **values: Any) -> Refused:
    """The refusal of a file, with its sentence."""
    return Refused(code, REFUSALS[code], field="file", **values)


def pixels_fit(width: int, height: int) -> bool:
    """Whether a picture of this declared size may be decoded at all."""
    if width < 1 or height < 1:
        return False
    if width == 2 * height:
        return width <= PANORAMA[0]
    return width * height <= MAX_PIXELS


def believed(now: datetime, *times: datetime | None) -> datetime | None:
    """The first of `times` that a camera can have meant: after 2000 and not in the future."""
    for time in times:
        if time is not None and time.year >= 2000 and time <= now + CLOCK_SKEW:
            return time
    return None


def read_rectangles(value: object) -> list[list[float]]:
    """Masks as [x, y, w, h], fractions of the upright picture from its top left corner.

    Raises `Refused` (422) when one leaves the picture or is empty; rounds outwards to 1/100000
    so that the text on the trail and the paint are the same numbers.
    """
    if not isinstance(value, list) or len(value) > MOST_RECTANGLES:
        raise _wrong_rectangles()
    return [_rectangle(one) for one in value]


def _rectangle(one: object) -> list[float]:
    if not isinstance(one, list) or len(one) != 4:
        raise _wrong_rectangles()
    if not all(isinstance(n, int | float) and abs(n) <= 2 for n in one):  # NaN is not either
        raise _wrong_rectangles()
    x, y, w, h = (float(n) for n in one)
    if w <= 0 or h <= 0 or x < -1e-6 or y < -1e-6 or x + w > 1 + 1e-6 or y + h > 1 + 1e-6:
        raise _wrong_rectangles()
    left, right = _outwards(x, x + w)
    top, bottom = _outwards(y, y + h)
    return [left / FINE, top / FINE, (right - left) / FINE, (bottom - top) / FINE]


def _outwards(start: float, end: float) -> tuple[int, int]:
    noise = 1e-6  # of floating point: 0.1 + 0.2 is no reason to grow
    return (
        max(0, math.floor(start * FINE + noise)),
        min(FINE, math.ceil(end * FINE - noise)),
    )


def _wrong_rectangles() -> Refused:
    return Refused(
        "wrong_rectangles",
        "遮挡框超出图片范围，或多于 60 个。请在图片之内重新框选。",
        field="rectangles",
    )


def as_text(rectangles: Sequence[Sequence[float]]) -> str:
    """Rectangles as the trail writes them."""
    return json.dumps([list(one) for one in rectangles], separators=(",", ":"))


class SceneKind(StrEnum):
    """What a scene shows."""

    PANORAMA = "panorama"
    SPIN = "spin"


class Seat(StrEnum):
    """From where in the vehicle a panorama was taken; a vehicle may have one from each."""

    FRONT = "front"
    BACK = "back"
    LOAD = "load"


class Recipe(StrEnum):
    """How a scene is made from its sources."""

    READY = "ready"
    FACES = "faces"
    FISHEYE = "fisheye"
    PHOTOS = "photos"
    SERIES = "series"
    FILM = "film"


class State(StrEnum):
    """Where a scene stands. WORKING is never stored: a queued scene that a worker has begun."""

    QUEUED = "queued"
    WORKING = "working"
    READY = "ready"
    FAILED = "failed"


SCENE_KINDS = {SceneKind.PANORAMA: N_("车内全景"), SceneKind.SPIN: N_("车外环视")}
SEATS = {Seat.FRONT: N_("前排"), Seat.BACK: N_("后排"), Seat.LOAD: N_("货厢或后备厢")}
RECIPES = {
    Recipe.READY: N_("一张现成的 2:1 全景图"),
    Recipe.FACES: N_("立方体六面图"),
    Recipe.FISHEYE: N_("全景相机的双鱼眼图"),
    Recipe.PHOTOS: N_("同一点转着拍的照片"),
    Recipe.SERIES: N_("绕车一周的照片"),
    Recipe.FILM: N_("绕车一周的视频"),
}
STATES = {
    State.QUEUED: N_("排队中"),
    State.WORKING: N_("制作中"),
    State.READY: N_("已完成"),
    State.FAILED: N_("未成"),
}
SCENE_STEPS = Steps(
    "scene_step", STATES, {State.QUEUED: {State.READY, State.FAILED}, State.FAILED: {State.QUEUED}}
)
MAKES = {
    SceneKind.PANORAMA: {Recipe.READY, Recipe.FACES, Recipe.FISHEYE, Recipe.PHOTOS},
    SceneKind.SPIN: {Recipe.SERIES, Recipe.FILM},
}
FROM_ONE = (Recipe.READY, Recipe.FISHEYE, Recipe.FILM)  # made from a single file
FACES = {
    "front": N_("前面"),
    "right": N_("右面"),
    "back": N_("后面"),
    "left": N_("左面"),
    "up": N_("顶面"),
    "down": N_("底面"),
}
COMPARE = "compare"  # the recipe of a pair
COMPARED = ("a.jpg", "b.jpg", "change.png")  # the pair laid over one another, and what changed
SPIN_COUNT = (8, 72)
STITCH_COUNT = (6, 60)
COUNTS = {
    Recipe.SERIES: (
        "spin_count",
        N_("环视需要 %(least)d 至 %(most)d 张照片，现有 %(count)d 张。请补拍或减少后再提交。"),
        SPIN_COUNT,
    ),
    Recipe.PHOTOS: (
        "stitch_count",
        N_(
            "拼接需要 %(least)d 至 %(most)d 张照片，现有 %(count)d 张。"
            "请在同一点每转约 30° 拍一张，连同上下各一张，再提交。"
        ),
        STITCH_COUNT,
    ),
}
"""Recipe → refusal, sentence, and the fewest and most sources."""
SCENE_FILES = ("manifest.json", "spin.json")  # reports name sources and stay inside
SCENE_PICTURE = re.compile(r"(poster(-phone)?|\d+/\d+_\d+|(frames|full)/\d+)\.jpg")
SENTENCES = {
    "scene_limit": N_("制作超出了内存或时间的限制。请减少照片数量或缩小图片后重试。"),
    "scene_fault": N_("制作中途出错，源图都还在。请重试；再次出错请联系管理员。"),
}


def check_seat(kind: SceneKind, seat: Seat | None) -> None:
    """Refuse a seat for what is seen from outside."""
    if seat is not None and kind is not SceneKind.PANORAMA:
        raise Refused("seat_not_for_kind", "只有车内全景才说明拍摄位置，请重新提交。")


def kind_of(recipe: Recipe) -> SceneKind:
    """What a recipe makes."""
    return next(kind for kind, recipes in MAKES.items() if recipe in recipes)


def fits(recipe: Recipe, kind: str) -> bool:
    """Whether a file of this kind can be a source of the recipe."""
    return kind == Kind.VIDEO if recipe is Recipe.FILM else kind in PUBLISHABLE


def in_order(recipe: Recipe, places: Sequence[tuple[str, datetime]]) -> list[int]:
    """Numbers of sources, known by (slot, time), as their recipe needs them: faces by side, the
    rest by number, else by time."""
    numbers = range(len(places))
    if recipe is Recipe.FACES:
        return sorted(numbers, key=lambda n: list(FACES).index(places[n][0]))
    if all(slot.isdecimal() for slot, _ in places):
        return sorted(numbers, key=lambda n: (int(places[n][0]), places[n][1]))
    return sorted(numbers, key=lambda n: places[n][::-1])


def check_sources(kind: SceneKind, recipe: Recipe, slots: Sequence[str]) -> None:
    """Refuse a recipe that does not make this kind, or the wrong number of sources.

    `slots`: slot of each source; six faces name their sides there (FACES).
    """
    if recipe not in MAKES[kind]:
        raise Refused("recipe_not_for_kind", "这种做法做不出所选的成品，请重新选择。")
    if recipe in (Recipe.READY, Recipe.FISHEYE) and len(slots) != 1:
        raise Refused("one_source", "这种做法只用一张图，请重新选择。")
    if recipe is Recipe.FILM and len(slots) != 1:
        raise Refused("one_video", "环视只能用一段视频制作，请重新选择。")
    if recipe is Recipe.FACES and sorted(slots) != sorted(FACES):
        raise Refused("six_faces", "需要前、右、后、左、上、下六面各一张，请补齐后再提交。")
    if recipe in COUNTS:
        _check_count(recipe, len(slots))


def _check_count(recipe: Recipe, count: int) -> None:
    code, sentence, (least, most) = COUNTS[recipe]
    if not least <= count <= most:
        raise Refused(code, sentence, least=least, most=most, count=count)
