"""Six cube faces become a panorama: find → read → mask → join → check → write."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from panoramas import bake, command, cube, picture, ready, recipe
from panoramas.gpano import Opening
from panoramas.masks import Mask, paint
from panoramas.sentences import Unusable

STEPS = ("read", "mask", "join", "check", "write")
LEAST = 128  # pixels of a face's side
WORDS = {
    "F": ("f", "front", "前"),
    "R": ("r", "right", "右"),
    "B": ("b", "back", "后"),
    "L": ("l", "left", "左"),
    "U": ("u", "up", "top", "上"),
    "D": ("d", "down", "bottom", "下"),
}
NAMES = {"F": "前", "R": "右", "B": "后", "L": "左", "U": "上", "D": "下"}


def make(
    faces: Mapping[str, Path] | Sequence[Path],
    out: Path,
    *,
    masks: Mapping[Path, Sequence[Mask]] | None = None,
    progress: recipe.Progress | None = None,
) -> recipe.Report:
    """Make `out`/panorama.jpg and `out`/report.json from F, R, B, L, U, D (see `cube`).

    `faces`: paths by face letter, or files whose names say their face (`find`). `masks`:
    rectangles by path. The panorama is four faces wide (at most 8192, a multiple of 64).
    Raises Unusable: face_missing, face_twice, face_unknown, face_unequal and those of `picture`.
    """
    found = dict(faces) if isinstance(faces, Mapping) else find(faces)
    missing = [NAMES[face] for face in cube.ORDER if face not in found]
    if missing:
        raise Unusable("face_missing", faces="、".join(missing))
    paths, wanted = [found[face] for face in cube.ORDER], masks or {}
    headers = [picture.read_header(path, LEAST) for path in paths]
    side = _side(headers)
    inputs = recipe.inputs_of(paths)
    drawn = [[list(mask) for mask in wanted.get(path, ())] for path in paths]
    parameters: dict[str, Any] = {"faces": cube.ORDER, "masks": drawn}
    key = recipe.address("faces", [told["sha256"] for told in inputs], parameters)
    if (before := recipe.done_before(out, key)) is not None:
        return before

    book = recipe.Recipe("faces", STEPS, progress)
    book.step("read", side=side)
    pictures = [picture.load(path, header) for path, header in zip(paths, headers, strict=True)]
    book.step("mask", count=sum(map(len, drawn)))
    pictures = [
        _reduced(paint(shown, wanted.get(path, ())))
        for path, shown in zip(paths, pictures, strict=True)
    ]
    width = min(bake.WIDEST, 4 * side // 64 * 64)
    book.step("join", width=width)
    sphere = cube.to_sphere(dict(zip(cube.ORDER, pictures, strict=True)), width)
    del pictures
    picture.refuse_one_colour(sphere, paths[0].name)
    baked = bake.Baked(sphere, None)
    book.step("check")
    ready.check(book, baked)
    book.step("write", quality=ready.QUALITY)
    result = ready.describe(baked, Opening())
    return ready.save(baked, out, key, lambda: book.report(key, inputs, parameters, result))


def find(paths: Sequence[Path]) -> dict[str, Path]:
    """Face letter of each file, from the word that its name ends with or is.

    Raises Unusable: face_unknown, face_twice.
    """
    found: dict[str, Path] = {}
    for path in sorted(paths):
        face = _face(path.stem)
        if face is None:
            raise Unusable("face_unknown", name=path.name)
        if face in found:
            raise Unusable("face_twice", face=NAMES[face], name=path.name)
        found[face] = path
    return found


def _face(stem: str) -> str | None:
    said = [word for word in re.split(r"[^a-z\u4e00-\u9fff]+", stem.lower()) if word]
    for word in reversed(said):
        for face, words in WORDS.items():
            if word in words or (word[-1] in words and not word.isascii()):
                return face
    return None


def _reduced(face: picture.Picture) -> picture.Picture:
    """No more pixels than the widest panorama can show, reduced by area."""
    most = bake.WIDEST // 4
    if face.shape[0] <= most:
        return face
    return picture.reduced(face, most, most)


def _side(headers: Sequence[picture.Header]) -> int:
    side = headers[0].width
    for header in headers:
        if (header.width, header.height) != (side, side):
            raise Unusable(
                "face_unequal", name=header.name, width=header.width, height=header.height
            )
    return side


def run(told: command.Told, say: recipe.Progress) -> recipe.Report:
    """`faces` from the command line."""
    paths = command.pictures_in(told.source)
    return make(paths, told.out, masks=command.masks_by_path(told, paths), progress=say)


COMMAND = command.Command(("DIR",), "six cube faces -> panorama", run, command.masked)
