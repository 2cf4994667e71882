from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from station.media import apart, decode

from . import pictures

APP0, COM = 0xE0, 0xFE


def draw(tmp_path: Path, data: bytes, mime: str = "image/jpeg", **options: Any) -> dict[str, Any]:
    (tmp_path / "source").write_bytes(data)
    asked = {"sizes": {"thumb": 480, "view": 1600}, "rectangles": [], **options}
    return apart.ask("draw", tmp_path / "source", tmp_path, mime=mime, **asked)


def near(pixel: Any, colour: tuple[int, int, int]) -> bool:
    return bool(np.abs(np.asarray(pixel, int)[:3] - colour).max() < 24)


def test_a_phone_photo_stands_upright_and_says_nothing_of_its_place(tmp_path: Path) -> None:
    made = draw(tmp_path, pictures.phone_photo())
    assert (made["view"]["width"], made["view"]["height"]) == (1067, 1600)
    for name in ("view", "thumb"):
        data = (tmp_path / f"{name}.jpg").read_bytes()
        assert set(pictures.segments(data)) & {*range(APP0 + 1, 0xF0), COM} == set()
        for trace in (b"Exif", b"30.3299", b"Maker", b"ICC_PROFILE", b"http://ns.adobe.com"):
            assert trace not in data
    with Image.open(tmp_path / "view.jpg") as view:
        assert view.info.get("progressive")
        # orientation 6: what was stored top left is seen top right
        assert near(view.getpixel((1040, 20)), pictures.RED)
        assert near(view.getpixel((20, 1580)), pictures.BLUE)


@pytest.mark.parametrize("turned", range(1, 9))
def test_every_exif_orientation_gives_the_same_upright_picture(tmp_path: Path, turned: int) -> None:
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    image, exif = pictures.scene(), Image.Exif()
    stored = image.transpose(back[turned]) if turned in back else image
    exif[0x0112] = turned
    box = [0.5, 0.0, 0.25, 0.25]
    draw(tmp_path, pictures.coded(stored, exif=exif, quality=95), rectangles=[box])
    with Image.open(tmp_path / "view.jpg") as view:
        assert view.size == image.size
        assert near(view.getpixel((10, 10)), pictures.RED)
        assert near(view.getpixel((310, 190)), pictures.BLUE)
        assert near(view.getpixel((200, 25)), decode.GREY)


@pytest.mark.parametrize(
    ("form", "mime"),
    [("PNG", "image/png"), ("WEBP", "image/webp"), ("HEIC", "image/heic"), ("JPEG", "image/jpeg")],
)
def test_every_format_becomes_a_jpeg_of_the_same_picture(
    tmp_path: Path, form: str, mime: str
) -> None:
    draw(tmp_path, pictures.coded(pictures.scene(), form), mime)
    with Image.open(tmp_path / "view.jpg") as view:
        assert (view.format, view.mode, view.size) == ("JPEG", "RGB", (320, 200))
        assert near(view.getpixel((10, 10)), pictures.RED)


@pytest.mark.parametrize("mode", ["CMYK", "L", "P", "RGBA", "LA", "I;16", "1"])
def test_every_mode_becomes_rgb(tmp_path: Path, mode: str) -> None:
    if mode == "I;16":
        image = Image.fromarray(np.full((200, 320), 0x8080, np.uint16))
    else:
        image = Image.new("RGB", (320, 200), (128, 128, 128)).convert(mode)
    form = "JPEG" if mode == "CMYK" else "PNG"
    draw(
        tmp_path,
        pictures.coded(image, form),
        f"image/{form.lower()}",
        rectangles=[[0, 0, 0.1, 0.1]],
    )
    with Image.open(tmp_path / "view.jpg") as view:
        assert view.mode == "RGB"
        if mode != "1":
            assert near(view.getpixel((200, 100)), (128, 128, 128))
        assert near(view.getpixel((10, 5)), decode.GREY)


def test_a_cmyk_jpeg_keeps_its_colours(tmp_path: Path) -> None:
    draw(tmp_path, pictures.coded(pictures.scene().convert("CMYK"), quality=95))
    with Image.open(tmp_path / "view.jpg") as view:
        assert near(view.getpixel((10, 10)), pictures.RED)


def test_an_embedded_profile_is_followed_and_a_broken_one_ignored(tmp_path: Path) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"____").replace(b"bXYZ", b"rXYZ").replace(b"____", b"bXYZ")
    draw(tmp_path, pictures.coded(pictures.scene(), icc_profile=swapped))
    with Image.open(tmp_path / "view.jpg") as view:
        assert near(view.getpixel((10, 10)), pictures.RED[::-1])
    draw(tmp_path, pictures.coded(pictures.scene(), icc_profile=b"no profile" * 20))
    with Image.open(tmp_path / "view.jpg") as view:
        assert near(view.getpixel((10, 10)), pictures.RED)


def test_what_is_transparent_stands_on_white(tmp_path: Path) -> None:
    image = Image.new("RGBA", (320, 200), (0, 0, 0, 0))
    draw(tmp_path, pictures.coded(image, "PNG"), "image/png")
    with Image.open(tmp_path / "view.jpg") as view:
        assert near(view.getpixel((100, 100)), (255, 255, 255))


def test_nothing_under_a_mask_can_be_seen_in_what_is_made(tmp_path: Path) -> None:
    box = [0.3111, 0.2777, 0.2503, 0.1999]
    one, other = pictures.scene(1700, 900), pictures.scene(1700, 900)
    under = (round(0.3111 * 1700), round(0.2777 * 900), round(0.5614 * 1700), round(0.4776 * 900))
    noise = np.random.default_rng(5).integers(0, 255, (under[3] - under[1], under[2] - under[0], 3))
    other.paste(Image.fromarray(noise.astype(np.uint8)), under[:2])
    made = []
    for image in (one, other):
        told = draw(
            tmp_path,
            pictures.coded(image, "PNG"),
            "image/png",
            rectangles=[box],
            sizes={"view": 800},
        )
        assert told["view"]["recipe"]["rectangles"] == [box]
        made.append((tmp_path / "view.jpg").read_bytes())
    assert made[0] == made[1]


def test_a_mask_on_a_jpeg_hides_it_though_it_is_reduced_while_decoding(tmp_path: Path) -> None:
    image = Image.new("RGB", (8000, 4000), (0, 0, 0))
    image.paste((255, 255, 255), (3000, 1000, 5000, 3000))
    draw(tmp_path, pictures.coded(image, quality=90), rectangles=[[0.375, 0.25, 0.25, 0.5]])
    with Image.open(tmp_path / "view.jpg") as view:
        assert np.asarray(view).max() < decode.GREY[0] + 30


def test_the_decoder_in_its_cage_knows_no_secret_of_the_caller(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SHUZHAN_SECRET_KEY", "hush")
    said: list[str] = []
    script = "import os; print(dict(os.environ))"
    apart.run("timeit", ["-n1", "-r1", script], on_line=said.append)
    assert "MALLOC_ARENA_MAX" in said[0]
    assert "hush" not in said[0]


def test_a_decoder_that_wants_too_much_memory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(pictures.coded(Image.new("RGB", (9000, 8000)), "PNG"))
    bounds = apart.Bounds(memory=200 * 1024**2)
    told = apart.ask("probe", tmp_path / "big", bounds=bounds, mime="image/png")
    assert told == {"refused": "decoding_limit"}


def test_a_decoder_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    with pytest.raises(apart.Exceeded):
        apart.run("timeit", ["-n", "1", "while True: pass"], apart.Bounds(processor=1, wall=60))
    with pytest.raises(apart.Exceeded):
        apart.run("timeit", ["-n", "1", "import time; time.sleep(60)"], apart.Bounds(wall=0.5))


def test_the_length_of_a_video_is_counted_and_not_believed(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(pictures.film(tmp_path / "a.mp4", frames=37, rate=10))
    told = apart.ask("measure", tmp_path / "a", tmp_path, bounds=apart.Bounds(memory=2 * apart.GIB))
    assert told == {"duration_ms": 3700, "frames": 37, "claimed_ms": 3700}
    with Image.open(tmp_path / "frame.png") as frame:
        assert frame.size == (96, 96)
        assert abs(frame.getpixel((5, 60))[0] - 50) < 12  # the eleventh frame, a second in
