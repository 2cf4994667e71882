"""The design sheet: every part of templates/parts with its hardest content, served as in use.

`python -m tests.assets.sheet FOLDER` photographs all of it into FOLDER.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jinja2
from markupsafe import Markup

from tests.assets import samples

PROJECT = Path(__file__).resolve().parents[2]
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)


def environment(manifest: dict[str, str]) -> jinja2.Environment:
    """Jinja as the application furnishes it, without the application."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(PROJECT / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(
        asset=lambda name: f"/assets/{manifest[name]}",
        csrf_field=lambda: Markup('<input type="hidden" name="csrf_token" value="t">'),
        once_field=lambda: Markup('<input type="hidden" name="once" value="o">'),
        csrf_token=lambda: "t",
        demo=True,
        station_phone="0571-0000 1111",
    )
    return made


def render(made: jinja2.Environment, part: str, **wanted: Any) -> str:
    """One page of the sheet; `wanted` overrides what a request would give."""
    sheet = {
        "part": part,
        "kind": "desk",
        "theme": "system",
        "aside": False,
        "rows": [],
        "scripts": [],
        "version": 0,
    }
    sheet |= {"page_url": lambda page: f"?page={page}"} | samples.content(part)
    sheet |= {key: wanted.pop(key) for key in list(wanted) if key in sheet}
    given = {
        "actor": SimpleNamespace(
            person_id="p1",
            name="欧阳建国",
            role="judge",
            organisation_name="杭州市西湖区人民法院执行局",
        ),
        "made": "",
        "refusal": None,
        "typed": {},
        "elder": False,
        "locale": "zh",
        "nav": [("/", "需要我", True), ("/cases", "案件", False), ("/vehicles", "车辆", False)],
        "request": SimpleNamespace(args=SimpleNamespace(to_dict=dict)),
    }
    return made.get_template("parts/sheet.html").render(**(given | wanted), sheet=sheet)
