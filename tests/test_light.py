"""What a command costs: no engine and no library that it does not use. A module is imported when it is asked for."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from broadsheet import cli
from tests.conftest import ROOT
from tests.making import PUBLISHED

_HEAVY = ("aiohttp", "asyncio", "jinja2", "numpy", "tantivy", "trafilatura", "readability", "htmldate", "email.message")
_OURS = ("adapters.http", "adapters.tantivy", "extract", "statements", "stories", "services.ingest", "services.publish")

_ASK = """
import json, sys
sys.argv = ["broadsheet", *sys.argv[1:]]
from broadsheet.cli import main
try:
    main()
except SystemExit:
    pass
print("\\n" + json.dumps(sorted(sys.modules)))
"""


def modules_of(*arguments: str) -> set[str]:
    """The modules that a process has imported which ran ``broadsheet`` with ``arguments``."""
    run = subprocess.run([sys.executable, "-c", _ASK, *arguments], capture_output=True, text=True, check=True)
    return set(json.loads(run.stdout.splitlines()[-1]))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("light")
    mirror = folder / "mirror"
    mirror.mkdir()
    line = int(PUBLISHED.timestamp() * 1000)
    page = f"<!--{line}-->\n[渡轮复航](https://harbour.example/a/1.html)\n------\n\n<p>渡轮周一复航。</p>\n"
    (mirror / "1.md").write_text(page, "utf-8")
    command = [sys.executable, "-m", "broadsheet", "import", str(mirror), "--into", str(folder / "archive")]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "archive"


def test_help_loads_nothing_heavy() -> None:
    found = modules_of("--help")
    assert found.isdisjoint(_HEAVY)
    assert {name for name in found if name.startswith("broadsheet.")} <= {
        "broadsheet.cli", "broadsheet.cli._sentences", "broadsheet.errors",
    }  # fmt: skip


@pytest.mark.parametrize("command", [("show", "1"), ("list",)])
def test_a_question_loads_no_engine_that_it_does_not_ask(kept: Path, command: tuple[str, ...]) -> None:
    found = modules_of("-C", str(kept), *command)
    assert found.isdisjoint(_HEAVY)
    loaded = {name for name in found for ours in _OURS if f"{name}.".startswith(f"broadsheet.{ours}.")}
    assert loaded <= {"broadsheet.services.ingest", "broadsheet.stories"}


def test_the_table_of_commands_is_that_of_their_modules() -> None:
    inner = {f"_{path.stem.removeprefix('_')}" for path in (ROOT / "src/broadsheet/cli").glob("_*.py")} - {"___init__"}
    stated = {name for name, (module, _) in cli.COMMANDS.items() if module in inner}
    assert stated == set(cli.COMMANDS)
    for name in cli.COMMANDS:
        assert cli.find_command(name).name == name
    there = re.compile(r"^COMMANDS\b.*= \(([^)]*)\)", re.M)
    counted = 0
    for module in inner:
        if found := there.search((ROOT / f"src/broadsheet/cli/{module}.py").read_text("utf-8")):
            counted += len([one for one in found[1].split(",") if one.strip()])
    assert counted == len(cli.COMMANDS)


def test_it_runs_as_a_module() -> None:
    run = subprocess.run([sys.executable, "-m", "broadsheet", "--version"], capture_output=True, text=True, check=True)
    assert run.stdout.startswith("broadsheet, version ")
