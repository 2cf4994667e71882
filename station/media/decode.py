"""The decoder: `python -m station.media.decode COMMAND FILE … OPTIONS`, in its cage only.

It prints one line of JSON. Steps of a derivative: open → reduce while decoding → turn upright →
paint masks → resize → sRGB → write without any metadata.
"""

from __future__ import annotations

import io
import json
import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pillow_heif
from PIL import (
    ExifTags,
    Image,
    ImageCms,
    ImageDraw,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
    __version__,
)

from station.ground.clock import SHANGHAI
from station.media import formats, rules
from station.media.sharpness import look_at

QUALITY = 82
FORMATS = (  # a phone's JPEG with a second picture behind it (MPO) comes in through JPEG
    JpegImagePlugin.JpegImageFile.format,
    PngImagePlugin.PngImageFile.format,
    WebPImagePlugin.WebPImageFile.format,
    "HEIF",
)
GREY = (118, 118, 118)  # flat paint: blur and coarse pixels can be undone
POSTER_AT = 1000.0  # ms: the first frames of a phone's video are often dark or shaken
ENGINE = f"pillow {__version__}"


class Wrong(Exception):
    """The file is refused. `code`: key of rules.REFUSALS."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def probe(path: Path, mime: str) -> dict[str, Any]:
    """Size as shown, orientation, time and whether a place is in it; the whole file is read."""
    if mime == rules.XLSX:
        with path.open("rb") as file:
            size = formats.sheet_size(file)
        if size < 0:
            raise Wrong("not_a_sheet")
        if size > rules.UNPACKED_SHEET:
            raise Wrong("sheet_too_large", limit=rules.UNPACKED_SHEET // rules.MB)
        return _told(0, 0)
    if mime in rules.VIDEOS:
        width, height = _film_size(path)
        if not rules.pixels_fit(width, height):
            raise Wrong("broken_file")
        return _told(width, height)
    return _probe_picture(path, mime)


def _probe_picture(path: Path, mime: str) -> dict[str, Any]:
    with open_checked(path, mime) as image:
        exif = image.getexif()
        turned = orientation(exif)
        width, height = image.size if turned < 5 else image.size[::-1]
        place = bool(exif.get_ifd(ExifTags.IFD.GPSInfo))
        taken = taken_at(exif)
        image.draft("RGB", (max(1, image.width // 8), max(1, image.height // 8)))
        image.load()  # to the last byte: a cut file is refused here and not in a year
        look = asdict(look_at(image))
    return {**_told(width, height, turned, taken, place), "look": look}


def _told(
    width: int, height: int, turned: int = 1, taken: str | None = None, place: bool = False
) -> dict[str, Any]:
    return {
        "width": width,
        "height": height,
        "orientation": turned,
        "taken_at": taken,
        "has_gps": place,
    }


def open_checked(path: Path, mime: str) -> Image.Image:
    """Open by the header alone. Raises `Wrong` for 12 bits and for too many pixels."""
    if mime == "image/jpeg":
        with path.open("rb") as file:
            if formats.jpeg_precision(file) == 12:
                raise Wrong("twelve_bit_jpeg")
    Image.MAX_IMAGE_PIXELS = None  # judged here, in numbers that the refusal can name
    image = Image.open(path, formats=FORMATS)
    if not rules.pixels_fit(*image.size):
        raise Wrong("too_many_pixels", width=image.width, height=image.height)
    return image


def orientation(exif: Image.Exif) -> int:
    """EXIF orientation 1…8; 1 when absent or absurd."""
    value = exif.get(ExifTags.Base.Orientation, 1)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def taken_at(exif: Image.Exif) -> str | None:
    """EXIF DateTimeOriginal with its offset, as ISO 8601; Shanghai time when it has no offset."""
    detail = exif.get_ifd(ExifTags.IFD.Exif)
    text = str(detail.get(ExifTags.Base.DateTimeOriginal, "")).strip("\0 ")
    zone = str(detail.get(ExifTags.Base.OffsetTimeOriginal, "")).strip("\0 ")
    try:
        moment = datetime.strptime(text, "%Y:%m:%d %H:%M:%S").replace(tzinfo=SHANGHAI)
        if zone:
            hours, minutes = int(zone[:3]), int(zone[4:6] or 0)
            ahead = timedelta(hours=hours, minutes=minutes if hours >= 0 else -minutes)
            moment = moment.replace(tzinfo=timezone(ahead))
    except ValueError:
        return None
    return moment.isoformat()


def draw(
    path: Path,
    out: Path,
    *,
    mime: str,
    sizes: dict[str, int],
    rectangles: Sequence[Sequence[float]],
) -> dict[str, Any]:
    """Write `out`/<name>.jpg for each name → longest side; {name: {width, height, recipe}}."""
    largest = max(sizes.values())
    with open_checked(path, mime) as image:
        declared = list(image.size)
        profile = image.info.get("icc_profile")
        image.draft("CMYK" if image.mode == "CMYK" else "RGB", (2 * largest, 2 * largest))
        upright = paint(_plain(ImageOps.exif_transpose(image)), rectangles)
    made = {}
    for name, side in sorted(sizes.items(), key=lambda item: -item[1]):
        upright.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=3.0)
        shown = to_srgb(upright, profile)
        write_clean(shown, out / f"{name}.jpg")
        recipe = {
            "engine": ENGINE,
            "from": declared,
            "side": side,
            "quality": QUALITY,
            "rectangles": [list(one) for one in rectangles],
        }
        made[name] = {"width": shown.width, "height": shown.height, "recipe": recipe}
    return made


def _plain(image: Image.Image) -> Image.Image:
    """Modes that cannot be resized or painted as they are, made such that can."""
    if image.mode.startswith("I;16"):
        return image.point(lambda value: value / 256).convert("L")
    if image.mode in {"RGB", "L", "CMYK", "RGBA", "LA"}:
        return image
    return image.convert("RGBA" if "transparency" in image.info else "RGB")


def paint(image: Image.Image, rectangles: Sequence[Sequence[float]]) -> Image.Image:
    """Rectangles (fractions of the upright picture) in opaque grey, edges rounded outwards.

    Before any resizing, so that no filter carries what lies under the paint outside of it.
    """
    if not rectangles:
        return image
    flat = _flat(image)
    brush = ImageDraw.Draw(flat)
    for x, y, w, h in rectangles:
        left, top = int(x * flat.width), int(y * flat.height)
        right, bottom = -int(-(x + w) * flat.width // 1), -int(-(y + h) * flat.height // 1)
        brush.rectangle([left - 1, top - 1, right, bottom], fill=_grey(flat.mode))
    return flat


def _grey(mode: str) -> tuple[int, ...] | int:
    if mode == "CMYK":
        return (0, 0, 0, 255 - GREY[0])
    return GREY[0] if mode == "L" else GREY


def _flat(image: Image.Image) -> Image.Image:
    """What is transparent on white, as a page would show it."""
    if image.mode not in {"RGBA", "LA"}:
        return image
    ground = Image.new("RGB", image.size, (255, 255, 255))
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB in sRGB through the embedded profile; without a usable one, by plain conversion."""
    flat = _flat(image)
    if profile and flat.mode in {"RGB", "CMYK", "L"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            shown = ImageCms.profileToProfile(flat, source, target, outputMode="RGB")
            return shown if shown is not None else flat.convert("RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            return flat.convert("RGB")
    return flat.convert("RGB")


def write_clean(image: Image.Image, path: Path) -> None:
    """A progressive JPEG of the pixels alone: no EXIF, XMP, ICC, IPTC or comment."""
    image.info = {}
    image.save(path, "JPEG", quality=QUALITY, progressive=True, exif=b"", icc_profile=None)


def _film_size(path: Path) -> tuple[int, int]:
    """Width and height of a video's first frame; (0, 0) when there is none."""
    from panoramas.film import Film  # noqa: PLC0415 - OpenCV takes 250 MB of address space

    with Film(path) as film:
        for _ in film:
            height, width = film.colour().shape[:2]
            return width, height
    return 0, 0


def measure(path: Path, out: Path) -> dict[str, Any]:
    """Length of a video by its frames, and `out`/frame.png, the one a second in."""
    from panoramas import film  # noqa: PLC0415 - OpenCV takes 250 MB of address space

    told, shown = film.measure(path, POSTER_AT)
    Image.fromarray(shown).save(out / "frame.png")
    return told


def main(arguments: Sequence[str]) -> dict[str, Any]:
    """Answer one question; every fault of the file becomes a refusal with its code."""
    command, *paths, options = arguments
    ask: dict[str, Callable[..., dict[str, Any]]]
    ask = {"probe": probe, "draw": draw, "measure": measure}
    warnings.simplefilter("ignore")
    pillow_heif.register_heif_opener(thumbnails=False)
    pillow_heif.options.DECODE_THREADS = 1
    try:
        return ask[command](*(Path(path) for path in paths), **json.loads(options))
    except Wrong as wrong:
        return {"refused": wrong.code, "values": wrong.values}
    except MemoryError:
        return {"refused": "decoding_limit"}
    except Exception as fault:
        print(f"{type(fault).__name__}: {fault}", file=sys.stderr)  # noqa: T201
        return {"refused": "broken_file"}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))  # noqa: T201 - the answer
