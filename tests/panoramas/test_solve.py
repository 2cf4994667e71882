"""Photos in, cameras out: how exact, in any order, with any number of threads, and what is refused."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image

from panoramas.sentences import Unusable
from panoramas.stitch.shots import gather
from panoramas.stitch.solve import solve
from tests.panoramas.conftest import PROJECT, left_in
from tests.panoramas.sets import JITTERED, NEAR, NOISY, WORST, registration_error, shoot

pytestmark = pytest.mark.slow

HALF = ((-20.0, 9), (35.0, 7), (90.0, 1))


def small(conditions, rings=HALF, **more):
    return replace(conditions.small(), rings=rings, **more)


@pytest.fixture(scope="module")
def cafe(tmp_path_factory):
    return shoot(tmp_path_factory.mktemp("cafe"), "cafe", small(NOISY, told=True))


def side_by_side(taken, count):
    """Paths of so many photos of the lower ring, each beside the last."""
    ways = [camera.rotation[:, 1] for camera in taken.cameras]
    ring = [i for i, way in enumerate(ways) if -0.6 < way[2] < 0]
    ring.sort(key=lambda i: np.arctan2(ways[i][0], ways[i][1]))
    return [taken.paths[i] for i in ring[:count]]


def digest(cameras):
    placed = [camera for camera in cameras if camera is not None]
    told = b"".join(camera.rotation.tobytes() for camera in placed)
    return hashlib.sha256(told + repr(placed[0].lens).encode()).hexdigest()


def tilt(taken, cameras):
    """Degrees between true and found up."""
    pairs = zip(taken.cameras, cameras, strict=True)
    up = np.mean([true.rotation @ found.rotation.T[:, 2] for true, found in pairs], axis=0)
    return np.degrees(np.arccos(np.clip(up[2] / np.linalg.norm(up), -1, 1)))


def test_a_noisy_unevenly_exposed_room_is_placed_and_stands_level(cafe):
    solved = solve(gather(cafe.paths))
    errors = registration_error(cafe, solved.cameras)
    assert errors.placed == 17
    assert errors.registration[0] < 0.01
    assert errors.registration[1] < 0.02
    assert {placed.fate for placed in solved.photos} == {"matched"}
    assert solved.focal_from == "exif"
    assert solved.lens.focal == pytest.approx(cafe.conditions.lens.focal, rel=1e-3)
    assert solved.closed
    assert solved.levelled_by == "lines"
    assert tilt(cafe, solved.cameras) < 0.2


@pytest.mark.parametrize(
    ("scene", "conditions", "median", "most"),
    [
        pytest.param("dim", JITTERED, 0.02, 0.05, marks=pytest.mark.slow),
        pytest.param("box", WORST, 0.02, 0.05, marks=pytest.mark.slow),
        pytest.param("box", NEAR, 0.8, 2.5, marks=pytest.mark.slow),
    ],
)
def test_other_scenes_are_placed_without_being_told_the_focal_length(
    tmp_path, scene, conditions, median, most
):
    taken = shoot(tmp_path, scene, small(conditions))
    solved = solve(gather(taken.paths))
    errors = registration_error(taken, solved.cameras)
    assert errors.placed == 17
    assert errors.registration[0] < median
    assert errors.registration[1] < most
    assert solved.focal_from == "photos"


def test_plain_sky_is_reported_and_the_ground_below_is_placed(tmp_path):
    taken = shoot(tmp_path, "hill", small(JITTERED, rings=((0.0, 10), (90.0, 1))))
    solved = solve(gather(taken.paths))
    sky = max(range(11), key=lambda i: taken.cameras[i].rotation[2, 1])
    assert solved.photos[sky].fate == "featureless"
    assert solved.photos[sky].camera is None
    errors = registration_error(taken, solved.cameras)
    assert errors.placed == 10
    assert errors.registration[1] < 0.1


def test_order_of_files_and_number_of_threads_change_nothing(cafe):
    paths = side_by_side(cafe, 5)
    first = solve(gather(paths))
    turned = solve(gather(paths[::-1]))
    assert digest(first.cameras) == digest(turned.cameras[::-1])
    assert [p.shot.path for p in turned.photos] == paths[::-1]
    script = (
        "import sys, cv2; cv2.setNumThreads(1); from pathlib import Path;"
        "from panoramas.stitch.shots import gather; from panoramas.stitch.solve import solve;"
        "from tests.panoramas.test_solve import digest;"
        "print(digest(solve(gather([Path(p) for p in sys.argv[1:]])).cameras))"
    )
    alone = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(PROJECT)}
    said = subprocess.run(
        [sys.executable, "-c", script, *map(str, paths)], env=alone, capture_output=True, check=True
    )
    assert said.stdout.decode().strip() == digest(first.cameras)


def test_a_work_copy_of_whole_pixels_bends_nothing(cafe):
    """229×305 pixels of 300×400 are a little wider than they are high."""
    paths = side_by_side(cafe, 5)
    solved = solve(gather(paths), work=0.0697)
    found = dict(zip(paths, solved.cameras, strict=True))
    errors = registration_error(cafe, [found.get(path) for path in cafe.paths])
    assert errors.placed == 5
    assert errors.overlap[1] < 0.016  # .022 when rows are taken to be as wide as columns


def test_photos_of_two_places_are_told_apart(cafe, tmp_path):
    other = shoot(tmp_path, "box", small(NOISY, rings=((-10.0, 9),)))
    solved = solve(gather([*side_by_side(cafe, 5), *side_by_side(other, 3)]))
    assert [p.scene for p in solved.photos] == [0] * 5 + [1] * 3
    assert [p.fate for p in solved.photos[5:]] == ["unconnected"] * 3
    assert all(p.camera is None for p in solved.photos[5:])


def test_of_two_photos_of_the_same_view_the_sharper_stays(cafe, tmp_path):
    paths = side_by_side(cafe, 4)
    seen = cv2.imread(str(paths[2]))
    blurred = tmp_path / "blurred.jpg"
    cv2.imwrite(str(blurred), cv2.GaussianBlur(seen, (0, 0), 1.2))
    copy = tmp_path / "copy.jpg"
    copy.write_bytes(paths[0].read_bytes())
    solved = solve(gather([*paths, blurred, copy]))
    assert [p.fate for p in solved.photos] == ["matched"] * 4 + ["duplicate"] * 2
    assert all(p.camera is None and p.scene == 0 for p in solved.photos[4:])


def test_progress_grows_to_one_and_may_stop_the_work(cafe):
    said = []
    solve(gather(side_by_side(cafe, 3)), progress=said.append)
    assert said == sorted(said)
    assert said[-1] == 1

    def stop(_share):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        solve(gather(side_by_side(cafe, 3)), progress=stop)


def plain(path, value, size=(300, 400)):
    Image.new("RGB", size, (value, value, 200)).save(path)
    return path


def refused(paths, tmp_path):
    before = left_in(tmp_path)
    with pytest.raises(Unusable) as caught:
        solve(gather(paths))
    assert left_in(tmp_path) == before
    return caught.value


def test_photos_of_nothing_are_refused(tmp_path):
    paths = [plain(tmp_path / f"{n}.jpg", 40 * n) for n in range(4)]
    fault = refused(paths, tmp_path)
    assert fault.code == "no_overlap"
    assert fault.values["count"] == 4


def test_photos_that_do_not_overlap_are_refused(tmp_path):
    taken = shoot(tmp_path, "cafe", small(JITTERED, rings=((0.0, 3),)))
    assert refused(taken.paths, tmp_path).code == "no_overlap"


def test_noise_alone_is_refused(tmp_path):
    paths = [tmp_path / f"{n}.jpg" for n in range(4)]
    for n, path in enumerate(paths):
        noise = np.random.default_rng(n).integers(0, 255, (400, 300, 3), np.uint8)
        Image.fromarray(noise).save(path, quality=90)
    assert refused(paths, tmp_path).code == "no_overlap"


def test_one_plain_photo_among_good_ones_is_featureless(cafe, tmp_path):
    solved = solve(gather([*side_by_side(cafe, 5), plain(tmp_path / "plain.jpg", 100)]))
    assert solved.photos[5].fate == "featureless"
    assert solved.photos[5].scene == -1


def test_the_same_photo_twice_is_no_panorama(cafe, tmp_path):
    copy = tmp_path / "copy.jpg"
    copy.write_bytes(cafe.paths[0].read_bytes())
    assert refused([cafe.paths[0], copy], tmp_path).code == "no_overlap"


def test_a_photo_cut_short_is_named(cafe, tmp_path):
    cut = tmp_path / "cut.jpg"
    whole = cafe.paths[1].read_bytes()
    cut.write_bytes(whole[: len(whole) // 2])
    fault = refused([*side_by_side(cafe, 3), cut], tmp_path)
    assert (fault.code, fault.values["name"]) == ("truncated", "cut.jpg")
