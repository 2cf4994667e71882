"""One brightness for all photos: exposures and darkening found again, and taken out rightly."""

from __future__ import annotations

import numpy as np
import pytest

from panoramas.sphere import turn
from panoramas.stitch import photometry, sight, survey
from panoramas.stitch.camera import Camera, Lens
from panoramas.stitch.window import Window

SIDE, WIDTH = 96, 256
LENS = Lens(SIDE, SIDE, 48.0)


def linear(coded):
    share = np.asarray(coded) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def coded(light):
    return 255 * np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


def copies_of(gains, fall, spoilt=False):
    """Small copies of a smooth scene in six photos, all exact but for exposure and darkening."""
    random = np.random.default_rng(5)
    made = []
    for n, gain in enumerate(gains):
        camera = Camera(turn(60 * n, 4 * (-1) ** n, 0), LENS)
        one = sight.see(camera, np.zeros((SIDE, SIDE, 3), np.uint8), WIDTH * 8)
        window = survey.footprint(one, WIDTH)
        places = one.places(window, WIDTH)
        column = np.arange(window.left, window.left + window.width) / WIDTH * 2 * np.pi
        scene = 110 + 40 * np.sin(3 * column) + np.zeros((window.height, 1))
        powers = np.stack([places.squared**power for power in (1, 2, 3)], -1).astype(float)
        light = linear(scene)[..., None] * np.exp(gain + powers @ fall)[..., None]
        seen = coded(light.repeat(3, axis=-1))
        if spoilt:
            moved = random.uniform(size=seen.shape[:2]) < 0.2
            seen[moved] = 200
        inside = places.inside
        dark = np.zeros_like(inside)
        made.append(survey.Copy(window, seen.astype(np.float32), places.squared, inside, dark))
    return made


@pytest.mark.parametrize("spoilt", [False, True])
def test_exposures_and_darkening_are_found_though_things_moved(spoilt):
    gains = np.array([0.3, -0.4, 0.1, 0.45, -0.2, -0.25])
    fall = np.array([-0.3, -0.1, -0.05])
    light = photometry.fit(copies_of(gains, fall, spoilt), WIDTH)
    assert np.abs(light.gains - (gains - gains.mean())[:, None]).max() < 0.01
    away = np.linspace(0, 1, 9)[:, None] ** (1, 2, 3)
    assert np.abs(away @ light.fall - away @ fall).max() < 0.02
    assert light.spread < 0.02 < 0.2 < light.before


def test_photos_that_nobody_compared_keep_their_light():
    dark = np.zeros((2, 2), np.float32)
    lone = [
        survey.Copy(
            Window(10, left, 2, 2), np.full((2, 2, 3), 99, np.float32), dark, dark == 0, dark > 0
        )
        for left in (0, 40)
    ]
    light = photometry.fit(lone, 64)
    assert np.abs(light.gains).max() == 0
    assert light.samples == 0
    assert np.abs(light.even(lone[0].colours, dark, 0) - 99).max() < 1e-4


@pytest.mark.parametrize("stops", [-1.0, -0.3, 0.4, 1.0])
def test_an_exposure_is_changed_as_light_is_not_as_numbers_are(stops):
    values = np.arange(0, 256, dtype=np.float32)
    seen = np.repeat(values[None, :, None], 3, axis=-1)
    gain = -stops * np.log(2)
    light = photometry.Light(np.full((1, 3), gain), np.zeros(3), 0, 0, 0)
    evened = light.even(seen, np.zeros((1, 256), np.float32), 0)
    assert np.abs(evened[0, :, 0] - coded(linear(values) * 2.0**stops)).max() < 0.7
