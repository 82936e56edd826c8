"""What every Store promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.adapters.files import FileStore
from broadsheet.errors import EngineError, FixityError, NotFoundError
from broadsheet.ports import Store
from broadsheet.testing.store import MemoryStore


@pytest.fixture(params=["files", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return FileStore(tmp_path) if request.param == "files" else MemoryStore()


def test_what_is_put_is_got(store: Store) -> None:
    assert store.put_all([("articles/a/1.md", b"text")])
    assert store.get("articles/a/1.md") == b"text"


def test_the_same_bytes_again_are_no_write(store: Store) -> None:
    store.put_all([("a/1", b"text")])
    assert not store.put_all([("a/1", b"text")])


def test_other_bytes_under_a_name_are_refused_and_nothing_changes(store: Store) -> None:
    store.put_all([("a/1", b"text")])
    with pytest.raises(FixityError, match="a/1"):
        store.put_all([("a/1", b"other")])
    assert store.get("a/1") == b"text"


def test_many_are_put_or_refused_before_any_of_a_small_batch(store: Store) -> None:
    store.put_all([("a/2", b"there")])
    with pytest.raises(FixityError):
        store.put_all([("a/1", b"one"), ("a/2", b"other")])
    with pytest.raises(NotFoundError):
        store.get("a/1")


def test_many_count_what_is_new(store: Store) -> None:
    store.put_all([("a/1", b"1")])
    assert store.put_all((f"a/{number}", str(number).encode()) for number in range(1, 200)) == 198
    assert store.get("a/199") == b"199"


def test_one_key_twice_in_a_batch_with_other_bytes_is_refused(store: Store) -> None:
    with pytest.raises(FixityError):
        store.put_all([("a/1", b"one"), ("a/1", b"two")])


def test_append_adds_where_the_caller_knows_the_end(store: Store) -> None:
    store.append("ledger/x.jsonl", b"one\n", at=0)
    store.append("ledger/x.jsonl", b"two\n", at=4)
    assert store.get("ledger/x.jsonl") == b"one\ntwo\n"


def test_append_mends_half_a_line_and_nothing_more(store: Store) -> None:
    store.append("ledger/x.jsonl", b"one\nhal", at=0)
    store.append("ledger/x.jsonl", b"two\n", at=4)
    assert store.get("ledger/x.jsonl") == b"one\ntwo\n"
    with pytest.raises(EngineError):
        store.append("ledger/x.jsonl", b"three\n", at=4)
    assert store.get("ledger/x.jsonl") == b"one\ntwo\n"


def test_append_cuts_what_the_caller_knows_for_torn(store: Store) -> None:
    store.append("captures/x.warc.gz", b"whole\ntorn\nand more", at=0)
    store.append("captures/x.warc.gz", b"next\n", at=6, cut_tail=True)
    assert store.get("captures/x.warc.gz") == b"whole\nnext\n"
    with pytest.raises(EngineError):
        store.append("captures/x.warc.gz", b"more", at=12, cut_tail=True)
    assert store.get("captures/x.warc.gz") == b"whole\nnext\n"


def test_many_files_grow_together(store: Store) -> None:
    store.append("ledger/a/1.jsonl", b"one\n", at=0)
    store.append_all([("ledger/a/1.jsonl", b"two\n", 4), *((f"ledger/b/{n}.jsonl", b"x\n", 0) for n in range(20))])
    assert store.get("ledger/a/1.jsonl") == b"one\ntwo\n"
    assert len(list(store.iter_keys("ledger/b"))) == 20
    with pytest.raises(EngineError):
        store.append_all([("ledger/a/1.jsonl", b"three\n", 99)])


@pytest.mark.parametrize("at", [1, 99])
def test_append_past_the_end_is_refused(store: Store, at: int) -> None:
    with pytest.raises(EngineError):
        store.append("ledger/x.jsonl", b"one\n", at=at)


def test_replace_takes_the_place(store: Store) -> None:
    store.put_all([("a/1", b"text")])
    store.replace("a/1", b"stone")
    store.replace("b/c/2", b"new")
    assert (store.get("a/1"), store.get("b/c/2")) == (b"stone", b"new")


def test_keys_come_sorted_with_their_sizes(store: Store) -> None:
    for key in ("a/2", "a/10", "a-b/1", "a/b/1", "c/1"):
        store.put_all([(key, key.encode())])
    assert list(store.iter_keys("a")) == [("a/10", 4), ("a/2", 3), ("a/b/1", 5)]
    assert list(store.iter_keys("nothing")) == []
    assert [key for key, _ in store.iter_keys("")] == ["a-b/1", "a/10", "a/2", "a/b/1", "c/1"]


def test_remove_is_quiet_about_what_is_not_there(store: Store) -> None:
    store.put_all([("a/1", b"text")])
    store.remove("a/1")
    store.remove("a/1")
    with pytest.raises(NotFoundError):
        store.get("a/1")


@pytest.mark.parametrize("key", ["/etc/passwd", "../x", "a/../../x", "", "a\0b"])
def test_a_key_never_leaves_the_store(store: Store, key: str) -> None:
    with pytest.raises(EngineError, match="not a key"):
        store.put_all([(key, b"x")])


def test_what_a_killed_run_left_is_swept_wherever_it_stands(tmp_path: Path) -> None:
    left = [tmp_path / place / ".tmp-1-2" for place in ("", "articles/a/2026/01", ".broadsheet", "ledger/a")]
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
    (tmp_path / ".broadsheet" / "index.sqlite").write_bytes(b"whole")
    assert FileStore(tmp_path).sweep() == len(left)
    assert not any(path.exists() for path in left)
    assert (tmp_path / ".broadsheet" / "index.sqlite").exists()
