"""Photos to a sphere beside OpenCV's Stitcher, the `stitching` package and Hugin's chain.

One set: 28 photos of the café of `tests/panoramas/sets.py`, noisy (±3°, ±0.7 EV, darkened corners,
JPEG q85), 900×1200, giving 5376×2688; the same photos enlarged give 8192×4096. Each side runs in a
process of its own that is stopped after PATIENCE: then the ratio is only a bound. Hugin is told the true field of view. To have the
`stitching` package tried, put it on PYTHONPATH: it asks for another OpenCV than ours.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np

from bench.machine import Measured, measured
from panoramas.picture import load, read_header
from panoramas.stitch.camera import Lens
from tests.panoramas import sets
from tests.panoramas.compared import cameras_of, psnr, seen_from

PATIENCE = 600  # seconds of wall time, twice what Hugin needs on two idle cores
LARGER = 8192 / 5376
SCENE = "cafe"
FIGURES = ("photos_used", "coverage", "wrap_step_over_photos")
HUGIN = ("pto_gen", "cpfind", "autooptimiser", "pano_modify", "nona", "enblend")
CHAIN = """set -e; cd "$2"
pto_gen -f {field:.3f} -o a.pto "$1"/*.jpg
cpfind --multirow -o b.pto a.pto
autooptimiser -a -m -l -s -o c.pto b.pto
pano_modify --projection=2 --fov=360x180 --canvas=5376x2688 -o d.pto c.pto
nona -m TIFF_m -o part d.pto
enblend --wrap=horizontal -o whole.tif part*.tif
"""

UNFINISHED = f"not finished within {PATIENCE} s"

Out = Callable[[str], None]


def run(out: Out) -> None:
    """Print wall and processor time, memory and quality of every side, and the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        # what a child process is said to have used at most is never less than its parent had
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
            apart.submit(_shoot, room).result()
            ours = _timed([sys.executable, "-m", "panoramas", "photos", *_to(room, "photos")])
            if not isinstance(ours, Measured):
                _tell(out, "shuzhan", ours, "")
                return
            told = apart.submit(_quality, room, ours.printed).result()
        _tell(out, "shuzhan", ours, json.dumps(told))
        large = _timed([sys.executable, "-m", "panoramas", "photos", *_to(room, "large")])
        _tell(out, "shuzhan, 8192×4096", large, "")
        if isinstance(large, Measured):
            out(f"  8192 over 5376: {large.cpu / ours.cpu:.2f} × processor, "
                f"{large.seconds / ours.seconds:.2f} × wall")  # fmt: skip
        for name, peer in _peers(room, sets.NOISY.lens).items():
            side = peer()
            _tell(out, name, side, side.printed if isinstance(side, Measured) else "")
            _compare(out, name, ours, side)


def _compare(out: Out, name: str, ours: Measured, side: Measured | str) -> None:
    if isinstance(side, Measured):
        out(f"  shuzhan over {name}: {ours.cpu / side.cpu:.3f} × processor, "
            f"{ours.seconds / side.seconds:.3f} × wall")  # fmt: skip
    elif side == UNFINISHED:
        out(f"  shuzhan over {name}: less than {ours.seconds / PATIENCE:.3f} × wall")


def _shoot(room: Path) -> None:
    """The photos, and the same enlarged."""
    sets.shoot(room / "photos", SCENE, sets.NOISY)
    (room / "large").mkdir()
    for path in (room / "photos").iterdir():
        photo = cv2.imread(str(path))
        large = cv2.resize(photo, None, fx=LARGER, fy=LARGER, interpolation=cv2.INTER_CUBIC)
        cv2.imwrite(str(room / "large" / path.name), large, [cv2.IMWRITE_JPEG_QUALITY, 90])


def _quality(room: Path, printed: str) -> dict[str, object]:
    """What our report says, and how near the panorama is to the truth."""
    report = json.loads(printed)
    taken = sets.shoot(room / "again", SCENE, sets.NOISY)
    made, gap = room / "photos.out/panorama.jpg", room / "photos.out/coverage.png"
    picture = load(made, read_header(made))
    covered = load(gap, read_header(gap))[..., 0] if gap.exists() else None
    truth = seen_from(taken, cameras_of(report, taken), picture.shape[1])
    told = {name: report["figures"][name] for name in FIGURES}
    size = list(picture.shape[1::-1])
    return told | {"size": size, "psnr": round(psnr(picture, truth, covered), 2)}


def _peers(room: Path, lens: Lens) -> dict[str, Callable[[], Measured | str]]:
    field = float(np.degrees(2 * np.arctan(lens.width / 2 / lens.focal)))

    def child(peer: str, name: str) -> Callable[[], Measured | str]:
        if peer == "stitching" and find_spec("stitching") is None:
            return lambda: "skipped: not installed"
        words = [sys.executable, "-m", "bench.photos_peers", peer, *_to(room, "photos", name)]
        return lambda: _timed(words)

    def hugin() -> Measured | str:
        missing = [program for program in HUGIN if shutil.which(program) is None]
        if missing:
            return f"skipped: without {', '.join(missing)}"
        (room / "hugin").mkdir()
        where = "sh", str(room / "photos"), str(room / "hugin")
        return _timed(["sh", "-c", CHAIN.format(field=field), *where])

    return {
        "cv2.Stitcher": child("opencv", "cv.jpg"),
        "stitching": child("stitching", "package.jpg"),
        "hugin": hugin,
    }


def _to(room: Path, source: str, name: str = "") -> list[str]:
    return [str(room / source), str(room / (name or f"{source}.out"))]


def _timed(words: list[str]) -> Measured | str:
    try:
        return measured(["timeout", str(PATIENCE), *words])
    except subprocess.CalledProcessError as fault:
        return UNFINISHED if fault.returncode == 124 else f"exit {fault.returncode}"


def _tell(out: Out, name: str, side: Measured | str, told: str) -> None:
    if isinstance(side, str):
        out(f"{name:20} {side}")
        return
    last = told.strip().rpartition("\n")[2]  # Hugin tells much before it
    out(f"{name:20} {side.seconds:7.1f} s wall {side.cpu:7.1f} s processor "
        f"{side.peak_mb:6.0f} MB  {last[:200]}")  # fmt: skip
