"""What services ask of engines. Each port has one contract suite in ``tests/contracts/`` that every engine passes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol

from broadsheet.model import (
    Breakage,
    Capture,
    Change,
    Edit,
    EditQuery,
    Failure,
    FeedState,
    FileMark,
    Holding,
    HoldingQuery,
    HostState,
    Job,
    Link,
    LookState,
    Matches,
    MonthCount,
    Outline,
    Placed,
    Position,
    Product,
    Query,
    Request,
    RobotsAnswer,
    Searchable,
    Standing,
    Story,
    StoryQuery,
    Unit,
)


class Store(Protocol):
    """Bytes under keys, durable once a call returns. A key is a relative path with ``/`` between its parts."""

    def put_all(self, files: Iterable[tuple[str, bytes]]) -> int:
        """Write files once, durable together; returns how many were new.

        The same bytes under a name are no write; FixityError if others are there already.
        """

    def append(self, key: str, content: bytes, *, at: int, cut_tail: bool = False) -> None:
        """Add to the end of ``key``, which must be ``at`` bytes long (0 creates it); EngineError if not.

        Half a line past ``at`` gives way; with ``cut_tail``, where the caller knows it for torn, so does anything.
        """

    def append_all(self, additions: Iterable[tuple[str, bytes, int]]) -> None:
        """``append`` to many files (key, content, at), each at most once, made durable together."""

    def replace(self, key: str, content: bytes) -> None:
        """Put ``content`` in the place of what is there, at once or not at all (derived files, tombstones)."""

    def get(self, key: str) -> bytes:
        """The bytes; NotFoundError if there are none."""

    def iter_keys(self, prefix: str) -> Iterator[tuple[str, int]]:
        """Every key that starts with the folder ``prefix`` and its size in bytes, sorted by key."""

    def iter_oddities(self, prefix: str) -> Iterator[tuple[str, str]]:
        """What stands below ``prefix`` and is neither file nor folder, and what it is ("a symbolic link"), by key: it
        is never followed, read or written."""

    def remove(self, key: str) -> None:
        """Take bytes away (take-down, retention); nothing happens if they are not there."""


class Fetcher(Protocol):
    """The one way in: every byte from a network comes through here, past the address guard and the host pacing."""

    def fetch_all(self, requests: Iterable[Request]) -> Iterator[Capture | Failure]:
        """Fetch many; results come as they are ready, a failure as a value."""

    def close(self) -> None:
        """Let go of connections."""


class RobotsRules(Protocol):
    """What one host asks of programs, for now."""

    @property
    def delay_s(self) -> float:
        """The pause that the host wants between two requests; 0 for none."""

    def find_objection(self, url: str) -> tuple[str, str] | None:
        """Why ``url`` must not be asked for: a countable reason and a sentence; None if it may be."""


class Robots(Protocol):
    """What hosts say in ``robots.txt``, remembered. An ``origin`` is such as ``https://news.example:8443``.

    A Fetcher that has one obeys it for pages and pictures, redirects included, and asks the hosts for it.
    """

    def find(self, origin: str, now: datetime) -> RobotsRules | None:
        """The rules of ``origin`` that hold now; None where they have to be asked for."""

    def note(self, origin: str, answer: RobotsAnswer, now: datetime) -> RobotsRules:
        """Take in what came of asking ``origin``; returns the rules that hold from now on."""


class Index(Protocol):
    """What the documents and ledgers say, arranged for questions: derived, disposable, a pure function of them."""

    def positions(self) -> dict[str, Position]:
        """How far each ledger file has been read: file -> ``Position``."""

    def apply(self, file: str, before: int, position: Position, changes: Sequence[Change]) -> None:
        """Take in what ``file`` says after its first ``before`` bytes, and the new position, all or nothing.

        EngineError if the index does not stand at ``before``.
        """

    def find_article(self, outlet: str, names: Sequence[str]) -> tuple[str, str] | None:
        """The article of ``outlet`` that bears one of ``names``, earlier names first: (article id, name).

        Where several bear the same name, the one with the smallest id, so that order of arrival does not matter.
        """

    def find_holding(self, article: str) -> Holding | None:
        """What is held of one article."""

    def iter_holdings(self, query: HoldingQuery) -> Iterator[Holding]:
        """Holdings that match, newest publication first (then by article id)."""

    def iter_months(self) -> Iterator[MonthCount]:
        """Every month of every outlet, sorted by outlet and month."""

    def wipe(self) -> None:
        """Forget everything."""


class EditLog(Protocol):
    """What outlets changed after they had printed it: the side of an Index that answers for edits."""

    def iter_edits(self, query: EditQuery) -> Iterator[Edit]:
        """Edits that match, the last seen first (then by article, the later revision first)."""

    def count_edits(self, query: EditQuery, by: Literal["class", "outlet"] = "class") -> dict[str, int]:
        """How many of all that match (``limit`` aside) fall under each class or outlet, most frequent first."""


class Queue(Protocol):
    """Which feed is asked next, by whom, and what its entries looked like. Disposable; safe for many threads.

    A lease holds a feed for one worker until ``done`` or until it expires, so a lost worker costs a wait and no
    more. Feeds that share a row of ``FeedState.pacing`` are never leased at the same time, nor before that row's
    ``not_before``. A time further off than ``model.LONGEST_WAIT_S`` comes from a wrong clock and is not obeyed, nor
    is one that was ``decided`` (for hosts: noted by a poll) more than ``model.CLOCK_SLACK_S`` after now.
    """

    def add(self, states: Iterable[FeedState], *, forget_others: bool = False) -> int:
        """Take up feeds that are not there yet (the others keep their state, and take over ``outlet``).

        ``forget_others`` drops every feed not named. Returns how many were new.
        """

    def find(self, url: str) -> FeedState | None:
        """The state of the feed configured as ``url``."""

    def lease(
        self, now: datetime, limit: int, worker: str, lease_s: float, *, urls: Collection[str] | None = None
    ) -> list[FeedState]:
        """Up to ``limit`` feeds for ``worker``, longest due first. ``urls``: only these, due or not."""

    def done(
        self,
        state: FeedState,
        worker: str,
        hosts: Iterable[HostState] = (),
        *,
        seen: Mapping[str, str] | None = None,
    ) -> bool:
        """Write what a poll led to and end the lease, at once or not at all.

        ``hosts`` never shorten a wait. ``seen`` maps each entry key in the feed now to its fingerprint; keys
        gone from the feed for 90 days are dropped; None (nothing new was read) leaves them. False, and only
        ``hosts`` written, when ``worker`` no longer holds the lease.
        """

    def iter_states(self) -> Iterator[FeedState]:
        """Every feed's state, sorted by URL, as of the first step."""

    def hosts(self) -> list[HostState]:
        """Hosts and domains we stay away from, or lately did, sorted by name."""

    def find_seen(self, url: str) -> dict[str, str]:
        """Entry key -> fingerprint, as the last ``done`` of the feed gave them; empty for a new feed."""


class Looks(Protocol):
    """When each article is looked at again, and what its page was like. Disposable; one writer at a time.

    An instant later than ``far`` comes from a wrong clock and counts as come, and so does one that was ``decided`` more
    than ``model.CLOCK_SLACK_S`` after now.
    """

    def positions(self) -> dict[str, Position]:
        """How far each ledger file has been read: file -> ``Position``."""

    def apply(
        self, file: str, before: int, position: Position, states: Sequence[LookState], gone: Collection[str] = ()
    ) -> None:
        """Take in what ``file`` says after its first ``before`` bytes, all or nothing: the states that follow from
        it, and articles that are looked at no more. EngineError if the file has not been read up to ``before``."""

    def put_all(
        self, states: Iterable[LookState], *, asked: Iterable[tuple[str, datetime]] = (), gone: Collection[str] = ()
    ) -> None:
        """Write what looks led to, all or nothing: states, which hosts were asked when, articles that are done."""

    def find(self, article: str) -> LookState | None:
        """The state of one article."""

    def iter_due(self, now: datetime, far: datetime) -> Iterator[LookState]:
        """Every state that is due, the youngest article first (then by id)."""

    def asked_between(self, after: datetime, until: datetime) -> dict[str, int]:
        """How often each host was asked after ``after``, which is at most a day ago, and not after ``until``: what was
        noted beyond that was noted by a wrong clock."""

    def wipe(self) -> None:
        """Forget everything."""


class Workshop(Protocol):
    """Where named pure functions are run on foreign bytes, so that a bad page costs itself and nothing else.

    Which functions there are is settled when a Workshop is made; they take and return a dict of plain values.
    """

    def map(self, jobs: Iterable[Job]) -> Iterator[Product | Breakage]:
        """Run the jobs; one result for each, in their order. ``jobs`` is read a little ahead of what is taken.

        EngineError for a job whose function is not the Workshop's or whose payload is not plain, and once closed.
        """

    def close(self) -> None:
        """End what is under way."""


class SearchIndex(Protocol):
    """The words of every article's newest text, arranged for search: derived, disposable, safe for many readers."""

    def positions(self) -> dict[str, Position]:
        """How far each ledger file has been read, as of the last commit: file -> (bytes, digest of the last line)."""

    def apply(
        self, file: str, before: int, position: Position, texts: Sequence[Searchable], gone: Collection[str] = ()
    ) -> None:
        """Take in what ``file`` says after its first ``before`` bytes: new texts, and articles that are gone.

        An article's earlier text is replaced. Nothing is found nor durable before ``commit``. EngineError if the
        index, with what was applied since, does not stand at ``before``.
        """

    def commit(self) -> None:
        """Make what was applied durable and findable, with its positions, all or nothing."""

    def search(
        self, query: Query, *, newest: bool = False, limit: int = 10, cursor: str | None = None, facets: bool = False
    ) -> Matches:
        """Articles that match, best first or ``newest`` first. QueryError for a cursor that was not given out here.

        Pages asked for one after another by ``cursor`` never show what came after the first of them.
        """

    def renew(self, fill: Callable[[SearchIndex], None]) -> None:
        """Put an index that ``fill`` fills from nothing in the place of this one; until then this one answers."""

    def close(self) -> None:
        """Let go of files; what was not committed is forgotten."""


class GroupIndex(Protocol):
    """What grouping works on: an outline of every article, and where each was placed. Derived and disposable.

    Its canonical order is by instant of publication, then by article id. What was placed is answered (``Groups``) once
    it is settled; until then the answers are those of before, but for articles that are gone.
    """

    def positions(self) -> dict[str, Position]:
        """How far each ledger file has been read: file -> ``Position``."""

    def apply(
        self,
        file: str,
        before: int,
        position: Position,
        outlines: Sequence[Outline],
        gone: Collection[str],
        is_tie: Callable[[bytes, bytes], bool | None],
    ) -> None:
        """Take in what ``file`` says after its first ``before`` bytes, and the new position, all or nothing.

        An article's earlier outline is replaced. Every place at and behind the first one that changed is stale.
        Links between copies are in step at once: two articles are linked if ``is_tie`` says of their sketches (the
        earlier one's first) that they are copies (None: they are not) and they stand within ``model.NEAR`` places of
        each other among those that bear one of their keys, by instant, then by ``model.mark_of``. EngineError if the
        index does not stand at ``before``.
        """

    def resume(self) -> Standing | None:
        """Where placing has to go on, None if nothing is stale. Whoever resumed last is the only one who may place."""

    def iter_terms(self, after: tuple[datetime, str] | None, limit: int) -> Iterator[tuple[str, datetime, bytes]]:
        """Up to ``limit`` articles behind ``after`` in canonical order: id, instant, terms."""

    def place(self, placed: Sequence[Placed], state: bytes | None = None) -> None:
        """Place the next articles, durably; ``state`` is what ``resume`` gives to go on behind the last of them.

        EngineError if another process has changed or resumed anything since ``resume``.
        """

    def settle(self, forget: Collection[int] = ()) -> None:
        """Every article is placed: answer so from now on, all at once. ``forget`` are states (of ``kept``) to drop.

        EngineError as ``place`` has it.
        """

    def wipe(self) -> None:
        """Forget everything."""


class Groups(Protocol):
    """Stories and copies, as last settled. Safe for many readers beside one writer."""

    def iter_stories(self, query: StoryQuery) -> Iterator[Story]:
        """Stories that match, newest report first (then by their numbers)."""

    def iter_owners(self, id: str) -> Iterator[str]:
        """The articles with which a story or family of this id would begin, sorted; hardly ever more than one."""

    def iter_links(self, articles: Collection[str]) -> Iterator[Link]:
        """Every link between copies that any of ``articles`` is connected with, in however many steps; sorted."""

    def state(self) -> str:
        """A word that changes whenever an answer may be otherwise than before."""

    def close(self) -> None:
        """Let go of files."""


class SiteFolder(Protocol):
    """The folder that a static site is written to. A path is relative, with ``/`` between its parts."""

    def write(self, path: str, content: bytes) -> FileMark:
        """Put ``content`` in place whole, or leave it where the same bytes are there already."""

    def mark(self, path: str) -> FileMark | None:
        """The file as it stands, its bytes read; None if there is none."""

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None if there is none."""

    def remove(self, path: str) -> None:
        """Take a file away, and folders that are empty then."""

    def iter_folders(self) -> Iterator[tuple[str, dict[str, tuple[int, int]]]]:
        """Every folder with its files: name -> size and time of the last change. What a kill left half is removed."""

    def free_bytes(self) -> int:
        """How much room there is on the disk."""


class SiteLog(Protocol):
    """What a static site consists of and what its files were made from. Disposable; for one process at a time."""

    def find_note(self, name: str) -> str | None:
        """A word that was written down under ``name``."""

    def put_note(self, name: str, value: str) -> None:
        """Write a word down."""

    def begin_plan(self) -> None:
        """Forget which units were planned, and what was kept while planning."""

    def plan(self, units: Sequence[Unit]) -> list[Unit]:
        """The site shall have ``units``: those of them whose files must be made anew."""

    def record(self, unit: Unit, files: Sequence[FileMark], pictures: Iterable[str] = ()) -> list[str]:
        """The files of ``unit`` stand; returns paths of files it had before and has no more, still written down."""

    def adopt(self, marks: Sequence[FileMark]) -> None:
        """Files that a killed run left: they are ours, and gone with the next ``iter_gone`` unless a unit has them."""

    def forget_file(self, path: str) -> None:
        """The file at ``path`` is there no more."""

    def iter_gone(self) -> Iterator[tuple[str, list[str]]]:
        """Units that were not planned, with the paths of their files; each is forgotten behind it."""

    def find_folder(self, folder: str) -> dict[str, FileMark]:
        """What is known to stand in ``folder``, by name."""

    def iter_folders(self) -> Iterator[str]:
        """Folders that anything is known to stand in, sorted."""

    def put_mark(self, mark: FileMark) -> None:
        """A known file stands as ``mark`` says."""

    def spoil(self, path: str) -> None:
        """The file at ``path`` is not as it should be: its unit must be made anew."""

    def count(self) -> tuple[int, int]:
        """How many files there are, and their bytes together."""

    def iter_pictures(self) -> Iterator[str]:
        """The digests of all pictures that any unit shows, sorted."""

    def put_states(self, rows: Sequence[tuple[str, bytes]]) -> None:
        """Articles, each with a digest of its ledger lines."""

    def find_states(self, articles: Sequence[str]) -> dict[str, bytes]:
        """The digests of ``articles`` as far as they are there."""

    def iter_states(self) -> Iterator[list[str]]:
        """The articles with a digest, sorted, some at a time."""

    def tie(self, rows: Sequence[tuple[str, bytes]]) -> None:
        """Articles that stand in a story or have copies, each with a digest of all that."""

    def find_ties(self, articles: Sequence[str]) -> dict[str, bytes]:
        """Of ``articles`` those that were tied, with their digests."""

    def put_texts(self, rows: Sequence[tuple[int, str, bytes]]) -> None:
        """Articles that can be searched: second of publication, id, digest of their text."""

    def iter_texts(self, begin: int, end: int) -> Iterator[tuple[int, str, bytes]]:
        """Those published from ``begin`` to before ``end``, oldest first, then by id."""

    def commit(self) -> None:
        """Make durable what was written down: as far as a killed process goes, not a killed machine."""

    def close(self) -> None:
        """Commit and let go of the file."""
