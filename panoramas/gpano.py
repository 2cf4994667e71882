"""GPano: what a panorama says about itself (Photo Sphere XMP, ns.google.com/photos/1.0/panorama).

Read by pattern, not by an XML parser: the packet is small, its names are unique, and a packet
from outside must not be able to make a parser expand anything.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from panoramas.picture import Header
from panoramas.sentences import Unusable

NAMESPACE = rb"http://ns\.google\.com/photos/1\.0/panorama/?"
SIZES = (
    "FullPanoWidthPixels",
    "FullPanoHeightPixels",
    "CroppedAreaImageWidthPixels",
    "CroppedAreaImageHeightPixels",
    "CroppedAreaLeftPixels",
    "CroppedAreaTopPixels",
)
TOLERANCE = 0.01  # how far declared and real proportions may differ


@dataclass(frozen=True)
class Window:
    """Where the picture lies on its full sphere, in pixels of the real picture.

    A whole panorama has left = top = 0 and the sphere's size as its own.
    """

    left: float
    top: float
    full_width: float
    full_height: float

    def scaled(self, share: float) -> Window:
        """The same window for the picture scaled by `share`."""
        parts = (self.left, self.top, self.full_width, self.full_height)
        return Window(*(part * share for part in parts))


@dataclass(frozen=True)
class Pose:
    """Attitude of the picture in degrees; `heading` None when the compass is not known."""

    heading: float | None = None
    pitch: float = 0.0
    roll: float = 0.0


@dataclass(frozen=True)
class Opening:
    """First view: yaw (right of the panorama's middle), pitch (up), horizontal field; degrees."""

    yaw: float = 0.0
    pitch: float = 0.0
    fov: float = 90.0


def read(xmp: bytes) -> dict[str, str]:
    """All GPano properties of an XMP packet, as attributes or elements; empty if none."""
    bound = re.search(rb"xmlns:([\w.-]+)\s*=\s*[\"']" + NAMESPACE + rb"[\"']", xmp)
    if bound is None:
        return {}
    prefix = re.escape(bound.group(1))
    attributes = re.findall(prefix + rb":(\w+)\s*=\s*[\"']([^\"'<]*)[\"']", xmp)
    elements = re.findall(rb"<" + prefix + rb":(\w+)\s*>([^<]*)<", xmp)
    found = attributes + elements
    return {key.decode(): value.decode("utf-8", "replace").strip() for key, value in found}


def window(tags: dict[str, str], header: Header) -> Window:
    """Place of the picture on its sphere; a declared size that is not the real one is scaled.

    Raises Unusable: projection, not_panorama (no GPano and not 2:1), gpano_wrong.
    """
    projection = tags.get("ProjectionType", "equirectangular")
    if projection.lower() != "equirectangular":
        raise Unusable("projection", name=header.name, projection=projection[:40])
    if not any(tag in tags for tag in SIZES):
        if abs(header.width - 2 * header.height) > TOLERANCE * header.width:
            raise Unusable("not_panorama", name=header.name)
        return Window(0, 0, header.width, header.height)
    return _declared(tags, header)


def pose(tags: dict[str, str], header: Header) -> Pose:
    """Attitude in degrees. Raises Unusable gpano_wrong outside the ranges of the text."""
    heading = _number(tags, "PoseHeadingDegrees", header, -360, 360)
    pitch = _number(tags, "PosePitchDegrees", header, -90, 90) or 0.0
    roll = _number(tags, "PoseRollDegrees", header, -180, 180) or 0.0
    return Pose(None if heading is None else heading % 360, pitch, roll)


def opening(tags: dict[str, str], header: Header, levelled: Pose, place: Window) -> Opening:
    """First view in the levelled panorama: as declared, else where the picture's middle came."""
    yaw = _number(tags, "InitialViewHeadingDegrees", header, -360, 360)
    if yaw is None:
        middle = (place.left + header.width / 2) / place.full_width * 360 - 180
        yaw = (levelled.heading or 0.0) + middle
    pitch = _number(tags, "InitialViewPitchDegrees", header, -90, 90) or 0.0
    field = _number(tags, "InitialHorizontalFOVDegrees", header, 0, 360) or 90.0
    return Opening((yaw + 180) % 360 - 180, pitch, min(max(field, 30.0), 120.0))


def _declared(tags: dict[str, str], header: Header) -> Window:
    full_w, full_h, crop_w, crop_h, left, top = _sizes(tags, header)
    wrong = {
        "FullPano": abs(full_w - 2 * full_h) > TOLERANCE * full_w,
        "CroppedAreaImage": crop_w > full_w * (1 + TOLERANCE) or crop_h > full_h * (1 + TOLERANCE),
        "CroppedAreaLeft": left < 0 or left + crop_w > full_w * (1 + TOLERANCE),
        "CroppedAreaTop": top < 0 or top + crop_h > full_h * (1 + TOLERANCE),
        "CroppedAreaImage/ImageSize": not math.isclose(
            header.width / crop_w, header.height / crop_h, rel_tol=TOLERANCE
        ),
    }
    for tag, bad in wrong.items():
        if bad:
            raise Unusable("gpano_wrong", name=header.name, tag=tag)
    across, down = header.width / crop_w, header.height / crop_h
    return Window(left * across, top * down, full_w * across, full_h * down)


def _sizes(tags: dict[str, str], header: Header) -> tuple[float, ...]:
    whole = {"FullPanoWidthPixels", "FullPanoHeightPixels"} <= tags.keys()
    if not whole:
        raise Unusable("gpano_wrong", name=header.name, tag="FullPano")
    values = {tag: _number(tags, tag, header, 0, 1e6) for tag in SIZES}
    full_w, full_h = values[SIZES[0]] or 0.0, values[SIZES[1]] or 0.0
    crop_w = values[SIZES[2]] or min(header.width, full_w)
    crop_h = values[SIZES[3]] or min(header.height, full_h)
    if min(full_w, full_h, crop_w, crop_h) < 1:
        raise Unusable("gpano_wrong", name=header.name, tag="FullPano")
    return full_w, full_h, crop_w, crop_h, values[SIZES[4]] or 0.0, values[SIZES[5]] or 0.0


def _number(
    tags: dict[str, str], tag: str, header: Header, least: float, most: float
) -> float | None:
    text = tags.get(tag, "")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        raise Unusable("gpano_wrong", name=header.name, tag=tag)
    return value
