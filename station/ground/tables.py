"""Tables of the law and the trade: data files beside the rules, read once at import."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import yaml


def read_table(beside: str, name: str) -> dict[str, Any]:
    """Read the YAML table `name` in the folder of the module file `beside` (its ``__file__``).

    Every table carries `version` (a positive integer) and `effective_from` (a date), so that a
    past decision can name the table it was made under.

    Raises `ValueError` when either is missing, which stops the program at its start and not
    in the middle of an act.
    """
    path = Path(beside).with_name(name)
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(table, dict):
        raise ValueError(f"{name}: a table is a mapping")
    version, since = table.get("version"), table.get("effective_from")
    if not (isinstance(version, int) and version > 0 and isinstance(since, date)):
        raise ValueError(f"{name}: needs a version (1, 2, …) and an effective_from date")
    return table
