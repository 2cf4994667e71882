"""Dual fisheye: one frame of 5920×2960 to its panorama, against decoding and encoding alone.

The frame is analytic (`tests.panoramas.fisheyes`): two lenses of 190°, a little turned, uneven and
shaded. *Limit*: decoding the frame and encoding the finished panorama, nothing else. *Warm*: lenses
and net known, as for the second picture of a camera. *Cold*: nothing known; circles, refinement and
net included. Wall time and processor time (all threads); the best of some rounds.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from bench.machine import measured
from demo.fisheye import Eye, Frame
from panoramas import fisheye, picture, ready
from panoramas.dual import layout, net, refine
from panoramas.dual.lens import Rig
from panoramas.dual.ring import Pyramid
from panoramas.gpano import Pose
from tests.panoramas import fisheyes

FRAME = Frame(
    side=2960,
    front=Eye(x=0.502, y=0.499, radius=0.499, field=190.0, gain=(1.05, 1.0, 0.98), shade=0.25),
    rear=Eye(x=0.499, y=0.501, radius=0.499, field=190.0, pose=(180.4, 0.3, -0.5), shade=0.25),
)
ROUNDS = 3
Spent = tuple[float, float]


def run(out: Callable[[str], None]) -> None:
    """Print ours (cold, warm) beside the limit and ffmpeg's v360."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "frame.jpg")
        source.write_bytes(picture.encode_jpeg(fisheyes.draw(FRAME), 92))
        header = picture.read_header(source)
        frame = picture.load(source, header)
        limit, panorama = _limit(source, header, frame)
        out(
            f"frame {header.width}×{header.height}, panorama {panorama.shape[1]}×{panorama.shape[0]}"
        )
        out(f"limit (decode + encode 4:4:4 q{ready.QUALITY}): {_say(limit)}")
        rig = _refined(frame)
        warm, made = _best(lambda: _frame(source, header, rig))
        out(
            f"warm (decode, light, joint, render, encode): {_say(warm)} = {_times(warm, limit)} limit"
        )
        cold, _ = _best(lambda: _cold(source, header))
        out(f"cold (+ circles, refinement, net): {_say(cold)} = {_times(cold, limit)} limit")
        recipe, _ = _best(lambda: _whole(source, Path(folder)), 2)
        out(f"whole recipe with figures and report: {_say(recipe)}")
        refined = refine.refine(Pyramid(frame), layout.find(frame, "", "", None).starts)
        out(
            f"refinement: {refined.pairs} pairs, {refined.before:.3f}° -> {refined.after:.4f}° median,"
        )
        out(f"  {refined.worst:.3f}° p90; truth off by {fisheyes.wrong(rig, FRAME):.3f}° at most")
        out(
            f"joint: step {made.seam.joint.step:.2f} values, gains {np.round(made.seam.light.gains, 3)}"
        )
        _peer(out, source, panorama.shape[1], warm, cold)


def _limit(source: Path, header: picture.Header, frame: Any) -> tuple[Spent, Any]:
    panorama = fisheye.render(frame, _refined(frame)).baked.panorama

    def code() -> None:
        picture.load(source, header)
        picture.encode_jpeg(panorama, ready.QUALITY, "444")

    return _best(code)[0], panorama


def _refined(frame: Any) -> Rig:
    return refine.refine(Pyramid(frame), layout.find(frame, "", "", None).starts).rig


def _frame(source: Path, header: picture.Header, rig: Rig) -> fisheye.Made:
    made = fisheye.render(picture.load(source, header), rig, Pose())
    picture.encode_jpeg(made.baked.panorama, ready.QUALITY, "444")
    return made


def _cold(source: Path, header: picture.Header) -> None:
    net.net.cache_clear()
    frame = picture.load(source, header)
    made = fisheye.render(frame, _refined(frame), Pose())
    picture.encode_jpeg(made.baked.panorama, ready.QUALITY, "444")


def _whole(source: Path, folder: Path) -> None:
    net.net.cache_clear()
    shutil.rmtree(folder / "out", ignore_errors=True)
    fisheye.make(source, folder / "out")


def _peer(out: Callable[[str], None], source: Path, width: int, warm: Spent, cold: Spent) -> None:
    """ffmpeg's v360: fixed geometry, no refinement, no evening, no blending, its own JPEG coder."""
    program = shutil.which("ffmpeg")
    if program is None:
        out("ffmpeg v360: skipped, not installed")
        return
    field = FRAME.front.field
    view = f"v360=dfisheye:e:ih_fov={field}:iv_fov={field}:w={width}:h={width // 2}:interp=linear"
    call = [program, "-v", "error", "-y", "-i", str(source), "-vf", view, "-q:v", "2"]
    target = source.with_name("peer.jpg")
    runs = [measured([*call, str(target)]) for _ in range(ROUNDS)]
    theirs = min(run.seconds for run in runs), min(run.cpu for run in runs)
    out(f"ffmpeg v360 (no alignment, no evening, no blend): {_say(theirs)}")
    for clock, name in enumerate(("wall", "processor")):
        ratios = warm[clock] / theirs[clock], cold[clock] / theirs[clock]
        out(f"  ours / ffmpeg, {name}: warm {ratios[0]:.2f}, cold {ratios[1]:.2f}")


def _best(work: Callable[[], Any], rounds: int = ROUNDS) -> tuple[Spent, Any]:
    """Least wall and processor seconds, and the last result."""
    wall = cpu = float("inf")
    made = None
    for _ in range(rounds):
        begun, used = time.perf_counter(), time.process_time()
        made = work()
        wall = min(wall, time.perf_counter() - begun)
        cpu = min(cpu, time.process_time() - used)
    return (wall, cpu), made


def _say(spent: Spent) -> str:
    return f"{spent[0] * 1000:.0f} ms wall, {spent[1] * 1000:.0f} ms processor"


def _times(ours: Spent, limit: Spent) -> str:
    return f"{ours[0] / limit[0]:.1f} × wall, {ours[1] / limit[1]:.1f} × processor of the"
