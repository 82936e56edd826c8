"""Messages arrive once each, in order, whatever is killed, refused or written over in between."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.adapters.files import FileStore
from broadsheet.errors import EngineError
from broadsheet.model import Message
from broadsheet.services.messenger import BOOK, Messenger

NOW = datetime(2025, 12, 31, 23, 59, tzinfo=UTC)


class Killed(BaseException):
    """The process ends here."""


class Fragile(FileStore):
    """A folder whose process is killed at the ``fatal``-th write from now: before it or after it."""

    fatal: int | None = None
    after: bool = False

    def replace(self, key: str, content: bytes) -> None:
        if self.fatal is not None:
            self.fatal -= 1
            if self.fatal < 0:
                self.fatal = None
                if self.after:
                    super().replace(key, content)
                raise Killed
        super().replace(key, content)


@contextlib.contextmanager
def ours() -> Iterator[bool]:
    yield True


@contextlib.contextmanager
def busy() -> Iterator[bool]:
    yield False


@dataclass
class Post:
    """Who got what, and who refuses."""

    got: list[tuple[str, str]] = field(default_factory=list)
    refusing: set[str] = field(default_factory=set)
    dies_at: int | None = None

    def __call__(self, target: str, message: Message) -> None:
        if target in self.refusing:
            raise EngineError(f"{target} is away")
        self.got.append((target, message.key))
        if self.dies_at is not None and len(self.got) >= self.dies_at:
            self.dies_at = None
            raise Killed


def message(key: str) -> Message:
    return Message(key, "trouble", "News", f"of {key}", ("one", "two"), NOW)


def make(folder: Path) -> Messenger:
    folder.mkdir(exist_ok=True)
    return Messenger(Fragile(folder), ours, ours, lambda: NOW)


def post(messenger: Messenger, *keys: str, to: Collection[str] = ("a", "b")) -> None:
    messenger.decide("n", lambda note: ({**note, "at": keys[-1]}, [message(key) for key in keys]), to)


def test_a_message_goes_to_each_once(tmp_path: Path) -> None:
    messenger, taken = make(tmp_path), Post()
    post(messenger, "1", "2")
    assert [(one.target, one.reason) for one in messenger.deliver(taken, ("a", "b"))] == [("a", ""), ("b", "")] * 2
    post(messenger, "2", "3")
    messenger.deliver(taken, ("a", "b"))
    assert taken.got == [("a", "1"), ("b", "1"), ("a", "2"), ("b", "2"), ("a", "3"), ("b", "3")]
    assert messenger.read().memories == {"n": {"at": "3"}} and not messenger.read().waiting


def test_who_refuses_gets_it_later_in_order_and_keeps_no_other_back(tmp_path: Path) -> None:
    messenger, taken = make(tmp_path), Post(refusing={"a"})
    post(messenger, "1", "2")
    done = messenger.deliver(taken, ("a", "b"))
    assert [(one.target, one.message.key, one.reason) for one in done] == [
        ("a", "1", "a is away"), ("b", "1", ""), ("b", "2", ""),
    ]  # fmt: skip
    messenger.deliver(taken, ("a", "b"))
    (attempt,) = messenger.read().postings[0].failed
    assert attempt.tries == 2 and attempt.last == NOW
    taken.refusing.clear()
    messenger.deliver(taken, ("a", "b"))
    assert [key for target, key in taken.got if target == "a"] == ["1", "2"]
    assert not messenger.read().postings[0].failed


def test_who_is_no_longer_set_gets_nothing(tmp_path: Path) -> None:
    messenger, taken = make(tmp_path), Post()
    post(messenger, "1")
    messenger.forget_others(("b",))
    messenger.deliver(taken, ("a", "b"))
    assert taken.got == [("b", "1")]


def test_where_another_process_sends_nothing_is_sent(tmp_path: Path) -> None:
    messenger, taken = make(tmp_path), Post()
    post(messenger, "1")
    messenger.sending = busy
    assert messenger.deliver(taken, ("a", "b")) == [] and taken.got == []


def test_what_arrived_is_forgotten_after_some_time_and_what_waits_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broadsheet.services.messenger._SENT_KEPT", 20)
    messenger, taken = make(tmp_path), Post(refusing={"a"})
    post(messenger, "first", to=("a",))
    post(messenger, *(str(n) for n in range(30)), to=("b",))
    messenger.deliver(taken, ("b",))
    book = messenger.read()
    assert len(book.postings) == 21 and book.waiting[0].message.key == "first"


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"format": 9}', b'{"format": 1, "postings": 3, "memories": {}}']
)
def test_a_book_that_cannot_be_read_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / BOOK).write_bytes(content)
    messenger, taken = make(tmp_path), Post()
    post(messenger, "1")
    messenger.deliver(taken, ("a",))
    assert taken.got == [("a", "1")] and json.loads((tmp_path / BOOK).read_bytes())["format"] == 1


@given(
    rounds=st.lists(
        st.fixed_dictionaries(
            {
                "fatal": st.none() | st.integers(0, 6),
                "after": st.booleans(),
                "dies_at": st.none() | st.integers(1, 4),
                "refusing": st.sets(st.sampled_from("ab")),
                "news": st.booleans(),
            }
        ),
        max_size=12,
    )
)
def test_killed_anywhere_nothing_is_lost_and_each_kill_doubles_one_at_most(rounds: list[dict[str, Any]]) -> None:
    """The memory counts what was posted: it and the messages are written as one."""
    with tempfile.TemporaryDirectory() as folder:
        taken, kills, wanted = Post(), 0, 0
        for one in [*rounds, {"fatal": None, "after": False, "dies_at": None, "refusing": set(), "news": False}]:
            messenger = make(Path(folder) / "m")
            assert isinstance(messenger.store, Fragile)
            messenger.store.fatal, messenger.store.after = one["fatal"], one["after"]
            taken.refusing = one["refusing"]
            taken.dies_at = len(taken.got) + one["dies_at"] if one["dies_at"] else None
            wanted += one["news"]
            try:
                messenger.decide("n", lambda note: _due(note, wanted), ("a", "b"))  # noqa: B023 (called at once)
                messenger.deliver(taken, ("a", "b"))
            except Killed:
                kills += 1
            taken.dies_at = None
        counted = Counter(taken.got)
        assert set(counted) == {(target, str(n)) for target in "ab" for n in range(wanted)}
        assert counted.total() - len(counted) <= kills
        for target in "ab":
            firsts = list(dict.fromkeys(key for who, key in taken.got if who == target))
            assert firsts == sorted(firsts, key=int)


def _due(note: Any, wanted: int) -> tuple[dict[str, int], list[Message]]:
    told = note.get("told", 0)
    return {"told": wanted}, [message(str(n)) for n in range(told, wanted)]


def test_a_message_is_what_it_was_after_it_was_written_down(tmp_path: Path) -> None:
    messenger = make(tmp_path)
    whole = Message("k", "test", "新闻", "主题", ("一", "二"), NOW + timedelta(microseconds=7), "https://news.example/")
    messenger.decide("n", lambda note: (note, [whole]), ("a",))
    assert messenger.read().postings[0].message == whole
    assert whole.text == "主题\n一\n二\nhttps://news.example/"
