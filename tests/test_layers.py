"""The house's rule: a layer imports only lower layers, and pure rooms do not import each other."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "broadsheet"

LAYERS: dict[str, int] = {
    room: level
    for level, rooms in enumerate(
        (
            "model errors",
            "account urls hosts addresses proxies language html settings settings_channels imaging jobs",
            "document ledger feeds extract decide query recipes render stories warc published",
            "ports",
            "archive captures indexing fixity following pages publish takeover "
            "pipeline again onepage pictures searching recognition wholepage keeping recipebook "
            "looking grouping comparing ledgerwalk finding robots assets publishing messenger",
            "engines",
            "app",
            "cli newsroom web",
        )
    )
    for room in rooms.split()
}
TEXT_FLOOR = 1  # its rooms may lean on each other: an address, a date and a tag are read by the same rules
PURE = 2
SERVICES = 4
ENGINES = 5
UNCLEAN = {"time", "random", "socket", "os", "pathlib.Path", "subprocess", "threading", "asyncio", "aiohttp", "sqlite3"}


def iter_modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).with_suffix("").as_posix()
        if name != "__init__":
            yield name, path


def iter_imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            if node.module in ("broadsheet", "pathlib"):  # what is taken from them decides
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(module: str) -> str:
    return module.replace("/", ".").split(".")[0]


def faults(name: str, imports: list[str]) -> list[str]:
    """What is wrong with the imports of the module ``name``."""
    here = room(name)
    level = LAYERS[here]
    found = []
    for imported in imports:
        if not imported.startswith("broadsheet."):
            if level <= PURE and (imported in UNCLEAN or imported.split(".")[0] in UNCLEAN):
                found.append(f"{name}: a pure room imports {imported}")
            continue
        there = imported.removeprefix("broadsheet.").split(".")[0]
        if there == "__version__":
            continue
        other = LAYERS[there]
        if other > level:
            found.append(f"{name}: imports {imported} from a higher layer")
        elif there != here and other == level and level not in (0, TEXT_FLOOR, SERVICES, 7):
            found.append(f"{name}: imports its neighbour {imported}")
        elif here == "engines" and PURE <= other < ENGINES and there != "ports":
            found.append(f"{name}: an engine imports {imported}")
        elif here == there == "engines" and _is_foreign(_engine(imported), name):
            found.append(f"{name}: an engine imports the engine {imported}")
        elif there == "engines" and here not in ("app", "engines"):
            found.append(f"{name}: only app may import engines")
    return found


def _engine(module: str) -> str:
    return module.split(".")[2]


def _is_foreign(engine: str, name: str) -> bool:
    """Whether ``engine`` is another one than that of the module ``name``; private modules are common to all."""
    return engine != _engine("broadsheet." + name.replace("/", ".")) and not engine.startswith("_")


@pytest.mark.parametrize(("name", "path"), [pytest.param(*one, id=one[0]) for one in iter_modules()])
def test_imports_run_one_way(name: str, path: Path) -> None:
    assert faults(name, list(iter_imports(path))) == []


def test_every_room_has_a_layer() -> None:
    assert {room(name) for name, _ in iter_modules()} <= LAYERS.keys()


@pytest.mark.parametrize(
    ("name", "imported"),
    [
        ("model", "broadsheet.urls"),
        ("ledger", "broadsheet.document"),
        ("decide/polling", "random"),
        ("feeds/_xml", "broadsheet.extract.entries"),
        ("archive", "broadsheet.engines.files"),
        ("engines/files", "broadsheet.ledger"),
        ("engines/files", "broadsheet.engines.index_sqlite"),
        ("engines/http/_guard", "broadsheet.decide.polling"),
        ("pipeline", "broadsheet.app"),
        ("cli/_asking", "broadsheet.engines.files"),
    ],
)
def test_a_planted_fault_is_found(name: str, imported: str) -> None:
    assert len(faults(name, [imported])) == 1
