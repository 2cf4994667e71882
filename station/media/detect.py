"""Looking for faces and plates: `python -m station.media.detect look FILE OPTIONS`, in its cage only.

It prints one line of JSON: {"boxes", "models"} as `models.Proposal` holds them, or {"refused": code}.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path
from typing import Any

from panoramas import Unusable
from panoramas.privacy.proposals import What, describe
from panoramas.privacy.record import look

TOLD = ("what", "model", "package", "version", "sha256", "licence", "least_score")


def answer(path: Path) -> dict[str, Any]:
    """Proposals for a picture, and the models that made them."""
    found = look(path)
    models = [describe(what) for what in What]
    return {
        "boxes": [
            {"what": one.what, "box": list(one[1:5]), "sure": int(100 * one.score)} for one in found
        ],
        "models": [{key: model[key] for key in TOLD} for model in models],
    }


def main(path: Path) -> dict[str, Any]:
    """The answer; every fault becomes a refusal with its code."""
    warnings.simplefilter("ignore")
    try:
        return answer(path)
    except Unusable as no:
        return {"refused": no.code}
    except MemoryError:
        return {"refused": "decoding_limit"}
    except Exception as fault:
        print(f"{type(fault).__name__}: {fault}", file=sys.stderr)  # noqa: T201
        return {"refused": "broken_file"}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[2]))))  # noqa: T201 - the answer
