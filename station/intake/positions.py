"""Positions of check-ins: distance, doubtful clocks, and the map's own coordinates.

Positions are kept as WGS-84, which phones give. Maps in China draw GCJ-02, up to several
hundred metres away, so a map link converts and a distance never does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import asin, cos, pi, radians, sin, sqrt

from station.ground.refused import Refused

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius (IUGG)."""

_AXIS_M = 6_378_245.0
_ECCENTRICITY_2 = 0.00669342162296594323


@dataclass(frozen=True)
class Position:
    """A place in WGS-84 degrees. Raises `Refused` when it is none on Earth."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise Refused("position_range", "定位数据不是有效的经纬度，请重新定位后再打卡。")


@dataclass(frozen=True)
class CheckIn:
    """What a check-in's place and clock say. Flags do not stop the act; they are shown.

    `distance_m`: None when the device gave no position. `skew_s`: device minus server, seconds.
    """

    distance_m: int | None
    far: bool
    skew_s: int
    clock_doubtful: bool


def distance_m(a: Position, b: Position) -> float:
    """Great-circle distance in metres by the haversine formula (error under 0.6 %)."""
    lat_a, lat_b = radians(a.lat), radians(b.lat)
    half_lat, half_lon = (lat_b - lat_a) / 2, radians(b.lon - a.lon) / 2
    h = sin(half_lat) ** 2 + cos(lat_a) * cos(lat_b) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(h)))


def weigh_check_in(
    place: Position,
    device: Position | None,
    device_at: datetime,
    server_at: datetime,
    *,
    max_distance_m: int,
    max_skew_s: int,
) -> CheckIn:
    """Compare a check-in with the place it should be at and with the server's clock.

    Both times are aware. A position `max_distance_m` away and a clock `max_skew_s` off still
    pass; beyond that they are flagged.
    """
    metres = None if device is None else distance_m(place, device)
    skew = round((device_at - server_at).total_seconds())
    return CheckIn(
        distance_m=None if metres is None else round(metres),
        far=metres is not None and metres > max_distance_m,
        skew_s=skew,
        clock_doubtful=abs(skew) > max_skew_s,
    )


def to_gcj02(place: Position) -> tuple[float, float]:
    """(lat, lon) for a Chinese map link; unchanged outside the box in which the shift is used.

    The published approximation of the GCJ-02 shift; good to a few metres, for maps only.
    """
    if not (0.8293 <= place.lat <= 55.8271 and 72.004 <= place.lon <= 137.8347):
        return place.lat, place.lon
    x, y = place.lon - 105.0, place.lat - 35.0
    lat = radians(place.lat)
    w = 1 - _ECCENTRICITY_2 * sin(lat) ** 2
    meridian = _AXIS_M * (1 - _ECCENTRICITY_2) / (w * sqrt(w))
    parallel = _AXIS_M / sqrt(w) * cos(lat)
    north = _shift_north(x, y) / (meridian * pi / 180)
    east = _shift_east(x, y) / (parallel * pi / 180)
    return place.lat + north, place.lon + east


def _shift_north(x: float, y: float) -> float:
    metres = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    metres += _waves(20, x, (6, 2))
    metres += (20 * sin(y * pi) + 40 * sin(y * pi / 3)) * 2 / 3
    return metres + (160 * sin(y * pi / 12) + 320 * sin(y * pi / 30)) * 2 / 3


def _shift_east(x: float, y: float) -> float:
    metres = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    metres += _waves(20, x, (6, 2))
    metres += (20 * sin(x * pi) + 40 * sin(x * pi / 3)) * 2 / 3
    return metres + (150 * sin(x * pi / 12) + 300 * sin(x * pi / 30)) * 2 / 3


def _waves(height: float, x: float, frequencies: tuple[float, ...]) -> float:
    return sum(height * sin(f * x * pi) for f in frequencies) * 2 / 3
