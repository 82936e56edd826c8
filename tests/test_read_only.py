"""Archives that may not be written to, and indexes that are only out of reach: all is read, nothing is removed."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.request import urlopen

import pytest

from broadsheet.adapters.sqlite.articles import SqliteIndex
from broadsheet.adapters.sqlite.groups import SqliteGroups
from broadsheet.adapters.sqlite.looks import SqliteLooks
from broadsheet.adapters.sqlite.queue import SqliteQueue
from broadsheet.app import Broadsheet
from broadsheet.errors import EngineError
from broadsheet.model import Position
from tests.web.conftest import make_archive

PR_CAPBSET_DROP = 24
CAPABILITIES = (1, 2, 3)
"""CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER (capabilities(7)): what lets root pass over a file's rights."""
COMMANDS = (
    ["list"], ["list", "--json"], ["show", "harbour/102"], ["search", "渡轮"], ["edits"], ["stories"], ["verify"],
    ["health"], ["pictures", "--json"],
)  # fmt: skip


def obey_rights() -> None:
    """In a child about to be started: root obeys the rights of files as anybody does."""
    call = ctypes.CDLL(None, use_errno=True).prctl
    for capability in CAPABILITIES:
        if call(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            os._exit(99)


MAIN = "from broadsheet.cli import main; main()"
MANY = """
import json, sys
from click.testing import CliRunner
from broadsheet.cli import broadsheet
told = []
for command in json.loads(sys.argv.pop()):
    said = CliRunner().invoke(broadsheet, [*sys.argv[1:], *command])
    told.append((said.exit_code, said.stdout, said.stderr + (repr(said.exception) if said.exception else "")))
print(json.dumps(told))
"""


class Reader:
    """Runs commands on an archive as somebody who may only read it."""

    def __init__(self, folder: Path) -> None:
        self.archive, self.home = folder / "archive", folder / "home"
        self.home.mkdir()

    def lock(self) -> None:
        """From here on the archive may not be written to."""
        for path in (self.archive, *self.archive.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)

    def unlock(self) -> None:
        """Undo ``lock``, so that the folder can be removed."""
        for path in (self.archive, *self.archive.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)

    def start(self, *arguments: str, home: bool = True, script: str = MAIN) -> subprocess.Popen[str]:
        """The command, under way."""
        environment = {"PATH": os.environ["PATH"], "TZ": "UTC", "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
        if home:
            environment["HOME"] = str(self.home)
        return subprocess.Popen(
            [sys.executable, "-c", script, "-C", str(self.archive), *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd="/",
            preexec_fn=obey_rights if os.geteuid() == 0 else None,
        )  # fmt: skip

    def run(self, *arguments: str, home: bool = True) -> tuple[int, str, str]:
        """Exit code, answers, complaints."""
        with self.start(*arguments, home=home) as process:
            answers, complaints = process.communicate(timeout=120)
        return process.returncode, answers, complaints

    def run_all(self, commands: Sequence[Sequence[str]]) -> list[tuple[int, str, str]]:
        """``run`` for many commands in one process, which starts once."""
        with self.start(json.dumps(commands), script=MANY) as process:
            answers, complaints = process.communicate(timeout=120)
        assert process.returncode == 0, complaints
        return [tuple(one) for one in json.loads(answers)]


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    there = Reader(tmp_path)
    make_archive(there.archive)
    if there.run("--version")[0] != 0:
        pytest.skip("root keeps all rights here (no CAP_SETPCAP); run the tests as another user")
    yield there
    there.unlock()


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("has_index", [True, False])
def test_everything_that_reads_works_on_a_read_only_archive(reader: Reader, has_index: bool) -> None:
    if not has_index:
        shutil.rmtree(reader.archive / ".broadsheet")
    reader.lock()
    before = tree(reader.archive)
    told = reader.run_all(COMMANDS)
    for command, (code, answers, complaints) in zip(COMMANDS, told, strict=True):
        assert (code, complaints) == (0, ""), command
        assert answers
    assert "harbour/101" in told[0][1]
    assert tree(reader.archive) == before
    assert [path.name for path in (reader.home / ".cache" / "broadsheet").iterdir()]


def test_the_reader_serves_a_read_only_archive(reader: Reader) -> None:
    reader.lock()
    before = tree(reader.archive)
    process = reader.start("serve", "--port", "0")
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        address = next(word for word in line.split() if word.startswith("http://"))
        for target in ("/", "/articles/harbour/102", "/search?q=%E6%B8%A1%E8%BD%AE", "/stories"):
            with urlopen(address.rstrip("/") + target, timeout=30) as reply:
                assert reply.status == 200
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert tree(reader.archive) == before


def test_without_a_home_the_index_stands_in_a_passing_folder(reader: Reader) -> None:
    reader.lock()
    code, answers, complaints = reader.run("list", home=False)
    assert (code, complaints) == (0, "")
    assert "harbour/101" in answers


@pytest.mark.parametrize("command", [["run"], ["rebuild"], ["take-down", "harbour/101", "--why", "x"], ["look"]])
def test_what_writes_says_in_one_sentence_that_it_may_not(reader: Reader, command: list[str]) -> None:
    reader.lock()
    before = tree(reader.archive)
    code, _, complaints = reader.run(*command)
    assert code == 4
    assert "may not be written to" in complaints
    assert complaints.count("\n") == 1
    assert tree(reader.archive) == before


def test_what_may_not_even_be_read_is_a_sentence(reader: Reader) -> None:
    for path in (reader.archive / "articles").rglob("*.md"):
        path.chmod(0)
    code, _, complaints = reader.run("show", "harbour/102")
    assert code == 4
    assert "Permission denied" in complaints
    assert "Traceback" not in complaints


def test_the_cache_follows_what_is_written_elsewhere(reader: Reader) -> None:
    reader.lock()
    assert "恢复夜航" not in reader.run("list")[1]
    reader.unlock()
    from broadsheet.services.indexes import articles as indexing
    from tests.web.conftest import NOW, make_draft

    with Broadsheet.open(reader.archive, clock=lambda: NOW) as here, here.writing():
        indexing.apply_additions(
            here.archive, here.index, here.archive.keep_all([make_draft("900", headline="恢复夜航")])
        )
    reader.lock()
    assert "恢复夜航" in reader.run("list")[1]
    assert "恢复夜航" in reader.run("search", "夜航")[1]


# -- never removed but for proven damage -------------------------------------------------------------------------

OPENERS: dict[str, Callable[[Path], SqliteIndex | SqliteQueue | SqliteLooks | SqliteGroups]] = {
    "index": SqliteIndex,
    "queue": SqliteQueue,
    "looks": SqliteLooks,
    "groups": lambda path: SqliteGroups(path, "stamp"),
}


@pytest.mark.parametrize("name", OPENERS)
def test_a_locked_database_is_never_removed(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    true_connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *given, **named: true_connect(*given, **{**named, "timeout": 0.05}))
    path = tmp_path / "state" / f"{name}.sqlite"
    OPENERS[name](path).close()
    with contextlib.closing(true_connect(path, isolation_level=None)) as holder:
        holder.execute("PRAGMA journal_mode=DELETE")
        holder.execute("CREATE TABLE mine (x)")
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(EngineError, match="locked"):
            OPENERS[name](path)
        holder.execute("ROLLBACK")
        assert holder.execute("SELECT count(*) FROM mine").fetchone() == (0,)
    assert path.exists()


@pytest.mark.parametrize("name", OPENERS)
@pytest.mark.parametrize(
    "content", [b"no database at all, but long enough to be read as one" * 99, b"SQLite format 3\0"]
)
def test_a_damaged_database_is_made_anew(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / f"{name}.sqlite"
    path.write_bytes(content)
    OPENERS[name](path).close()
    with contextlib.closing(sqlite3.connect(path)) as made:
        assert made.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert made.execute("SELECT count(*) FROM sqlite_master").fetchone() != (0,)


@pytest.mark.parametrize("name", OPENERS)
def test_a_place_that_cannot_be_opened_is_a_sentence_and_removes_nothing(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.sqlite"
    path.mkdir()
    (path / "precious").write_bytes(b"x")
    with pytest.raises(EngineError, match=name):
        OPENERS[name](path)
    assert (path / "precious").exists()


def test_an_index_that_is_written_by_somebody_else_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    true_connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *given, **named: true_connect(*given, **{**named, "timeout": 0.05}))
    path = tmp_path / "index.sqlite"
    index = SqliteIndex(path)
    with contextlib.closing(true_connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(EngineError, match="try again"):
            index.apply("ledger/a/2026-03.jsonl", 0, Position(1, "x"), [])
        holder.execute("ROLLBACK")
    index.apply("ledger/a/2026-03.jsonl", 0, Position(1, "x"), [])
    index.close()


@pytest.mark.parametrize("name", ["index.sqlite", "groups.sqlite", "search", "."])
def test_derived_files_that_are_links_are_refused(tmp_path: Path, name: str) -> None:
    root = make_archive(tmp_path / "archive")
    outside = tmp_path / "outside"
    outside.mkdir()
    shutil.copy(root / ".broadsheet" / "index.sqlite", outside / "mine.sqlite")
    state = root / ".broadsheet"
    place = state if name == "." else state / name
    shutil.rmtree(place) if place.is_dir() else place.unlink()
    place.symlink_to(outside if place in (state, state / "search") else outside / "mine.sqlite")
    before = tree(outside)
    with Broadsheet.open(root) as here, pytest.raises(EngineError, match="symbolic link"):
        _ = here.index, here.groups, here.search_index
    assert tree(outside) == before
