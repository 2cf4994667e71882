"""One peer stitches a folder, in a process of its own: `python -m bench.photos_peers PEER DIR OUT`.

Prints a JSON object: photos used, size of the result, or why there is none.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import cv2


def opencv(photos: list[str], out: str) -> dict[str, object]:
    """cv2.Stitcher as it comes, which is what one writes first."""
    cv2.setRNGSeed(0)
    stitcher = cv2.Stitcher.create(cv2.Stitcher_PANORAMA)
    status, made = stitcher.stitch([cv2.imread(name) for name in photos])
    if status != cv2.Stitcher_OK:
        return {"failed": f"status {status}"}
    cv2.imwrite(out, made)
    return {"used": len(stitcher.component()), "size": made.shape[1::-1]}


def package(photos: list[str], out: str) -> dict[str, object]:
    """The `stitching` package with the settings that did best in its own class of tests."""
    from stitching import Stitcher  # noqa: PLC0415 - a peer that may be missing

    cv2.setRNGSeed(0)
    stitcher = Stitcher(detector="sift", warper_type="spherical", crop=False)
    made = stitcher.stitch(photos)
    cv2.imwrite(out, made)
    return {"used": len(stitcher.images.names), "size": made.shape[1::-1]}


PEERS: dict[str, Callable[[list[str], str], dict[str, object]]] = {
    "opencv": opencv,
    "stitching": package,
}


def main(peer: str, folder: str, out: str) -> None:
    """Stitch and tell; an exception is told too, for that is what a user would get."""
    photos = sorted(str(path) for path in Path(folder).iterdir())
    try:
        told = PEERS[peer](photos, out)
    except Exception as fault:
        told = {"failed": f"{type(fault).__name__}: {str(fault).strip()[:80]}"}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
