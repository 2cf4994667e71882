"""Two dates of one virtual car: other viewpoint, other light, other camera, and known flaws."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import cv2
import numpy as np

from demo import interior, light, views
from demo.camera import Camera
from demo.cars import Car, make_car
from demo.exterior import look_at
from demo.seats import room_of
from panoramas import bake, cube, sphere
from panoramas.gpano import Window


@dataclass(frozen=True)
class Conditions:
    """What differs on the second date. `aside`: degrees round the car; `nearer`: share of the
    distance; `lift`: metres; `sun`: degrees; `tint`: factor of each colour; `noise`: 8-bit steps."""

    aside: float = 1.5
    nearer: float = 1.02
    lift: float = 0.05
    sun: float = 12.0
    tint: tuple[float, float, float] = (0.92, 0.88, 0.80)
    noise: float = 1.5
    quality: int = 88


SAME = Conditions(0, 1, 0, 0, (1, 1, 1), 0, 95)
OTHER_DAY = Conditions()


@contextmanager
def sun_moved(degrees: float) -> Iterator[None]:
    """The sun further on its way while pictures are drawn."""
    before, turned = light.SUN, np.radians(degrees)
    x, y, z = before
    light.SUN = np.array(
        [x * np.cos(turned) - y * np.sin(turned), x * np.sin(turned) + y * np.cos(turned), z]
    )
    try:
        yield
    finally:
        light.SUN = before


def taken(picture, conditions: Conditions, seed: int):
    """RGB as a camera gives it: tinted, noisy, through a JPEG."""
    rgb = picture[..., ::-1].astype(np.float32) * np.float32(conditions.tint)
    rgb += np.random.default_rng(seed).normal(0, conditions.noise, rgb.shape)
    coded = cv2.imencode(
        ".jpg", np.clip(rgb, 0, 255).astype(np.uint8)[..., ::-1], [1, conditions.quality]
    )[1]
    return np.ascontiguousarray(cv2.imdecode(coded, cv2.IMREAD_COLOR)[..., ::-1])


def outside(car: Car, angle: float, conditions: Conditions, size=(1200, 900), seed=1):
    """A photo from `angle` degrees round the car, RGB."""
    camera = views.spin_camera(car, angle + conditions.aside, size, near=1.25 * conditions.nearer)
    camera = replace(camera, eye=camera.eye + np.array([0, 0, conditions.lift]))
    with sun_moved(conditions.sun):
        return taken(look_at(car, camera, fine=1.5), conditions, seed)


def inside(car: Car, step, heading: float, conditions: Conditions, width=1024, seed=1):
    """A cabin panorama, RGB, taken `step` metres (3,) beside the usual place, turned by `heading`."""
    side, drawn = width // 4, {}
    for name in interior.FACES:
        axes = np.array(interior._AXES[name], float)
        camera = Camera(np.array(room_of(car.kind).eye) + step, axes, side / 2, (side, side))
        with sun_moved(conditions.sun):
            drawn[name] = interior.look_inside(car, camera)
    level = cube.to_sphere(drawn, width)
    if heading:
        whole = Window(0, 0, width, width // 2)
        level = bake.rotate(level, whole, sphere.turn(heading, 0, 0), width).panorama
    return taken(level, conditions, seed)


@dataclass(frozen=True)
class Pair:
    """`a` without, `b` with the flaws; `truth`: where each flaw shows in the frame of `a`."""

    a: np.ndarray
    b: np.ndarray
    truth: list[np.ndarray]


def outside_pair(number: int, angle: float, conditions: Conditions, size=(1200, 900)) -> Pair:
    """A car before and after all its flaws outside came; only flaws of 150 visible pixels count."""
    car = make_car(number)
    clean = replace(car, defects=())
    first = Conditions(0, 1, 0, 0, (1, 1, 1), conditions.noise, conditions.quality)
    a, bare = outside(clean, angle, first, size), outside(clean, angle, SAME, size)
    truth = []
    for flaw in car.defects:
        if flaw.inside:
            continue
        with_it = outside(replace(car, defects=(flaw,)), angle, SAME, size)
        shown = np.abs(with_it.astype(int) - bare).max(axis=2) > 12
        if np.count_nonzero(shown) >= 150 * size[0] / 1200:
            truth.append(shown)
    return Pair(a, outside(car, angle, conditions, size, seed=2), truth)


def inside_pair(number: int, step, heading: float, conditions: Conditions, width=1024) -> Pair:
    """A cabin before and after its flaws inside came, the second turned by `heading` degrees."""
    car = make_car(number)
    clean, still = replace(car, defects=()), np.zeros(3)
    first = Conditions(0, 1, 0, 0, (1, 1, 1), conditions.noise, conditions.quality)
    bare = inside(clean, still, 0, SAME, width)
    shown = np.abs(inside(car, still, 0, SAME, width).astype(int) - bare).max(axis=2) > 12
    truth = [shown] if np.count_nonzero(shown) > 20 else []
    a = inside(clean, still, 0, first, width)
    return Pair(a, inside(car, np.asarray(step), heading, conditions, width, seed=2), truth)
