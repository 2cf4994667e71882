"""How near a panorama comes to the truth, after one global gain."""

from __future__ import annotations

import cv2
import numpy as np

from panoramas.picture import reduced
from panoramas.sphere import directions
from panoramas.stitch.camera import Camera, Lens


def matched_light(made, truth, covered=None):
    """The panorama after the one gain in light that brings it nearest to the truth (exposure is
    free: nobody knows the right one)."""
    seen = np.ones(made.shape[:2], bool) if covered is None else covered > 0
    own, true = (((one[seen] / 255 + 0.055) / 1.055) ** 2.4 for one in (made, truth))
    share = ((own * true).sum() / (own * own).sum()) ** (1 / 2.4)
    offset = 0.055 * 255
    return np.clip(np.rint((made + offset) * share - offset), 0, 255).astype(np.uint8)


def psnr(made, truth, covered=None):
    """Peak signal to noise ratio in dB over the covered pixels, after `matched_light`."""
    seen = np.ones(made.shape[:2], bool) if covered is None else covered > 0
    wrong = matched_light(made, truth, covered)[seen].astype(float) - truth[seen]
    return float(10 * np.log10(255**2 / np.mean(wrong**2)))


def cameras_of(report, taken):
    """The cameras that a report of `photos` (as read from JSON) tells, in the order of the set."""
    step = next(step for step in report["steps"] if step["step"] == "solve")
    told = {one["name"]: one.get("rotation") for one in step["cameras"]}
    size = taken.conditions.width, taken.conditions.height
    lens = Lens(*size, step["focal_px"], *step["distortion"])
    found = [told[path.name] for path in taken.paths]
    return [None if one is None else Camera(np.array(one), lens) for one in found]


def seen_from(taken, cameras, width):
    """The truth of a set as a panorama shows it whose cameras were found, turned by the one
    rotation that brings the found cameras nearest to the true ones."""
    pairs = [
        (found.rotation, true.rotation)
        for found, true in zip(cameras, taken.cameras, strict=True)
        if found is not None
    ]
    left, _, right = np.linalg.svd(sum(true @ found.T for found, true in pairs))
    turned = left @ np.diag([1, 1, np.linalg.det(left @ right)]) @ right
    fine = directions(2 * width, width) @ turned.T
    seen = taken.scene.look(np.zeros(3), fine.astype(np.float32))
    return reduced(np.rint(seen).astype(np.uint8), width, width // 2)


def seam_band(shares, width, reach):
    """Which photo is shown at each pixel (-1 none), and which pixels lie within `reach` of a seam."""
    best, shown = np.zeros((width // 2, width), np.float32), np.full((width // 2, width), -1)
    for n, share in shares.items():
        rows = np.arange(share.window.top, share.window.top + share.window.height)
        columns = np.arange(share.window.left, share.window.left + share.window.width)
        inside = (rows >= 0) & (rows < width // 8)
        small = np.zeros((width // 8, width // 4), np.float32)
        small[rows[inside][:, None], columns % (width // 4)] = share.weight[inside]
        weight = cv2.resize(small, (width, width // 2))
        shown[weight > best] = n
        best = np.maximum(best, weight)
    edge = (shown != np.roll(shown, -1, axis=1)) | (shown != np.roll(shown, -1, axis=0))
    edge[-1] = False
    square = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    return shown, cv2.dilate(edge.astype(np.uint8), square) > 0


def similarity(one, other):
    """Structural similarity of the brightness of two pictures, at every pixel (Wang et al. 2004,
    Gaussian window of 1.5 pixels)."""
    grey = [cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(float) for picture in (one, other)]

    def smooth(values):
        return cv2.GaussianBlur(values, (11, 11), 1.5)

    mean, other_mean = map(smooth, grey)
    spread, other_spread = (
        smooth(g * g) - m * m for g, m in zip(grey, (mean, other_mean), strict=True)
    )
    shared = smooth(grey[0] * grey[1]) - mean * other_mean
    light = (2 * mean * other_mean + 6.5025) / (mean**2 + other_mean**2 + 6.5025)
    return light * (2 * shared + 58.5225) / (spread + other_spread + 58.5225)
