"""The floors of the house and the plan of its rooms, kept by reading every import."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
ROOMS = [
    "ground", "jobs", "trail", "notices", "people", "media", "vehicles", "agencies", "court",
    "intake", "yard", "sales", "orders", "release", "showroom", "scores", "watch",
]  # fmt: skip
PLAN = ["rules", "models", "reads", "desk", "forms", "jobs", "views", "api"]
OPEN_TO_OTHERS = {"rules", "models", "reads", "desk"}
# What a room may know besides its own plan: the ground and the jobs room are made of mechanisms.
MECHANISMS = {"ground", "jobs"}
NO_CEILING = {"utils", "helpers", "common", "service", "services", "manager", "managers", "misc"}
NOT_IN_RULES = {"flask", "sqlalchemy", "flask_sqlalchemy", "requests", "psycopg", "obstore"}


def sources(*folders: str) -> list[Path]:
    """Every Python file of these folders."""
    found = [path for folder in folders for path in sorted((PROJECT / folder).rglob("*.py"))]
    return [path for path in found if "node_modules" not in path.parts]


def imports(path: Path) -> Iterator[str]:
    """Absolute names of all modules a file imports, anywhere in it."""
    package = list(path.relative_to(PROJECT).with_suffix("").parts[:-1])
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = [*base, *(node.module.split(".") if node.module else [])]
            yield from (".".join([*stem, alias.name]) for alias in node.names)


def room_of(name: str) -> tuple[str, str] | None:
    """(room, file) of a `station.` module name; the file is '' for the package itself."""
    parts = name.split(".")
    if parts[0] != "station" or len(parts) < 2 or parts[1] not in ROOMS:
        return None
    file = parts[2] if len(parts) > 2 else ""
    is_file = (PROJECT / "station" / parts[1] / f"{file}.py").exists()
    return parts[1], file if is_file else ""


STATION = [path for path in sources("station") if path.parent.name in ROOMS]


@pytest.mark.parametrize("path", STATION, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_a_room_imports_only_rooms_above_it_and_only_their_open_files(path: Path) -> None:
    room = path.parent.name
    for name in imports(path):
        if name.split(".")[0] in {"demo", "app", "commands", "tests"}:
            pytest.fail(f"{path} imports {name}")
        target = room_of(name)
        if target is None or target[0] == room:
            continue
        other, file = target
        assert ROOMS.index(other) < ROOMS.index(room), f"{path.name} imports later room: {name}"
        closed = file in {"forms", "jobs", "views", "api"}
        assert other in MECHANISMS or not closed, f"{path} imports a private file: {name}"


@pytest.mark.parametrize("path", STATION, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_inside_a_room_a_file_imports_only_files_to_its_left(path: Path) -> None:
    room, file = path.parent.name, path.stem
    if file not in PLAN or room in MECHANISMS:
        return
    for name in imports(path):
        target = room_of(name)
        if target and target[0] == room and target[1] in PLAN:
            assert PLAN.index(target[1]) < PLAN.index(file), f"{path} imports {name}"


@pytest.mark.parametrize(
    "path", [p for p in STATION if p.stem == "rules"], ids=lambda p: p.parent.name
)
def test_rules_know_neither_web_nor_database_nor_clock(path: Path) -> None:
    known = {name.split(".")[0] for name in imports(path)}
    assert not known & NOT_IN_RULES
    assert "station.ground.clock" not in set(imports(path))


@pytest.mark.parametrize("path", sources("panoramas"), ids=lambda p: p.stem)
def test_the_image_engine_knows_nothing_of_stations(path: Path) -> None:
    tops = {name.split(".")[0] for name in imports(path)}
    assert not tops & {"station", "flask", "sqlalchemy", "app", "commands", "demo"}


def test_only_app_imports_commands_and_only_app_and_tests_import_the_demonstration() -> None:
    for path in sources("station", "panoramas", "commands", "demo"):
        tops = {name.split(".")[0] for name in imports(path)}
        if path.parent.name != "commands":
            assert "commands" not in tops, path
        assert "app" not in tops, path


@pytest.mark.parametrize(
    "path", [p for p in STATION if "desk" in p.stem], ids=lambda p: f"{p.parent.name}/{p.stem}"
)
def test_a_desk_never_commits_and_never_sees_the_request(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ".commit(" not in text
    assert "flask.request" not in set(imports(path))
    assert "with act()" not in text


def test_no_file_has_a_name_without_a_ceiling() -> None:
    stems = {path.stem for path in sources("station", "panoramas", "demo", "commands")}
    assert not stems & NO_CEILING


@pytest.mark.parametrize(
    "path",
    sources("station", "panoramas", "demo", "commands"),
    ids=lambda p: str(p.relative_to(PROJECT)),
)
def test_no_module_grows_past_400_lines_and_no_function_past_50(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= 50, f"{path.name}:{node.name} has {length} lines"


def test_the_order_of_rooms_is_the_order_the_application_opens_them() -> None:
    import app  # noqa: PLC0415 - it opens every room

    assert ["ground", "jobs", *app.ROOMS] == ROOMS
