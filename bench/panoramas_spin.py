"""A spin from a video beside merely reading the video: `make bench-panoramas PARTS=spin`.

The clip shows a car of the demonstration for ten seconds, 1080p at 60 frames a second: 300 poses
drawn at 640×360, enlarged, each filmed twice with fresh grain. Its cameras are known, so evenness,
sharpness and steadiness are told too.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.machine import Measured, measured
from demo import stroll
from demo.cars import make_car
from demo.exterior import mesh_of
from demo.painter import Picture
from station.ground.settings import PROJECT

KIND, SECONDS, RATE, SIZE = "sedan", 10.0, 60.0, (1920, 1080)
DRAWN = (640, 360)
MANNER = stroll.Manner(seed=1)
WANTED = 36
SMEARED, SHARP = 0.003, 0.0015  # shares of the picture's width
READ = """
import sys, cv2
film = cv2.VideoCapture(sys.argv[1], cv2.CAP_FFMPEG)
while film.read()[0]:
    pass
"""
ALONE = ("env", "OPENBLAS_NUM_THREADS=1")  # as in the station's cage

Floats = NDArray[np.float64]


def run(out: Callable[[str], None]) -> None:
    """Draw the clip once (var/bench), then measure reading it and making its spin, in turns."""
    steps = stroll.walk(KIND, SECONDS, RATE / 2, DRAWN, MANNER)
    clip = _clip(steps, out)
    with TemporaryDirectory() as folder:
        reads, makes = [], []
        for turn in range(2):
            reads.append(measured([sys.executable, "-c", READ, str(clip)]))
            made = Path(folder) / str(turn)
            words = [sys.executable, "-m", "panoramas", "spin", str(clip), str(made)]
            makes.append(measured([*ALONE, *words]))
        reads.append(measured([sys.executable, "-c", READ, str(clip)]))
        _tell_speed(out, reads, makes)
        _tell_quality(out, steps, made)


def _clip(steps: Sequence[stroll.Step], out: Callable[[str], None]) -> Path:
    folder = PROJECT / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    coder = "h264" if shutil.which("ffmpeg") else "mp4v"
    path = folder / f"spin-{coder}.mp4"
    if not path.exists():
        out(f"drawing {path.name}, a few minutes, once")
        part = path.with_suffix(".part.mp4")
        pictures = stroll.film(steps, mesh_of(make_car(0), 0.3), KIND)
        (_write_h264 if coder == "h264" else _write_mp4v)(_filmed(pictures), part)
        part.rename(path)
    if coder == "mp4v":
        out("skipped: H.264, there is no ffmpeg to write it; mp4v instead")
    out(f"clip      {path.name}, {SIZE[0]}×{SIZE[1]}, {path.stat().st_size / 1e6:.1f} MB")
    return path


def _filmed(pictures: Iterator[Picture]) -> Iterator[Picture]:
    """Every pose twice, enlarged, each time with its own grain."""
    grain = np.random.default_rng(1).normal(0, 3, (8, SIZE[1], SIZE[0])).astype(np.int8)
    for n, picture in enumerate(pictures):
        large = cv2.resize(picture, SIZE, interpolation=cv2.INTER_CUBIC)
        for again in range(2):
            speck = grain[(2 * n + again) % 8][..., None]
            yield np.clip(large.astype(np.int16) + speck, 0, 255).astype(np.uint8)


def _write_mp4v(pictures: Iterator[Picture], path: Path) -> None:
    stroll.save(pictures, path, RATE)


def _write_h264(pictures: Iterator[Picture], path: Path) -> None:
    """As a phone does: 17 Mbit/s, a key frame a second, no frames that look ahead."""
    raw = ["-f", "rawvideo", "-pix_fmt", "bgr24", "-s", f"{SIZE[0]}x{SIZE[1]}", "-r", str(RATE)]
    coded = ["-c:v", "libx264", "-preset", "veryfast", "-b:v", "17M", "-g", "60", "-bf", "0"]
    words = ["ffmpeg", "-v", "error", "-y", *raw, "-i", "-", *coded, "-pix_fmt", "yuv420p"]
    with subprocess.Popen([*words, str(path)], stdin=subprocess.PIPE) as child:
        assert child.stdin is not None
        for picture in pictures:
            child.stdin.write(picture.tobytes())
        child.stdin.close()
        if child.wait():
            raise RuntimeError("ffmpeg could not write the clip")


def _tell_speed(
    out: Callable[[str], None], reads: Sequence[Measured], makes: Sequence[Measured]
) -> None:
    read, make = min(one.seconds for one in reads), min(one.seconds for one in makes)
    read_cpu, make_cpu = min(one.cpu for one in reads), min(one.cpu for one in makes)
    out(f"reading every frame   {read:6.2f} s, {read_cpu:6.2f} s of processor")
    out(f"36 frames of a spin   {make:6.2f} s, {make_cpu:6.2f} s of processor")
    out(
        f"ratio                 {make / read:6.2f} by the clock, {make_cpu / read_cpu:.2f} processor"
    )
    out("target                  1.50")
    peak = max(one.peak_mb for one in makes)
    out(f"most memory           {peak:6.0f} MB (reading: {reads[0].peak_mb:.0f} MB)")


def _tell_quality(out: Callable[[str], None], steps: Sequence[stroll.Step], made: Path) -> None:
    report = json.loads((made / "report.json").read_text(encoding="utf-8"))
    plan = json.loads((made / "spin.json").read_text(encoding="utf-8"))
    taken = [frame // 2 for frame in report["figures"]["frames"]]
    true = np.array([step.angle for step in steps])
    round_ends = int(np.argmax(true >= 360)) or len(true)
    by_time = [round(n * round_ends / WANTED) for n in range(WANTED)]
    told = np.array([frame["angle"] for frame in plan["frames"]])
    off = told - (true[taken] - true[taken[0]])
    out(f"gaps for 10°          {_gaps(true[taken])} (even in time: {_gaps(true[by_time])})")
    out(f"angle told – true     ±{abs(off - off.mean()).max():.2f}° at most")
    smears = np.array([np.hypot(*step.smear) for step in steps])
    near = [smears[abs(true - true[n]) <= 1.5].min() for n in taken]
    wrong = sum(smears[n] > SMEARED and m < SHARP for n, m in zip(taken, near, strict=True))
    share = 100 * (smears > SMEARED).mean()
    out(
        f"smeared picks         {wrong} where a sharp frame lies within 1.5° ({share:.0f} % smeared)"
    )
    moves = [np.array(frame["move"]).reshape(2, 3) for frame in plan["frames"]]
    plain = [np.eye(2, 3)] * len(moves)
    before, after = _unrest(steps, taken, plain), _unrest(steps, taken, moves)
    out(
        f"size of the car       ±{100 * before[0]:.1f} % as filmed, ±{100 * after[0]:.1f} % in the spin"
    )
    out(
        f"height in the picture ±{100 * before[1]:.1f} % as filmed, ±{100 * after[1]:.1f} % in the spin"
    )


def _gaps(angles: Floats) -> str:
    gaps = np.diff([*angles, angles[0] + 360])
    return f"{gaps.min():.1f}…{gaps.max():.1f}°"


def _unrest(
    steps: Sequence[stroll.Step], taken: Sequence[int], moves: Sequence[Floats]
) -> tuple[float, float]:
    """Standard deviations of the car's height against that seen by a steady camera at the same
    angle, and of the row of its middle, as a share of the picture's height."""
    corners = mesh_of(make_car(0), 0.3).corners.reshape(-1, 3)
    high, rows = [], []
    for n, move in zip(taken, moves, strict=True):
        enlarged = SIZE[0] / DRAWN[0]
        seen = steps[n].camera.see(corners)[0] * enlarged @ move[:, :2].T + move[:, 2]
        ideal = stroll.stand(KIND, 45 + steps[n].angle, SIZE).see(corners)[0]
        tall = np.ptp(ideal[:, 1])
        high.append(np.log(np.ptp(seen[:, 1]) / tall))
        rows.append((_middle(seen) - _middle(ideal)) / SIZE[1])
    return float(np.std(high)), float(np.std(rows))


def _middle(spots: Floats) -> float:
    """Row half way between the highest and the lowest."""
    return float(spots[:, 1].min() + spots[:, 1].max()) / 2
