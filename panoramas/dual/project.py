"""From the frame to the sphere: every pixel looked up once, and twice only at the very joint."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from panoramas.bake import GAP, Baked
from panoramas.dual.joint import Joint, ramp
from panoramas.dual.lens import Rig
from panoramas.dual.light import UNTOLD, Light
from panoramas.dual.near import NOTHING, Near
from panoramas.dual.net import BOTH, MIXED, NONE, PLAIN, Net, Run, Seen, fill, net, see
from panoramas.dual.ring import Band
from panoramas.picture import Picture
from panoramas.resample import BAND, by_bands
from panoramas.sphere import Floats


class Seam(NamedTuple):
    """All that is known of a frame's joint."""

    light: Light
    near: Near
    joint: Joint

    @staticmethod
    def plain(width: int) -> Seam:
        """A joint of which nothing is known: only the narrow ramp."""
        return Seam(UNTOLD, NOTHING, Joint.empty(width))


def render(frame: Picture, rig: Rig, seam: Seam, turned: Floats, width: int) -> Baked:
    """The panorama (width // 2, width, 3) of an evened frame; what no lens shows is a gap.

    `turned`: 3×3, rig directions to world directions. `width`: a multiple of 64.
    """
    known = net(rig, np.ascontiguousarray(turned, np.float64).tobytes(), width)
    panorama = np.empty((width // 2, width, 3), np.uint8)
    gaps: list[tuple[tuple[slice, slice], np.ndarray | bool]] = []

    def make(top: int, _bottom: int) -> None:
        for run in known.runs[top // BAND]:
            out = np.s_[run.top : run.bottom, run.left : run.right]
            if run.kind == NONE:
                panorama[out] = GAP
                gaps.append((out, False))
            elif run.kind == BOTH:
                panorama[out], there = _both(frame, known, run, rig, seam)
                if not there.all():
                    gaps.append((out, there))
            else:
                panorama[out] = _one(frame, known, run, rig, seam)

    by_bands(width // 2, make)
    if not gaps:
        return Baked(panorama, None)
    covered = np.full((width // 2, width), 255, np.uint8)
    for out, there in gaps:
        covered[out] = np.where(there, 255, 0)
    return Baked(panorama, covered)


def _one(frame: Picture, known: Net, run: Run, rig: Rig, seam: Seam) -> Picture:
    """A run from one lens."""
    if run.kind != MIXED:
        own = (known.front if run.front else known.rear).cut(run.nodes)
        seen = _look(frame, own)
        if run.kind == PLAIN or seam.light.shade == 0:
            return seen
        return np.asarray(cv2.multiply(seen, _lift(own, seam.light), dtype=cv2.CV_8U), np.uint8)
    around, beyond = known.around[run.nodes], known.beyond[run.nodes]
    lens = rig.front if run.front else rig.rear
    own = see(lens, seam.near.bend(around, beyond, run.front))
    added = fill(seam.joint.look(around, beyond))
    return np.asarray(cv2.add(_lit(frame, own, seam.light), added, dtype=cv2.CV_8U), np.uint8)


def _both(frame: Picture, known: Net, run: Run, rig: Rig, seam: Seam) -> tuple[Picture, np.ndarray]:
    """A run from both lenses, and where it is covered."""
    around, beyond = known.around[run.nodes], known.beyond[run.nodes]
    own = [see(lens, seam.near.bend(around, beyond, lens is rig.front)) for lens in rig]
    front, rear = (fill(side.margin) for side in own)
    weight = np.asarray(ramp(front, rear, seam.joint.narrow), np.float32)
    mixed, behind = (_lit(frame, side, seam.light) for side in own)
    # cv2 in place: numpy would keep the other threads waiting
    cv2.subtract(mixed, behind, mixed)
    cv2.multiply(mixed, cv2.merge([weight, weight, weight]), mixed)
    cv2.add(mixed, behind, mixed)
    shown = cv2.add(mixed, fill(seam.joint.look(around, beyond)), dtype=cv2.CV_8U)
    there = np.maximum(front, rear) > 0
    if not there.all():
        shown[~there] = GAP
    return np.asarray(shown, np.uint8), there


def _look(frame: Picture, own: Seen) -> Picture:
    # both coordinates in one map: twice as fast as in two
    seen = cv2.remap(  # type: ignore[call-overload]
        frame,
        fill(own.places),
        None,
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(seen, np.uint8)


def _lift(own: Seen, light: Light) -> Band:
    lift = fill(light.lift(own.angle))
    return np.asarray(cv2.merge([lift, lift, lift]), np.float32)


def _lit(frame: Picture, own: Seen, light: Light) -> Band:
    """What a lens shows without its shade, in float."""
    seen = _look(frame, own)
    if light.shade == 0:
        return seen.astype(np.float32)
    return np.asarray(cv2.multiply(seen, _lift(own, light), dtype=cv2.CV_32F), np.float32)
