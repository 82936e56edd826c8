"""Links, pipes and devices in an archive: never followed, read or written, wherever they stand; named by verify."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from broadsheet.adapters import _beneath
from broadsheet.adapters.files import FileStore, only_writer
from broadsheet.app import Broadsheet
from broadsheet.errors import EngineError
from broadsheet.services.archive import Archive
from broadsheet.services.archive.fixity import verify
from broadsheet.web import Ask, Site
from tests.making import make_article, make_draft

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECRET = b"root:x:0:0:a secret of this machine\n"


@pytest.fixture(params=["as the system has it", "step by step"])
def outside(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder beside the archive with a secret in it; once without the system's own call."""
    if request.param == "step by step":
        monkeypatch.setattr(_beneath, "_find_syscall", lambda: None)
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret.md").write_bytes(SECRET)
    return folder


@pytest.fixture
def store(tmp_path: Path, outside: Path) -> FileStore:
    opened = FileStore(tmp_path / "archive")
    opened.put_all([("articles/voa/2023/07/17-1.md", b"text"), ("ledger/voa/2023-07.jsonl", b"{}\n")])
    return opened


LINKED = ("articles/voa/2023/07/17-2.md", "articles/voa/2023/08/secret.md", "articles/link/2023/07/secret.md")


def plant(root: Path, outside: Path) -> None:
    """A link to a file, to a folder, and to a folder above it."""
    (root / LINKED[0]).symlink_to(outside / "secret.md")
    (root / "articles/voa/2023/08").symlink_to(outside)
    (root / "articles/link").symlink_to(outside)
    (outside / "2023/07").mkdir(parents=True)
    (outside / "2023/07/secret.md").write_bytes(SECRET)


@pytest.mark.parametrize("key", LINKED)
def test_nothing_is_read_or_written_through_a_link(store: FileStore, outside: Path, key: str) -> None:
    plant(store.root, outside)
    before = {path: path.read_bytes() for path in outside.rglob("*") if path.is_file()}
    writes: list[Callable[[], object]] = [
        lambda: store.get(key),
        lambda: store.put_all([(key, b"other")]),
        lambda: store.put_all([(key, SECRET)]),
        lambda: store.append(key, b"more\n", at=len(SECRET)),
        lambda: store.append_all([(key, b"more\n", 0)]),
        lambda: store.put_all([(f"{key.rpartition('/')[0]}/new.md" if key != LINKED[0] else key, b"new")]),
    ]
    if key != LINKED[0]:
        writes += [lambda: store.replace(key, b"other"), lambda: store.remove(key)]
    for write in writes:
        with pytest.raises(EngineError, match="symbolic link"):
            write()
    assert {path: path.read_bytes() for path in outside.rglob("*") if path.is_file()} == before


def test_replacing_or_removing_a_link_leaves_what_it_led_to(store: FileStore, outside: Path) -> None:
    plant(store.root, outside)
    store.replace(LINKED[0], b"stone")
    assert store.get(LINKED[0]) == b"stone"
    (store.root / "articles/voa/2023/07/17-3.md").symlink_to(outside / "secret.md")
    store.remove("articles/voa/2023/07/17-3.md")
    assert (outside / "secret.md").read_bytes() == SECRET
    assert not (store.root / "articles/voa/2023/07/17-3.md").is_symlink()


def test_walking_never_enters_a_link_and_names_it(store: FileStore, outside: Path) -> None:
    plant(store.root, outside)
    assert [key for key, _ in store.iter_keys("articles")] == ["articles/voa/2023/07/17-1.md"]
    assert [key for key, _ in store.iter_keys("articles/link")] == []
    assert list(store.iter_keys("articles/link/2023/07")) == list(store.iter_keys(LINKED[0])) == []
    kinds = dict(store.iter_oddities("articles"))
    assert kinds == dict.fromkeys(
        ("articles/link", "articles/voa/2023/07/17-2.md", "articles/voa/2023/08"), "a symbolic link"
    )
    (outside / ".tmp-1-1").write_bytes(b"not ours")
    (store.root / ".broadsheet").symlink_to(outside)
    assert store.sweep() == 0
    assert (outside / ".tmp-1-1").exists()


def test_a_pipe_holds_no_reader_for_ever(store: FileStore) -> None:
    os.mkfifo(store.root / "articles/voa/2023/07/17-9.md")
    with pytest.raises(EngineError, match="not a regular file"):
        store.get("articles/voa/2023/07/17-9.md")
    assert dict(store.iter_oddities("articles")) == {"articles/voa/2023/07/17-9.md": "a pipe"}


def test_the_archive_itself_may_be_reached_through_a_link(store: FileStore, tmp_path: Path) -> None:
    (tmp_path / "shortcut").symlink_to(store.root)
    assert FileStore(tmp_path / "shortcut").get("articles/voa/2023/07/17-1.md") == b"text"


def test_the_lock_overwrites_nothing_through_a_link(tmp_path: Path, outside: Path) -> None:
    state = tmp_path / "archive" / ".broadsheet"
    state.mkdir(parents=True)
    (state / "lock").symlink_to(outside / "secret.md")
    with pytest.raises(EngineError, match="symbolic link"), only_writer(state):
        pass
    (state / "lock").unlink()
    state.rmdir()
    state.symlink_to(outside)
    with pytest.raises(EngineError, match="symbolic link"), only_writer(state):
        pass
    assert sorted(path.name for path in outside.iterdir()) == ["secret.md"]
    assert (outside / "secret.md").read_bytes() == SECRET


def test_verify_names_every_link_and_checks_the_rest(tmp_path: Path, outside: Path) -> None:
    archive = Archive(FileStore(tmp_path / "archive"))
    archive.keep_all([make_draft(make_article(1)), make_draft(make_article(2))])
    root = tmp_path / "archive"
    first, second = sorted(path for path in root.rglob("*.md"))
    first.unlink()
    first.symlink_to(outside / "secret.md")
    (root / "ledger/extra").symlink_to(outside)
    second.write_bytes(second.read_bytes() + b"x")
    (root / "captures").symlink_to(outside)
    found = {(finding.kind, finding.path) for finding in verify(archive).findings}
    assert found == {
        ("missing", first.relative_to(root).as_posix()),
        ("not a file", first.relative_to(root).as_posix()),
        ("changed", second.relative_to(root).as_posix()),
        ("not a file", "ledger/extra"),
        ("not a file", "captures"),
    }


@pytest.mark.parametrize("linked", ["document", "folder", "picture", "pictures"])
def test_the_reader_serves_nothing_through_a_link(tmp_path: Path, outside: Path, linked: str) -> None:
    root = tmp_path / "archive"
    (root / "articles/voa/2023/07").mkdir(parents=True)
    (root / "broadsheet.toml").write_text('name = "x"\n', "utf-8")
    digest = "ab" * 32
    target = f"/documents/articles/voa/2023/07/{'17-secret.md' if linked == 'document' else 'secret.md'}"
    (outside / "07-secret.md").write_bytes(SECRET)
    (outside / f"{digest}.jpg").write_bytes(SECRET)
    if linked == "document":
        (root / "articles/voa/2023/07/17-secret.md").symlink_to(outside / "secret.md")
    elif linked == "folder":
        (root / "articles/voa/2023/08").symlink_to(outside)
        target = "/documents/articles/voa/2023/08/07-secret.md"
    else:
        target = f"/pictures/{digest}"
        (root / "pictures").mkdir()
        (root / "pictures/ab").symlink_to(outside)
        if linked == "picture":
            (root / "pictures/ab").unlink()
            (root / "pictures/ab").mkdir()
            (root / f"pictures/ab/{digest}.jpg").symlink_to(outside / "secret.md")
    with Broadsheet.open(root, clock=lambda: NOW) as here:
        site = Site(here)
    reply = site.answer(Ask(target, "", {"host": "localhost"}))
    assert reply.status in (404, 503)
    assert SECRET not in reply.body
    assert b"a secret" not in reply.body
    site.close()
