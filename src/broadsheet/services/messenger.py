"""Takes messages to whom they are for: each to each once, in order, kept until it arrived.

What is to be sent and what was made up to decide it are remembered by one write (``Messenger.decide``), so a kill
loses no message and doubles none. Each delivery is remembered at once; a kill between sending and remembering doubles
that one, which nothing outside the receiver could prevent. It knows neither troubles nor searches: whoever decides
keeps a memory of its own under a name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from broadsheet.errors import BroadsheetError, NotFoundError
from broadsheet.model import Message
from broadsheet.ports import Store

BOOK = "book.json"
_FORMAT = 1
_SENT_KEPT = 200
"""Messages that are remembered after they arrived everywhere."""
_WAITING_KEPT = 1000
"""Messages that wait, at most; then the oldest gives way."""

T = TypeVar("T")
Send = Callable[[str, Message], None]
"""Takes a message to a target; BroadsheetError says why that failed, without secrets."""
Note = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A delivery that failed, the last time of ``tries``."""

    target: str
    tries: int
    last: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """A delivery that was taken."""

    target: str
    when: datetime


@dataclass(frozen=True, slots=True)
class Posting:
    """A message on its way: whom it is still for, where it arrived, where it failed."""

    message: Message
    waiting: tuple[str, ...]
    arrived: tuple[Arrival, ...] = ()
    failed: tuple[Attempt, ...] = ()

    def after_success(self, target: str, now: datetime) -> Posting:
        """It arrived."""
        return replace(self._without(target), arrived=(*self.arrived, Arrival(target, now)))

    def after_failure(self, target: str, now: datetime, reason: str) -> Posting:
        """It did not; it goes on waiting."""
        tries = next((one.tries for one in self.failed if one.target == target), 0) + 1
        failed = tuple(one for one in self.failed if one.target != target)
        return replace(self, failed=(*failed, Attempt(target, tries, now, reason)))

    def only_for(self, targets: Collection[str]) -> Posting:
        """Nobody is there any more to get it but ``targets``."""
        return self._without(*(one for one in self.waiting if one not in targets))

    def _without(self, *targets: str) -> Posting:
        return replace(
            self,
            waiting=tuple(one for one in self.waiting if one not in targets),
            failed=tuple(one for one in self.failed if one.target not in targets),
        )


@dataclass(frozen=True, slots=True)
class Book:
    """All that is remembered: messages, oldest first, and a memory for each who decides."""

    postings: tuple[Posting, ...] = ()
    memories: Mapping[str, Note] = field(default_factory=dict)

    @property
    def waiting(self) -> tuple[Posting, ...]:
        """Messages that have not arrived everywhere."""
        return tuple(one for one in self.postings if one.waiting)

    def trimmed(self) -> Book:
        """Without what is too old to be remembered."""
        done = [one for one in self.postings if not one.waiting][-_SENT_KEPT:]
        waiting = self.waiting[-_WAITING_KEPT:]
        kept = {one.message.key for one in (*done, *waiting)}
        return replace(self, postings=tuple(one for one in self.postings if one.message.key in kept))


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came of one delivery; ``reason`` is empty where it arrived."""

    target: str
    message: Message
    reason: str = ""


@dataclass
class Messenger:
    """The messages of one archive. ``store`` is a folder of its own.

    ``changing`` makes this the only one to change the book, for a moment; ``sending`` says whether this is the only one
    to send, for as long as that takes.
    """

    store: Store
    changing: Callable[[], AbstractContextManager[object]]
    sending: Callable[[], AbstractContextManager[bool]]
    clock: Callable[[], datetime]

    def read(self) -> Book:
        """What is remembered. What cannot be read is forgotten: then what is wrong is told once more."""
        try:
            return _book_of(json.loads(self.store.get(BOOK)))
        except NotFoundError:
            return Book()
        except (ValueError, TypeError, KeyError, AttributeError):
            return Book()

    def decide(
        self, name: str, decide: Callable[[Note], tuple[Note, list[Message]]], targets: Collection[str] = ()
    ) -> None:
        """Change the memory ``name`` and post the messages that follow from it to ``targets``, all or nothing."""
        with self.changing():
            book = self.read()
            memory, messages = decide(book.memories.get(name, {}))
            known = {one.message.key for one in book.postings}
            fresh = tuple(Posting(one, tuple(targets)) for one in messages if one.key not in known)
            if memory != book.memories.get(name) or fresh:
                memories = {**book.memories, name: memory}
                self._write(Book((*book.postings, *fresh), memories))

    def deliver(self, send: Send, targets: Collection[str]) -> list[Delivered]:
        """Take every message that waits to those it is for, oldest first; what fails waits for the next time.

        A target that fails is not tried with the next message now. Who is none of ``targets`` any more gets nothing.
        Nothing happens where another process is sending: it sends these, too.
        """
        done: list[Delivered] = []
        tried: set[tuple[str, str]] = set()
        failing: set[str] = set()
        with self.sending() as is_ours:
            book = self.read() if is_ours else Book()
            while is_ours:
                chosen = _find_next(book, targets, tried, failing)
                if chosen is None:  # others may have posted meanwhile, and left the sending to us
                    book = self.read()
                    chosen = _find_next(book, targets, tried, failing)
                if chosen is None:
                    break
                posting, target = chosen
                tried.add((posting.message.key, target))
                if reason := _try(send, target, posting.message):
                    failing.add(target)
                book = self._note(posting.message.key, target, reason)
                done.append(Delivered(target, posting.message, reason))
        return done

    def _note(self, key: str, target: str, reason: str) -> Book:
        """Remember what came of one delivery; the book as it is then, with what others wrote into it meanwhile."""
        now = self.clock()

        def after(one: Posting) -> Posting:
            if one.message.key != key:
                return one
            return one.after_failure(target, now, reason) if reason else one.after_success(target, now)

        with self.changing():
            book = self.read()
            book = replace(book, postings=tuple(map(after, book.postings)))
            self._write(book)
        return book

    def forget_others(self, targets: Collection[str]) -> None:
        """Nothing waits any more for whoever is none of ``targets``."""
        if all(target in targets for one in self.read().waiting for target in one.waiting):
            return
        with self.changing():
            book = self.read()
            self._write(replace(book, postings=tuple(one.only_for(targets) for one in book.postings)))

    def _write(self, book: Book) -> None:
        told = {"format": _FORMAT, "postings": freeze(book.trimmed().postings), "memories": book.memories}
        self.store.replace(BOOK, json.dumps(told, ensure_ascii=False, indent=0, sort_keys=True).encode())


def _try(send: Send, target: str, message: Message) -> str:
    """Send; why that failed, empty where it did not."""
    try:
        send(target, message)
    except BroadsheetError as error:
        return str(error) or type(error).__name__
    return ""


def _find_next(
    book: Book, targets: Collection[str], tried: set[tuple[str, str]], failing: set[str]
) -> tuple[Posting, str] | None:
    """The oldest message that waits for somebody who can be tried now, and for whom."""
    for posting in book.waiting:
        for target in posting.waiting:
            if target in targets and target not in failing and (posting.message.key, target) not in tried:
                return posting, target
    return None


def _book_of(told: Any) -> Book:
    if told["format"] != _FORMAT:
        return Book()
    return Book(thaw(tuple[Posting, ...], told["postings"]), dict(told["memories"]))


# -- frozen values as JSON ---------------------------------------------------------------------------------------------


def freeze(value: Any) -> Any:
    """A frozen value as JSON has it: dataclasses as objects, instants as ISO 8601."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: freeze(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple | list):
        return [freeze(one) for one in value]
    return value.isoformat() if isinstance(value, datetime) else value


_hints = cache(get_type_hints)


def thaw(kind: Any, told: Any) -> Any:
    """The inverse of ``freeze`` for a value of type ``kind``; what is missing has its default. ValueError, TypeError or
    KeyError for anything else."""
    if get_origin(kind) in (Union, UnionType):
        inner = next(one for one in get_args(kind) if one is not NoneType)
        return None if told is None else thaw(inner, told)
    if get_origin(kind) is tuple:
        return tuple(thaw(get_args(kind)[0], one) for one in told)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{name: thaw(hints[name], one) for name, one in told.items() if name in hints})
    if kind is datetime:
        moment = datetime.fromisoformat(told)
        if moment.tzinfo is None:
            raise ValueError(f"{told!r} has no time zone")
        return moment
    if isinstance(kind, type) and not isinstance(told, (int, float) if kind is float else kind):
        raise TypeError(f"{told!r} is no {kind.__name__}")
    return told
