"""The desk: reads the content files and says what every outlet has in print in one round.

A *round* is a state of the world: round 1 is the first visit; rounds 2 to 4 bring edits, take-backs, new pieces.
All dates are counted back from the ``now`` that is passed in, so the same ``now`` always gives the same newsroom.
Every outlet has a host of its own, such as ``harbour.example``; no address depends on where the newsroom answers.
It must not know HTML, feeds or HTTP; templates and expectations both read what it returns.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Literal

MOMENT = datetime(2023, 11, 17, 13, tzinfo=UTC)
"""What the newsroom's clock shows when it opens, unless told otherwise: a Friday evening on the strait. It is long
past, so that whatever a machine's own clock shows, dates, addresses and ids are the same."""

ROUNDS = 4
"""How many rounds there are; later numbers show the last one."""

Kind = Literal["p", "h2", "quote", "list", "table"]
Manner = Literal["plain", "paywall", "consent", "error", "hostile", "pages", "live"]

OUTLETS = ("harbour", "northshore", "yunling", "ferrypost", "beacon")

_ZH_DAYS = "一二三四五六日"
_EN_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_EN_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def outlet_url(outlet: str) -> str:
    """The address of an outlet's home, without a slash at the end."""
    return f"http://{outlet}.example"


@dataclass(frozen=True, slots=True)
class Masthead:
    """What does not change about an outlet; ``home``, ``feed`` and ``pictures`` are paths."""

    id: str
    name: str
    tagline: str
    language: str
    charset: str
    dialect: str
    home: str
    feed: str
    address: str
    opening: str
    opening_agency: str
    zone_hours: int
    sections: tuple[str, ...]
    extra_feeds: tuple[str, ...] = ()
    announced_feed: str = ""

    @property
    def url(self) -> str:
        """The outlet's address, without a slash at the end."""
        return outlet_url(self.id)

    @property
    def zone(self) -> timezone:
        """The outlet's own time zone."""
        return timezone(timedelta(hours=self.zone_hours))


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a text in the desk's small markup: ``[words](id)`` is a link to another piece of the outlet."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture in a piece: its name, its words, and after how many blocks it stands (0: above the text)."""

    name: str
    caption: str
    credit: str
    alt: str
    form: str
    after: int


@dataclass(frozen=True, slots=True)
class LivePost:
    """One post of a live blog."""

    published: datetime
    headline: str
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """An article as it stands in one round. ``feed_date`` and ``page_date`` say whether a date is printed there."""

    outlet: str
    id: str
    slug: str
    path: str
    headline: str
    deck: str
    byline: str
    dateline: str
    agency: str
    agency_line: str
    section: str
    tags: tuple[str, ...]
    related: tuple[str, ...]
    blocks: tuple[Block, ...]
    shots: tuple[Shot, ...]
    live: tuple[LivePost, ...]
    published: datetime
    updated: datetime | None
    correction: str
    status: int
    manner: Manner
    in_feed: bool
    in_extra_feed: bool
    feed_date: str
    page_date: bool
    charset: str
    edits: tuple[str, ...]
    story: str
    copy_of: str
    traits: tuple[str, ...]

    @property
    def key(self) -> str:
        """``outlet/id``: unique in the newsroom."""
        return f"{self.outlet}/{self.id}"

    @property
    def url(self) -> str:
        """The piece's address."""
        return outlet_url(self.outlet) + self.path


@dataclass(frozen=True)
class Press:
    """All outlets as they stand in one round."""

    now: datetime
    round: int
    mastheads: tuple[Masthead, ...]
    pieces: tuple[Piece, ...]

    def get_masthead(self, outlet: str) -> Masthead:
        """The masthead of ``outlet``; KeyError if there is none."""
        for masthead in self.mastheads:
            if masthead.id == outlet:
                return masthead
        raise KeyError(outlet)

    def find_piece(self, outlet: str, piece_id: str) -> Piece | None:
        """The piece ``piece_id`` of ``outlet`` if it exists in this round."""
        return next((p for p in self.pieces if p.outlet == outlet and p.id == piece_id), None)

    def in_print(self, outlet: str) -> tuple[Piece, ...]:
        """Pieces that the outlet's home page and feed list, newest first."""
        listed = [piece for piece in self.pieces if piece.outlet == outlet and piece.in_feed]
        return tuple(sorted(listed, key=lambda piece: (piece.published, piece.id), reverse=True))


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing about which reports of a story differ: ``outlet/id`` -> the words used there."""

    subject: str
    claims: dict[str, str]


@dataclass(frozen=True, slots=True)
class StoryTruth:
    """One happening in the newsroom: its pieces and where their reports differ in round 1."""

    id: str
    name: str
    members: tuple[str, ...]
    conflicts: tuple[Conflict, ...]


@lru_cache(maxsize=64)
def go_to_press(now: datetime, round_number: int) -> Press:
    """Every outlet as it stands in ``round_number`` (1 to ``ROUNDS``) for an aware ``now``; ValueError if naive."""
    if now.tzinfo is None:
        raise ValueError(f"the newsroom needs an aware instant as now, not {now.isoformat()}")
    now = now.astimezone(UTC).replace(microsecond=0)
    mastheads: list[Masthead] = []
    pieces: list[Piece] = []
    for outlet in OUTLETS:
        written = _read(outlet)
        masthead = _masthead(written["outlet"])
        mastheads.append(masthead)
        for article in written["articles"]:
            if article.get("from_round", 1) <= round_number:
                pieces.append(_piece(masthead, article, now, round_number))
    return Press(now, round_number, tuple(mastheads), tuple(pieces))


@cache
def read_stories() -> tuple[StoryTruth, ...]:
    """The happenings that several outlets report, with the figures and words on which they differ."""
    return tuple(
        StoryTruth(
            story["id"],
            story["name"],
            tuple(story["members"]),
            tuple(Conflict(c["subject"], dict(c["claims"])) for c in story.get("conflicts", ())),
        )
        for story in _read("stories")["stories"]
    )


def read_names() -> tuple[str, ...]:
    """Names as the newsroom's two languages write them, each as the setting ``[stories] names`` has it."""
    return tuple(_read("stories")["names"])


@cache
def _read(name: str) -> dict[str, Any]:
    text = resources.files("broadsheet.demo").joinpath("content", f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


def _masthead(written: dict[str, Any]) -> Masthead:
    lists: dict[str, Any] = {key: tuple(written[key]) for key in ("sections", "extra_feeds") if key in written}
    return Masthead(**(written | lists))


_WORDS = ("slug", "byline", "dateline", "agency", "agency_line", "story", "copy_of")
_LISTS = ("tags", "related", "traits")
_DEFAULTS: dict[str, Any] = {
    "status": 200,
    "manner": "plain",
    "in_feed": True,
    "in_extra_feed": False,
    "feed_date": "own",
    "page_date": True,
}


def _piece(masthead: Masthead, article: dict[str, Any], now: datetime, round_number: int) -> Piece:
    state, edits = _state(article, round_number)
    published = _instant(state, masthead, now)
    day = published.astimezone(masthead.zone)
    told = (now - _duration(state["told"])).astimezone(masthead.zone) if "told" in state else day

    def fill(text: str) -> str:
        return _fill_dates(text, told, masthead.language)

    plain: dict[str, Any] = {key: state.get(key, "") for key in _WORDS}
    plain |= {key: tuple(state.get(key, ())) for key in _LISTS}
    plain |= {key: state.get(key, default) for key, default in _DEFAULTS.items()}
    return Piece(
        outlet=masthead.id,
        id=state["id"],
        path=str(state.get("address", masthead.address)).format(id=state["id"], slug=plain["slug"], day=day),
        headline=fill(state["headline"]),
        deck=fill(state.get("deck", "")),
        section=state.get("section", masthead.sections[0]),
        blocks=tuple(_block(fill(text)) for text in _opened(masthead, state)),
        shots=tuple(_shot(picture) for picture in state.get("pictures", ())),
        live=_live(state, now, round_number, fill),
        published=published,
        updated=now - _duration(state["updated_ago"]) if "updated_ago" in state else None,
        correction=fill(state.get("correction", "")),
        charset=state.get("charset", masthead.charset),
        edits=edits,
        **plain,
    )


def _opened(masthead: Masthead, state: dict[str, Any]) -> list[str]:
    """The paragraphs, the first one opened by dateline and agency in the outlet's manner."""
    texts = list(state.get("paragraphs", ()))
    if "dateline" in state:
        agency = state.get("agency", "")
        opening = masthead.opening_agency if agency else masthead.opening
        texts[0] = opening.format(dateline=state["dateline"], agency=agency) + texts[0]
    return texts


def _state(article: dict[str, Any], round_number: int) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The article with all rounds up to this one laid over it, and the kinds of edit made in exactly this one."""
    state = dict(article)
    edits: tuple[str, ...] = ()
    for change in sorted(article.get("rounds", ()), key=lambda change: int(change["round"])):
        if change["round"] > round_number:
            break
        paragraphs = list(state.get("paragraphs", ()))
        for number, text in change.get("replace", {}).items():
            paragraphs[int(number) - 1] = text
        paragraphs[:0] = change.get("prepend", ())
        paragraphs.extend(change.get("append", ()))
        state |= {key: value for key, value in change.items() if key not in ("replace", "prepend", "append")}
        state["paragraphs"] = paragraphs
        if change["round"] == round_number:
            edits = tuple(change.get("edits", ()))
    return state, edits


def _instant(state: dict[str, Any], masthead: Masthead, now: datetime) -> datetime:
    """When the piece was published; ``at`` sets the outlet's own clock time on that day."""
    published = now - _duration(state["ago"])
    if "at" in state:
        hour, minute = (int(part) for part in str(state["at"]).split(":"))
        local = published.astimezone(masthead.zone).replace(hour=hour, minute=minute, second=0)
        published = local.astimezone(UTC)
    return published.replace(second=0) if state.get("whole_minutes", masthead.charset != "utf-8") else published


def _duration(text: str) -> timedelta:
    """``2d 3h 10m 5s`` as a duration; a leading minus makes it a time to come."""
    units = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
    parts = re.findall(r"(\d+)([dhms])", text)
    total = timedelta(**{units[unit]: int(number) for number, unit in parts})
    return -total if text.startswith("-") else total


def _fill_dates(text: str, day: datetime, language: str) -> str:
    """``{w}`` becomes the weekday and ``{d}`` the date of ``day``; ``{d-2}`` counts days from it."""

    def name(match: re.Match[str]) -> str:
        moment = day + timedelta(days=int(match[2] or 0))
        if language.startswith("zh"):
            return f"周{_ZH_DAYS[moment.weekday()]}" if match[1] == "w" else f"{moment.month}月{moment.day}日"
        return _EN_DAYS[moment.weekday()] if match[1] == "w" else f"{moment.day} {_EN_MONTHS[moment.month - 1]}"

    filled = re.sub(r"\{([wd])([+-]\d+)?\}", name, text)
    return filled.replace("周", "週") if language == "zh-Hant" else filled


def _block(text: str) -> Block:
    marks: tuple[tuple[str, Kind], ...] = (("## ", "h2"), ("> ", "quote"))
    for mark, kind in marks:
        if text.startswith(mark):
            return Block(kind, text.removeprefix(mark))
    if text.startswith("- "):
        return Block("list", "\n".join(line.removeprefix("- ") for line in text.splitlines()))
    if text.startswith("| "):
        return Block("table", text)
    return Block("p", text)


def _shot(picture: dict[str, Any]) -> Shot:
    words = {key: str(picture.get(key, "")) for key in ("caption", "credit", "alt", "form")}
    return Shot(name=picture["name"], after=int(picture.get("after", 0)), **words)


def _live(state: dict[str, Any], now: datetime, round_number: int, fill: Callable[[str], str]) -> tuple[LivePost, ...]:
    posts = [
        LivePost(now - _duration(post["ago"]), fill(post["headline"]), fill(post["text"]))
        for post in state.get("live", ())
        if post.get("from_round", 1) <= round_number
    ]
    return tuple(sorted(posts, key=lambda post: post.published, reverse=True))


def without_links(block: Block) -> Block:
    """The block with the words of its links only, as a reader sees it."""
    return replace(block, text=re.sub(r"\[([^\]]+)\]\(([^)]+)\)", r"\1", block.text))
