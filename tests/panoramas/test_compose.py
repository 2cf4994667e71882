"""From photos with known cameras to the sphere: windows, places, seams, bands, pixels."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from panoramas.picture import load, read_header
from panoramas.sphere import directions, turn
from panoramas.stitch import bands, photometry, render, seams, sight, survey
from panoramas.stitch.camera import Camera, Lens
from panoramas.stitch.window import Window, bounds, cut, place
from tests.panoramas import pattern, sets
from tests.panoramas.compared import matched_light, psnr, seam_band, similarity

pytestmark = pytest.mark.slow

LENS = Lens(180, 240, 150.0, -0.03, 0.005)
WIDTH = 896
POSES = [*((40 * n, 0) for n in range(9)), *((60 * n, 55) for n in range(6)), *((60 * n, -55) for n in range(6)), (0, 90), (0, -90)]  # fmt: skip
SLOW = 9.0  # radians of colour a radian: a pattern that photos of this size resolve


def photo(camera):
    column, row = np.meshgrid(np.arange(LENS.width, dtype=float), np.arange(LENS.height))
    return pattern.eight_bit(pattern.colours(camera.rays(column, row), SLOW))


@pytest.fixture(scope="module")
def sights():
    cameras = [Camera(turn(yaw, pitch, 3), LENS) for yaw, pitch in POSES]
    return [sight.see(camera, photo(camera), WIDTH) for camera in cameras]


def shares_of(sights):
    width = sight.natural_width(sights[0].camera.lens)
    copies = [survey.copy(one, width) for one in sights]
    light = photometry.fit(copies, width // 8)
    labels = seams.label(light.evened(copies), width // 8)
    shares = bands.blend(sights, light, labels, width)
    return light, shares


def cut_in(copy, window):
    whole = np.zeros((WIDTH // 16, WIDTH // 8), bool)
    whole[place(copy.window, WIDTH // 8)] = copy.inside
    return cut(whole, window)


def composed(sights, hidden=None):
    light, shares = shares_of(sights)
    width = sight.natural_width(sights[0].camera.lens)
    return render.render(sights, light, shares, width, hidden or {}, progress=lambda share: None)


@pytest.mark.parametrize(("focal", "width"), [(856.9, 5376), (3000.0, 8192), (170.0, 1024)])
def test_the_panorama_is_as_fine_as_the_photos_and_cut_to_whole_tiles(focal, width):
    assert sight.natural_width(Lens(900, 1200, focal)) == width


def test_a_window_goes_round_and_over_the_poles():
    sphere = np.arange(8 * 16).reshape(8, 16)
    seen = cut(sphere, Window(-2, 14, 12, 4))
    assert seen[2].tolist() == [14, 15, 0, 1]
    assert seen[1].tolist() == [6, 7, 8, 9]  # the top row again, seen from the other side
    assert seen[0].tolist() == [22, 23, 24, 25]
    assert seen[-2].tolist() == (7 * 16 + np.arange(6, 10)).tolist()
    assert cut(sphere, Window(0, 0, 8, 16)).tolist() == sphere.tolist()


def test_the_bounds_of_what_lies_across_the_seam_are_narrow():
    mask = np.zeros((8, 16), bool)
    assert bounds(mask) is None
    mask[3, [14, 15, 1]] = True
    assert bounds(mask) == Window(3, 14, 1, 4)
    mask[5] = True
    assert bounds(mask)[2:] == (3, 16)


def test_places_agree_with_the_exact_camera_within_a_thousandth_of_a_pixel():
    camera = Camera(turn(170, 40, 12), LENS)
    one = sight.Sight(camera, ())
    places = one.places(Window(0, 0, WIDTH // 2, WIDTH), WIDTH)
    column, row = camera.pixels(directions(WIDTH, WIDTH // 2))
    assert places.inside.sum() > 10_000
    assert np.abs(places.column - column)[places.inside].max() < 1e-3
    assert np.abs(places.row - row)[places.inside].max() < 1e-3
    with np.errstate(invalid="ignore"):
        within = (np.abs(column - 89.5) < 89.9) & (np.abs(row - 119.5) < 119.9)
    assert not (within & ~places.inside)[np.hypot(column - 89.5, row - 119.5) < 150].any()


def test_a_footprint_holds_the_whole_photo_poles_and_seam_included(sights):
    for one in sights:
        whole = one.places(Window(0, 0, WIDTH // 2, WIDTH), WIDTH).inside
        window = survey.footprint(one, WIDTH)
        assert cut(whole, window).sum() == whole.sum()


def test_a_known_sphere_comes_out_everywhere_closed_at_seam_and_poles(sights):
    made, covered = composed(sights)
    truth = pattern.sphere(WIDTH, per_turn=SLOW)
    assert covered is None
    assert np.abs(made.astype(int) - truth).max() <= 3  # seam, poles, everywhere
    mean, worst = pattern.drift(made, truth.astype(float))
    assert mean <= 0.05, (mean, worst)


def test_what_no_photo_shows_is_a_flat_gap_and_nothing_is_made_up(sights):
    made, covered = composed(sights[:9])
    seen = np.zeros(covered.shape, bool)
    for one in sights[:9]:
        seen |= one.places(Window(0, 0, WIDTH // 2, WIDTH), WIDTH).inside
    assert not (covered[~seen]).any()
    assert (covered[seen] > 0).mean() > 0.999
    assert (made[covered == 0] == 64).all()
    truth = pattern.sphere(WIDTH, per_turn=SLOW)
    wrong = np.abs(made.astype(int) - truth)[covered > 0]
    assert np.percentile(wrong, 99.9) <= 3  # but for the notches where seams meet the gap


def test_a_seam_goes_round_somebody_who_moved(sights):
    """A square that only one of two overlapping photos shows is there whole or not at all."""
    clean = [sights[0], sights[1]]
    shown = photo(clean[0].camera)
    shown[90:150, 120:150] = (250, 250, 20)
    spoilt = [sight.see(clean[0].camera, shown, WIDTH), clean[1]]
    (before, _), (after, _) = composed(clean), composed(spoilt)
    yellow = np.abs(after.astype(int) - (250, 250, 20)).max(axis=-1) < 30
    changed = np.abs(after.astype(int) - before).max(axis=-1) > 30
    assert yellow.sum() in (0, pytest.approx(1800 * (WIDTH / (2 * np.pi * 150)) ** 2, rel=0.15))
    assert changed.sum() <= 1.15 * yellow.sum()


def test_a_blurred_photo_is_shown_only_where_no_other_shows_anything(sights):
    copies = [survey.copy(one, WIDTH) for one in sights]
    plain, yielding = (seams.label(copies, WIDTH // 8, blurred) for blurred in ((), (2,)))
    assert (yielding == 2).sum() < 0.5 * (plain == 2).sum()
    alone = copies[2].inside.copy()
    for n in set(range(len(copies))) - {2}:
        alone &= ~cut_in(copies[n], copies[2].window)
    assert (cut(yielding, copies[2].window)[alone] == 2).all()


def test_what_one_photo_masks_is_grey_whichever_photo_is_shown(sights):
    made, _ = composed(sights, {0: [(0.8, 0.4, 0.15, 0.2)]})
    camera = sights[0].camera
    column, row = camera.pixels(directions(WIDTH, WIDTH // 2))
    with np.errstate(invalid="ignore"):
        under = (np.abs(column - 0.875 * 180 + 0.5) < 13) & (np.abs(row - 119.5) < 24)
    assert under.sum() > 500
    assert (made[under] == 118).all()
    assert (made == 118).all(axis=-1).sum() < 1.3 * under.sum()


def test_the_bytes_do_not_depend_on_the_number_of_threads(sights, monkeypatch):
    one, _ = composed(sights[:9])
    monkeypatch.setattr("panoramas.stitch.in_order.cpu_count", lambda: 5)
    usual = cv2.getNumThreads()
    try:
        cv2.setNumThreads(1)
        other, _ = composed(sights[:9])
    finally:
        cv2.setNumThreads(usual)
    assert (one == other).all()


def test_uneven_noisy_photos_of_a_room_come_within_32_db(tmp_path):
    taken = sets.shoot(tmp_path, "cafe", replace(sets.NOISY.small(), rings=sets.RING))
    width = sight.natural_width(taken.conditions.lens)
    made, covered = composed(
        [
            sight.see(camera, load(path, read_header(path)), width)
            for path, camera in zip(taken.paths, taken.cameras, strict=True)
        ]
    )
    assert psnr(made, taken.panorama(width), covered) >= 32


@pytest.mark.slow
def test_seams_of_photos_taken_2_cm_apart_look_like_one_of_them(tmp_path):
    """Each pixel is compared with what the photo shown there saw, without noise and darkening."""
    spoilt, clean = sets.NEAR.small(), replace(sets.NEAR.small(), stops=0, vignette=0, noise=0)
    width = sight.natural_width(spoilt.lens)
    taken = sets.shoot(tmp_path / "a", "box", spoilt)
    true = sets.shoot(tmp_path / "b", "box", clean)
    seen, truth = (
        [
            sight.see(camera, load(path, read_header(path)), width)
            for path, camera in zip(one.paths, one.cameras, strict=True)
        ]
        for one in (taken, true)
    )
    light, shares = shares_of(seen)
    made, covered = render.render(seen, light, shares, width, {}, progress=lambda share: None)
    assert covered is None
    shown, near = seam_band(shares, width, 8)
    wanted = np.zeros_like(made)
    for n, one in enumerate(truth):
        own = shown == n
        places = one.places(Window(0, 0, width // 2, width), width)
        wanted[own] = np.clip(one.look(places, 0, cv2.INTER_CUBIC)[own], 0, 255)
    near[: width // 24] = near[-width // 24 :] = False  # a few pixels round the poles are no band
    matched = matched_light(made, wanted)
    assert similarity(matched, wanted)[near].mean() >= 0.9
