"""Reading the headers of a set, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from panoramas.sentences import Unusable
from panoramas.stitch import shots
from tests.panoramas.conftest import left_in

FOCAL_35 = 0xA405


def photo(path, width, height, focal=None, seed=0, orientation=None):
    noise = np.random.default_rng(seed).integers(0, 255, (height // 8, width // 8, 3), np.uint8)
    exif = Image.Exif()
    if focal is not None:
        exif.get_ifd(0x8769)[FOCAL_35] = focal
    if orientation:
        exif[0x0112] = orientation
    Image.fromarray(noise).resize((width, height)).save(path, quality=95, exif=exif)
    return path


def refused(paths):
    with pytest.raises(Unusable) as caught:
        shots.gather(paths)
    return caught.value


def test_shots_keep_the_order_given_and_share_one_size(tmp_path):
    paths = [photo(tmp_path / f"{n}.jpg", 300, 400, seed=n) for n in (2, 0, 1)]
    told = shots.gather(paths)
    assert [shot.name for shot in told] == ["2.jpg", "0.jpg", "1.jpg"]
    assert {(shot.width, shot.height, shot.turned) for shot in told} == {(300, 400, False)}
    assert told[0].picture().shape == (400, 300, 3)


def test_the_focal_length_is_told_in_pixels_of_the_common_size(tmp_path):
    told = shots.gather(
        [photo(tmp_path / "a.jpg", 300, 400, 26), photo(tmp_path / "b.jpg", 300, 400)]
    )
    assert told[0].focal == pytest.approx(26 / 43.2666 * 500)
    assert told[1].focal is None


@pytest.mark.parametrize("absurd", [0, 3, 900])
def test_an_absurd_focal_length_counts_as_none(tmp_path, absurd):
    paths = [photo(tmp_path / f"{n}.jpg", 300, 400, absurd, n) for n in (1, 2)]
    assert shots.gather(paths)[0].focal is None


def test_the_few_held_the_other_way_are_turned(tmp_path):
    paths = [photo(tmp_path / f"{n}.jpg", 300, 400, seed=n) for n in (1, 2)]
    lying = photo(tmp_path / "3.jpg", 400, 300)
    told = shots.gather([*paths, lying])
    assert [shot.turned for shot in told] == [False, False, True]
    upright = np.asarray(Image.open(lying)).astype(int)
    assert np.abs(told[2].picture() - np.rot90(upright, -1)).max() <= 2
    assert told[2].picture().shape == (400, 300, 3)


def test_a_photo_turned_by_its_tag_counts_as_it_is_shown(tmp_path):
    paths = [
        photo(tmp_path / "1.jpg", 300, 400),
        photo(tmp_path / "2.jpg", 400, 300, orientation=6),
    ]
    assert [shot.turned for shot in shots.gather(paths)] == [False, False]


def test_a_reduced_photo_is_brought_to_the_common_size(tmp_path):
    paths = [photo(tmp_path / f"{n}.jpg", 300, 400, seed=n) for n in (1, 2)]
    told = shots.gather([*paths, photo(tmp_path / "3.jpg", 240, 320)])
    assert told[2].picture().shape == (400, 300, 3)


def test_refusals_name_what_is_wrong_and_leave_the_folder_alone(tmp_path):
    one = photo(tmp_path / "1.jpg", 300, 400)
    wide = photo(tmp_path / "wide.jpg", 300, 600)
    dot = photo(tmp_path / "dot.png", 8, 8)
    text = tmp_path / "text.jpg"
    text.write_text("no picture")
    before = left_in(tmp_path)
    assert refused([one]).code == "too_few"
    assert refused([]).code == "too_few"
    assert refused([one] * 121).code == "too_many"
    assert refused([one, one, wide]).code == "mixed_sizes"
    assert refused([one, dot]).code == "too_small"
    assert refused([one, text]).code == "unreadable"
    assert left_in(tmp_path) == before


def test_a_photo_cut_short_is_refused_when_it_is_decoded(tmp_path):
    paths = [photo(tmp_path / f"{n}.jpg", 300, 400, seed=n) for n in (1, 2)]
    whole = paths[1].read_bytes()
    paths[1].write_bytes(whole[: len(whole) // 2])
    told = shots.gather(paths)
    with pytest.raises(Unusable) as caught:
        told[1].picture()
    assert caught.value.code == "truncated"
