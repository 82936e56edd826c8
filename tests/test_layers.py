"""The house's rule: imports run one way, without exemption, and what is pure touches nothing outside of itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "broadsheet"

STOREYS = (
    "errors model views imaging account",
    "addresses text html ports",
    "settings formats edits statements policy render adapters",
    "extract query stories testing",
    "services.archive services.messenger",
    "services.indexes",
    "services.ingest services.pages",
    "services.reextract services.importing services.preview services.publish",
    "services.revisit",
    "app",
    "web demo",
    "cli",
)
"""From the ground up. A package imports only what stands lower; those of one storey never import each other."""

STOREY = {name: level for level, names in enumerate(STOREYS) for name in names.split()}
PURE = set(" ".join(STOREYS[:4]).split()) - {"adapters", "testing", "settings"}
UNCLEAN = {"time", "random", "socket", "os", "pathlib.Path", "subprocess", "threading", "asyncio", "aiohttp", "sqlite3"}


def iter_modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).with_suffix("").as_posix()
        if name not in ("__init__", "__main__"):
            yield name, path


def iter_imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            if node.module in ("broadsheet", "pathlib"):  # what is taken from them decides
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def package_of(module: str) -> str:
    """The package of a module below ``broadsheet``: the first part of its name, the first two among services."""
    parts = module.replace("/", ".").split(".")
    return ".".join(parts[:2]) if parts[0] == "services" else parts[0]


def faults(name: str, imports: list[str]) -> list[str]:
    """What is wrong with the imports of the module ``name``."""
    here = package_of(name)
    found = []
    for imported in imports:
        if not imported.startswith("broadsheet."):
            if here in PURE and (imported in UNCLEAN or imported.split(".")[0] in UNCLEAN):
                found.append(f"{name}: a pure package imports {imported}")
            continue
        there = package_of(imported.removeprefix("broadsheet."))
        if there in ("__version__", "services"):  # what is taken from them is looked at by its own name
            continue
        if there == here:
            if here == "adapters" and _is_foreign(_adapter(imported), name):
                found.append(f"{name}: an adapter imports the adapter {imported}")
        elif STOREY[there] >= STOREY[here]:
            found.append(f"{name}: imports {imported}, which does not stand lower")
        elif there == "adapters" and here not in ("app", "testing"):
            found.append(f"{name}: only app may import adapters")
    return found


def _adapter(module: str) -> str:
    return module.replace("/", ".").removeprefix("broadsheet.").split(".", 1)[1]


def _is_foreign(adapter: str, name: str) -> bool:
    """Whether ``adapter`` is another one than that of the module ``name``. Adapters share what is private to them all,
    the clock, and the form of a job on its way to another process."""
    parts = adapter.split(".")
    return (
        parts[0] != _adapter(name).split(".")[0] and not parts[0].startswith("_") and parts[0] not in ("clock", "jobs")
    )


@pytest.mark.parametrize(("name", "path"), [pytest.param(*one, id=one[0]) for one in iter_modules()])
def test_imports_run_one_way(name: str, path: Path) -> None:
    assert faults(name, list(iter_imports(path))) == []


def test_every_package_has_a_storey() -> None:
    assert {package_of(name) for name, _ in iter_modules()} - {"services", "services.__init__"} == STOREY.keys()


def test_the_top_of_the_house_is_small() -> None:
    """A stranger reads the names of the packages in one go: no more than 25."""
    assert len({name.split("/")[0] for name, _ in iter_modules()}) <= 25


@pytest.mark.parametrize(
    ("name", "imported"),
    [
        ("model/_news", "broadsheet.addresses.urls"),
        ("formats/ledger", "broadsheet.edits"),
        ("policy/polling", "random"),
        ("formats/feeds/_tree", "broadsheet.extract.entries"),
        ("services/archive/captures", "broadsheet.adapters.files"),
        ("services/archive/fixity", "broadsheet.services.indexes.articles"),
        ("services/ingest/pipeline", "broadsheet.services.revisit"),
        ("services/pages/_article", "broadsheet.services.ingest.keeping"),
        ("adapters/files", "broadsheet.formats.ledger"),
        ("adapters/files", "broadsheet.adapters.sqlite.articles"),
        ("adapters/http/_guard", "broadsheet.policy.polling"),
        ("services/ingest/pipeline", "broadsheet.app"),
        ("cli/_asking", "broadsheet.adapters.files"),
    ],
)
def test_a_planted_fault_is_found(name: str, imported: str) -> None:
    assert len(faults(name, [imported])) == 1
