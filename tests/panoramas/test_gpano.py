"""What a panorama says about itself, believed as far as it can be true."""

from __future__ import annotations

import pytest

from panoramas import Unusable, gpano
from panoramas.picture import Header

SPHERE = Header("p.jpg", 2000, 1000, "JPEG", 1, b"", "")
FULL = {"FullPanoWidthPixels": "10000", "FullPanoHeightPixels": "5000"}
WHOLE = FULL | {"CroppedAreaImageWidthPixels": "10000", "CroppedAreaImageHeightPixels": "5000"}


def packet(body: bytes, prefix: bytes = b"GPano") -> bytes:
    space = b'xmlns:%s="http://ns.google.com/photos/1.0/panorama/"' % prefix
    return b"<rdf:Description %s %s" % (space, body)


def test_attributes_elements_and_other_prefixes_are_read_alike():
    attribute = packet(b'GPano:PosePitchDegrees="5.5">')
    element = packet(b"><GPano:PosePitchDegrees> 5.5 </GPano:PosePitchDegrees>")
    other = packet(b"g:PosePitchDegrees='5.5'>", b"g")
    for xmp in (attribute, element, other):
        assert gpano.read(xmp) == {"PosePitchDegrees": "5.5"}


def test_another_namespace_says_nothing():
    assert gpano.read(b'<a xmlns:GPano="http://example.org/" GPano:PosePitchDegrees="5">') == {}


def test_a_declared_size_that_was_scaled_later_counts_by_its_proportion():
    assert gpano.window(WHOLE, SPHERE) == gpano.Window(0, 0, 2000, 1000)


def test_a_crop_is_placed_in_pixels_of_the_real_picture():
    crop = FULL | {
        "CroppedAreaImageWidthPixels": "5000",
        "CroppedAreaImageHeightPixels": "2500",
        "CroppedAreaLeftPixels": "1000",
        "CroppedAreaTopPixels": "500",
    }
    assert gpano.window(crop, SPHERE) == gpano.Window(400, 200, 4000, 2000)


def test_a_two_to_one_picture_needs_no_metadata_and_another_does():
    assert gpano.window({}, SPHERE) == gpano.Window(0, 0, 2000, 1000)
    with pytest.raises(Unusable) as no:
        gpano.window({}, Header("p.jpg", 1600, 1200, "JPEG", 1, b"", ""))
    assert no.value.code == "not_panorama"


@pytest.mark.parametrize(
    "tags",
    [
        {"FullPanoWidthPixels": "10000"},
        {"FullPanoWidthPixels": "10000", "FullPanoHeightPixels": "0"},
        {"FullPanoWidthPixels": "10000", "FullPanoHeightPixels": "9000"},
        WHOLE | {"CroppedAreaImageWidthPixels": "20000"},
        WHOLE | {"CroppedAreaLeftPixels": "3000"},
        WHOLE | {"CroppedAreaTopPixels": "-5"},
        WHOLE | {"CroppedAreaImageHeightPixels": "2500"},
        WHOLE | {"CroppedAreaImageHeightPixels": "tall"},
        WHOLE | {"FullPanoWidthPixels": "nan"},
    ],
)
def test_sizes_that_contradict_each_other_are_refused(tags):
    with pytest.raises(Unusable) as no:
        gpano.window(tags, SPHERE)
    assert no.value.code == "gpano_wrong"


def test_another_projection_is_refused_by_name():
    with pytest.raises(Unusable) as no:
        gpano.window({"ProjectionType": "cylindrical"}, SPHERE)
    assert no.value.code == "projection"
    assert "cylindrical" in str(no.value)


@pytest.mark.parametrize(
    "tags", [{"PosePitchDegrees": "95"}, {"PoseRollDegrees": "inf"}, {"PoseHeadingDegrees": "x"}]
)
def test_an_impossible_pose_is_refused(tags):
    with pytest.raises(Unusable) as no:
        gpano.pose(tags, SPHERE)
    assert no.value.code == "gpano_wrong"


def test_a_panorama_opens_where_it_says_or_where_its_middle_came():
    place = gpano.Window(0, 0, 2000, 1000)
    turned = gpano.Pose(heading=295.0)
    assert gpano.opening({}, SPHERE, turned, place).yaw == -65
    told = {"InitialViewHeadingDegrees": "200", "InitialHorizontalFOVDegrees": "75"}
    assert gpano.opening(told, SPHERE, turned, place) == gpano.Opening(-160, 0, 75)
