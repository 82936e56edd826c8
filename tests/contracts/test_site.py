"""What every SiteFolder and every SiteLog promises."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadsheet.adapters.site_folder import SiteFolder as RealFolder
from broadsheet.adapters.sqlite.site import SiteLog as SqliteLog
from broadsheet.errors import EngineError
from broadsheet.model import FileMark, Unit
from broadsheet.ports import SiteFolder, SiteLog
from broadsheet.testing.site import MemorySiteFolder, MemorySiteLog


@pytest.fixture(params=["disk", "memory"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> SiteFolder:
    return MemorySiteFolder() if request.param == "memory" else RealFolder(tmp_path / "site")


@pytest.fixture(params=["sqlite", "memory"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SiteLog]:
    opened: SiteLog = MemorySiteLog() if request.param == "memory" else SqliteLog(tmp_path / "state" / "log.sqlite")
    with closing(opened):
        yield opened


def mark(path: str, size: int = 3) -> FileMark:
    return FileMark(path, size, size * 10, path.encode()[:12])


# -- the folder --------------------------------------------------------------------------------------------------


def test_what_was_written_is_read_and_marked(folder: SiteFolder) -> None:
    written = folder.write("days/2026-03-01.html", b"<p>a day</p>")
    assert (written.path, written.size, written.is_new) == ("days/2026-03-01.html", 12, True)
    assert folder.read("days/2026-03-01.html") == b"<p>a day</p>"
    found = folder.mark("days/2026-03-01.html")
    assert found is not None and (found.size, found.changed_ns, found.digest) == (
        12, written.changed_ns, written.digest,
    )  # fmt: skip


def test_the_same_bytes_are_left_as_they_are(folder: SiteFolder) -> None:
    first = folder.write("index.html", b"one")
    again = folder.write("index.html", b"one")
    assert not again.is_new and (again.changed_ns, again.digest) == (first.changed_ns, first.digest)
    other = folder.write("index.html", b"two")
    assert other.is_new and other.digest != first.digest and folder.read("index.html") == b"two"


def test_what_is_not_there_is_none(folder: SiteFolder) -> None:
    folder.write("a/b.html", b"b")
    for path in ("none.html", "a/none.html", "a/b.html/below.html"):
        assert folder.read(path) is None and folder.mark(path) is None
        folder.remove(path)
    assert folder.read("a/b.html") == b"b"


def test_every_folder_is_told_with_its_files(folder: SiteFolder) -> None:
    for path in ("index.html", "a/1.html", "a/2.html", "a/b/c/3.html"):
        folder.write(path, path.encode())
    told = dict(folder.iter_folders())
    assert {name: sorted(files) for name, files in told.items()} == {
        "": ["index.html"], "a": ["1.html", "2.html"], "a/b": [], "a/b/c": ["3.html"],
    }  # fmt: skip
    found = folder.mark("a/2.html")
    assert found is not None and told["a"]["2.html"] == (found.size, found.changed_ns)


def test_with_the_last_file_its_folders_go(folder: SiteFolder) -> None:
    folder.write("a/b/c/1.html", b"1")
    folder.write("a/2.html", b"2")
    folder.remove("a/b/c/1.html")
    assert [name for name, _ in folder.iter_folders() if name] == ["a"]
    folder.write("a/b/c/1.html", b"again")
    assert folder.read("a/b/c/1.html") == b"again"
    assert folder.free_bytes() > 0


def test_on_a_disk_half_files_of_a_killed_run_are_swept_and_nothing_else(tmp_path: Path) -> None:
    folder = RealFolder(tmp_path)
    folder.write("a/1.html", b"1")
    (tmp_path / "a" / ".tmp-broadsheet-77").write_bytes(b"half")
    (tmp_path / "a" / "mine.txt").write_bytes(b"mine")
    assert sorted(dict(folder.iter_folders())["a"]) == ["1.html", "mine.txt"]
    assert not (tmp_path / "a" / ".tmp-broadsheet-77").exists()


def test_on_a_disk_a_file_in_the_way_is_told_with_its_path(tmp_path: Path) -> None:
    folder = RealFolder(tmp_path)
    (tmp_path / "days").write_bytes(b"a file where a folder must be")
    with pytest.raises((EngineError, OSError), match="days"):
        folder.write("days/2026-03-01.html", b"x")
    assert (tmp_path / "days").read_bytes() == b"a file where a folder must be"


def test_on_a_disk_links_are_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "theirs.txt").write_bytes(b"theirs")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").symlink_to(tmp_path / "theirs.txt")
    RealFolder(tmp_path / "site").write("index.html", b"ours")
    assert (tmp_path / "theirs.txt").read_bytes() == b"theirs"
    assert not (tmp_path / "site" / "index.html").is_symlink()


# -- the log -----------------------------------------------------------------------------------------------------


def test_notes_are_kept(log: SiteLog) -> None:
    assert log.find_note("state") is None
    log.put_note("state", "a")
    log.put_note("state", "b")
    assert log.find_note("state") == "b"


def test_a_unit_is_made_until_it_is_recorded_under_the_same_fingerprint(log: SiteLog) -> None:
    unit, changed = Unit("article:voa/1", b"1"), Unit("article:voa/1", b"2")
    log.begin_plan()
    assert log.plan([unit]) == [unit]
    assert log.record(unit, [mark("a/1.html"), mark("a/1.json")]) == []
    log.begin_plan()
    assert log.plan([unit]) == []
    assert log.plan([changed]) == [changed]


def test_files_that_a_unit_has_no_more_are_told_until_they_are_forgotten(log: SiteLog) -> None:
    unit = Unit("article:voa/1", b"1")
    log.record(unit, [mark("a/1.html"), mark("a/1.json"), mark("a/1.txt")])
    assert log.record(unit, [mark("a/1.html")]) == ["a/1.json", "a/1.txt"]
    assert sorted(log.find_folder("a")) == ["1.html", "1.json", "1.txt"]
    log.forget_file("a/1.json")
    assert log.record(unit, [mark("a/1.html")]) == ["a/1.txt"]


def test_units_that_are_not_planned_are_gone_with_their_files(log: SiteLog) -> None:
    kept, gone = Unit("article:voa/1", b"1"), Unit("article:voa/2", b"2")
    log.record(kept, [mark("a/1.html")], ["aa"])
    log.record(gone, [mark("a/2.html"), mark("b/2.html")], ["bb"])
    log.begin_plan()
    log.plan([kept])
    assert list(log.iter_pictures()) == ["aa"]
    assert [(key, sorted(paths)) for key, paths in log.iter_gone()] == [("article:voa/2", ["a/2.html", "b/2.html"])]
    assert list(log.iter_gone()) == [] and list(log.iter_folders()) == ["a"]
    assert log.count() == (1, 3)
    assert log.plan([gone]) == [gone]
    assert list(log.iter_pictures()) == ["aa"]


def test_a_file_that_changes_its_unit_goes_with_the_new_one_alone(log: SiteLog) -> None:
    old, new = Unit("list:a", b"1"), Unit("list:b", b"1")
    log.record(old, [mark("a.html")])
    log.record(new, [mark("a.html", 5)])
    log.begin_plan()
    log.plan([new])
    assert [paths for _, paths in log.iter_gone()] == [[]]
    assert log.find_folder("")["a.html"].size == 5


def test_strays_are_gone_unless_a_unit_has_them(log: SiteLog) -> None:
    unit = Unit("article:voa/1", b"1")
    log.record(unit, [mark("a/1.html")])
    log.begin_plan()
    log.adopt([mark("a/1.html", 9), mark("a/2.html"), mark("a/3.html")])
    log.plan([unit])
    log.record(unit, [mark("a/1.html"), mark("a/3.html")])
    assert [paths for _, paths in log.iter_gone()] == [["a/2.html"]]
    assert {name: one.size for name, one in log.find_folder("a").items()} == {"1.html": 3, "3.html": 3}


def test_a_spoilt_file_has_its_unit_made_anew(log: SiteLog) -> None:
    unit, other = Unit("article:voa/1", b"1"), Unit("article:voa/2", b"1")
    log.record(unit, [mark("a/1.html")])
    log.record(other, [mark("a/2.html")])
    log.spoil("a/1.html")
    log.spoil("none.html")
    log.begin_plan()
    assert log.plan([unit, other]) == [unit]


def test_a_mark_is_put_where_a_file_is_known(log: SiteLog) -> None:
    log.record(Unit("u", b"1"), [mark("a/1.html")])
    log.put_mark(FileMark("a/1.html", 7, 70, b"7"))
    log.put_mark(FileMark("a/none.html", 7, 70, b"7"))
    assert log.find_folder("a") == {"1.html": FileMark("a/1.html", 7, 70, b"7")}
    assert log.find_folder("b") == {}


def test_what_is_kept_while_planning_is_forgotten_with_the_next_plan(log: SiteLog) -> None:
    log.begin_plan()
    log.put_states([("voa/2", b"2"), ("voa/1", b"1")])
    log.put_states([("voa/2", b"3")])
    log.tie([("voa/1", b"t")])
    log.put_texts([(20, "voa/2", b"2"), (10, "voa/1", b"1"), (20, "voa/1", b"9"), (-5, "voa/0", b"0")])
    assert log.find_states(["voa/1", "voa/2", "voa/3"]) == {"voa/1": b"1", "voa/2": b"3"}
    assert log.find_ties(["voa/1", "voa/2"]) == {"voa/1": b"t"}
    assert [one for part in log.iter_states() for one in part] == ["voa/1", "voa/2"]
    assert list(log.iter_texts(10, 21)) == [(10, "voa/1", b"1"), (20, "voa/1", b"9"), (20, "voa/2", b"2")]
    assert list(log.iter_texts(-9, 10)) == [(-5, "voa/0", b"0")]
    log.begin_plan()
    assert (log.find_states(["voa/1"]), log.find_ties(["voa/1"]), list(log.iter_texts(-9, 99))) == ({}, {}, [])


def test_many_rows_come_in_order_however_many_there_are(log: SiteLog) -> None:
    rows = [(second % 7, f"voa/{second:05}", b"d") for second in range(2500)]
    log.put_texts(rows)
    log.put_states([(article, b"d") for _, article, _ in rows])
    assert list(log.iter_texts(0, 7)) == sorted(rows)
    assert [one for part in log.iter_states() for one in part] == sorted(article for _, article, _ in rows)


_NAMES = st.sampled_from(["a", "b/1", "b/2", "c/d/3"])
_KEYS = st.sampled_from(["one", "two", "three"])
_DEEDS = st.one_of(
    st.tuples(st.just("record"), _KEYS, st.lists(_NAMES, max_size=3, unique=True)),
    st.tuples(st.just("spoil"), _NAMES),
    st.tuples(st.just("forget_file"), _NAMES),
    st.tuples(st.just("adopt"), st.lists(_NAMES, max_size=2, unique=True)),
    st.tuples(st.just("plan"), _KEYS),
    st.tuples(st.just("gone")),
)


@given(st.lists(_DEEDS, max_size=12))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_logs_give_the_same_answers_whatever_happens(tmp_path: Path, deeds: list[tuple[str, ...]]) -> None:
    for left in tmp_path.glob("log.sqlite*"):
        left.unlink()
    with closing(SqliteLog(tmp_path / "log.sqlite")) as real, closing(MemorySiteLog()) as plain:
        for deed in deeds:
            assert _do(real, deed) == _do(plain, deed)
        for log in (real, plain):
            log.commit()
        assert list(real.iter_folders()) == list(plain.iter_folders()) and real.count() == plain.count()
        assert [real.find_folder(one) for one in ("", "b", "c/d")] == [
            plain.find_folder(one) for one in ("", "b", "c/d")
        ]


def _do(log: SiteLog, deed: tuple[str, ...]) -> object:
    name, *given_ = deed
    if name == "record":
        return log.record(Unit(given_[0], b"1"), [mark(one) for one in given_[1]], [given_[0]])
    if name == "adopt":
        log.adopt([mark(one, 5) for one in given_[0]])
        return None
    if name == "plan":
        return log.plan([Unit(given_[0], b"1")]), list(log.iter_pictures())
    if name == "gone":
        return sorted((key, sorted(paths)) for key, paths in log.iter_gone())
    return getattr(log, name)(given_[0])


@pytest.mark.parametrize("broken", ["rubbish", "other version"])
def test_a_log_that_cannot_be_read_is_begun_anew(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "log.sqlite"
    if broken == "rubbish":
        path.write_bytes(b"no database at all, but long enough to be one" * 40)
    else:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA user_version=999")
    with closing(SqliteLog(path)) as log:
        assert log.count() == (0, 0)


def test_what_was_committed_outlives_the_process(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.sqlite")
    log.record(Unit("one", b"1"), [mark("a.html")])
    log.commit()
    log.record(Unit("two", b"1"), [mark("b.html")])
    with closing(SqliteLog(tmp_path / "log.sqlite")) as beside:
        assert sorted(beside.find_folder("")) == ["a.html"]
    log.close()
