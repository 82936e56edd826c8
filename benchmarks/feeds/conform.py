"""Faithfulness on other people's cases: feedparser's suite and feed-rs's fixtures.

A case of feedparser is one XML file whose comment holds an expression that should be true of the result. We take the
expressions apart into single claims ("this field has this value"), keep the cases that claim only fields a news
archive keeps, and ask every library for those fields. ``exact``: the same characters, as plain text or as HTML;
``text``: the same characters once markup, escaping and white space are set aside (we keep what feedparser sanitises
away, and headlines as plain text). Claims about ``bozo``, a notion of feedparser's own, are not asked of anyone.
"""

from __future__ import annotations

import ast
import html
import json
import re
import tarfile
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from .adapters import OURS, Peer, Record, as_instant, find_peers

_EXPECT = re.compile(r"Description:\s*(.*?)\s*Expect:\s*(.*?)\s*-->", re.DOTALL)
_HEADER = re.compile(r"^Header:\s+([^:]+):(.*)$", re.MULTILINE)

_TEXT_FIELDS = {
    "title": "title",
    "title_detail.value": "title",
    "link": "link",
    "id": "id",
    "guid": "id",
    "summary": "summary",
    "summary_detail.value": "summary",
    "description": "summary",
    "subtitle": "subtitle",
    "subtitle_detail.value": "subtitle",
    "tagline": "subtitle",
    "tagline_detail.value": "subtitle",
    "language": "language",
    "author_detail.name": "author",
    "source.title": "source",
    "image.href": "image",
    "image.url": "image",
    "published": "published",
    "issued": "published",
    "updated": "updated",
    "modified": "updated",
    "date": "updated",
    "category": "tags[0].term",
}
_INSTANTS = {
    "published_parsed": "published",
    "issued_parsed": "published",
    "updated_parsed": "updated",
    "modified_parsed": "updated",
    "date_parsed": "updated",
}
_LISTED = {
    "tags": {"term": "term"},
    "authors": {"name": "name"},
    "content": {"value": "value"},
    "enclosures": {"href": "href", "url": "href", "type": "type", "length": "length"},
}
_NOT_KEPT = frozenset({("feed", "id"), ("feed", "published"), ("feed", "updated"), ("feed", "source")})
_GROUPS = {"sanitize": "sanitise", "base": "base", "lang": "lang", "amp": "amp", "cdf": "cdf", "itunes": "itunes"}
_CORE = ("fields", "illformed", "amp", "json", "lang")


@dataclass(frozen=True)
class Claim:
    """One field of the feed (``entry`` None) or of one entry, and what it should hold."""

    entry: int | None
    path: str
    expected: str | datetime


@dataclass(frozen=True)
class Case:
    """One document and what is claimed of it."""

    name: str
    group: str
    content: bytes
    content_type: str | None
    url: str | None
    claims: tuple[Claim, ...]


# ---- reading the suite --------------------------------------------------------------------------------------------


def _decode_case(content: bytes) -> str:
    wide = {b"\x00<": "utf-16-be", b"<\x00": "utf-16-le", b"\xfe\xff": "utf-16-be", b"\xff\xfe": "utf-16-le"}
    return content.decode(wide.get(content[:2], "utf-8"), "ignore")


def _iter_cases(root: Path, skipped: Counter[str]) -> Iterator[Case]:
    for path in sorted(root.rglob("*")):
        if path.suffix not in (".xml", ".json"):
            continue
        content = path.read_bytes()
        text = _decode_case(content)
        found = _EXPECT.search(text)
        parts = path.relative_to(root).parts
        group = parts[0] if parts[0] != "wellformed" else _GROUPS.get(parts[1], "fields")
        headers = {name.strip().lower(): value.strip() for name, value in _HEADER.findall(text)}
        if not found or set(headers) - {"content-type"} or group == "encoding":
            skipped["asks for HTTP headers or an encoding's name"] += 1
            continue
        claims = read_claims(found[2])
        if claims is None:
            skipped["claims what we do not keep, or no plain value"] += 1
            continue
        url = "http://127.0.0.1:8097/x/" if "_docuri" in path.name or "_spaces" in path.name else None
        yield Case("/".join(parts), group, content, headers.get("content-type"), url, claims)


def read_claims(expression: str) -> tuple[Claim, ...] | None:
    """The claims of an expression, or None where it claims more than plain values of fields we keep."""
    try:
        tree = ast.parse(expression, mode="eval").body
    except SyntaxError:
        return None
    claims = []
    for part in tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And) else [tree]:
        if "bozo" in ast.unparse(part):
            continue
        claim = _read_claim(part)
        if claim is None:
            return None
        claims.append(claim)
    return tuple(claims) or None


def _read_claim(part: ast.expr) -> Claim | None:
    if not (isinstance(part, ast.Compare) and len(part.ops) == 1 and isinstance(part.ops[0], ast.Eq)):
        return None
    try:
        value = ast.literal_eval(part.comparators[0])
    except (ValueError, SyntaxError):
        return None
    keys = _read_path(part.left)
    if not keys:
        return None
    entry = keys.pop(0) if isinstance(keys[0], int) else None
    path = _known_path(keys, "feed" if entry is None else "entry")
    expected = value if isinstance(value, str) else as_instant(value)
    if path is None or expected is None or (isinstance(expected, str) and path.startswith("@")):
        return None
    return Claim(entry if isinstance(entry, int) else None, path, expected)


def _read_path(node: ast.expr) -> list[Any] | None:
    """``entries[0]['tags'][1].term`` -> [0, 'tags', 1, 'term']; ``feed.title`` -> ['title']."""
    if isinstance(node, ast.Name):
        return [] if node.id in ("feed", "entries") else None
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        left, key = _read_path(node.value), node.slice.value
    elif isinstance(node, ast.Attribute):
        left, key = _read_path(node.value), node.attr
    else:
        return None
    return None if left is None else [*left, key]


def _known_path(keys: list[Any], holder: str) -> str | None:
    if not keys or not isinstance(keys[0], str):
        return None
    if len(keys) == 3 and keys[0] in _LISTED and isinstance(keys[1], int) and keys[2] in _LISTED[keys[0]]:
        return f"{keys[0]}[{keys[1]}].{_LISTED[keys[0]][keys[2]]}"
    dotted = ".".join(str(key) for key in keys)
    if dotted in _INSTANTS and (holder, _INSTANTS[dotted]) != ("feed", "published"):
        return "@" + _INSTANTS[dotted]
    name = _TEXT_FIELDS.get(dotted)
    if name is None or (holder, name) in _NOT_KEPT:
        return None
    return "subtitle" if holder == "feed" and name == "summary" else name


# ---- judging ------------------------------------------------------------------------------------------------------


def _normal(text: str) -> str:
    text = re.sub(r"<(script|style)\b[^>]*>.*?</\1>|<!--.*?-->", "", text, flags=re.DOTALL | re.IGNORECASE)
    return re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]*>", " ", html.unescape(html.unescape(text)))))


def _shown(markup: str) -> str:
    """What HTML shows on one line: a headline in plain text is exact where it is this, character for character."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", markup)).split(" "))


def _judge(claim: Claim, feed: Record, entries: list[Record]) -> tuple[bool, bool]:
    """(exact, same text)"""
    holder = feed if claim.entry is None else entries[claim.entry] if claim.entry < len(entries) else Record()
    if claim.path.startswith("@"):
        same = holder.instants.get(claim.path[1:]) == claim.expected
        return same, same
    listed = re.fullmatch(r"(\w+)\[(\d+)\]\.(\w+)", claim.path)
    if listed:
        members = holder.lists.get(listed[1], [])
        held = members[int(listed[2])].texts.get(listed[3], ()) if int(listed[2]) < len(members) else ()
    else:
        held = holder.texts.get(claim.path, ())
    expected = str(claim.expected)
    writings = {one for text in held for one in (text, html.escape(text, quote=False), html.unescape(text))}
    if expected in writings or (not expected and not held):
        return True, True
    if claim.path in ("title", "source") and _shown(expected) in held:
        return True, True
    return False, any(_normal(text) == _normal(expected) for text in held) or (not held and not _normal(expected))


def _judge_case(case: Case, peer: Peer) -> tuple[bool, bool]:
    try:
        feed, entries = peer.record(peer.read(case.content, case.content_type, case.url))
    except Exception:
        return False, False
    verdicts = [_judge(claim, feed, entries) for claim in case.claims]
    return all(exact for exact, _ in verdicts), all(same for _, same in verdicts)


@contextmanager
def _unpacked(archive: Path) -> Iterator[Path | None]:
    if not archive.exists():
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
        yield Path(folder)


def run(shared: Path, suite: Path | None, *, show: bool = False, ours_only: bool = False) -> int:
    """Print shares by folder and library; 0 where ours reach 98 % same text and 95 % exact on the core."""
    console = Console()
    peers, absent = find_peers(ours_only=ours_only)
    reached = True
    with _unpacked(shared / "feeds" / "feedparser-cases.tar.xz") as unpacked:
        root = suite or unpacked
        if root is None:
            console.print(f"no cases at {shared}: name the folder with --shared or --suite")
            return 1
        root = root / "tests" if (root / "tests").is_dir() else root
        reached = _run_feedparser(console, root, peers, show)
    with _unpacked(shared / "feeds" / "feed-rs-cases.tar.xz") as unpacked:
        if unpacked is not None:
            _run_feed_rs(console, unpacked, show)
    for name in absent:
        console.print(f"{name} is not installed and was left out")
    return 0 if reached else 1


def _run_feedparser(console: Console, root: Path, peers: list[Peer], show: bool) -> bool:
    skipped: Counter[str] = Counter()
    cases = list(_iter_cases(root, skipped))
    sizes = Counter(case.group for case in cases)
    exact: dict[tuple[str, str], int] = defaultdict(int)
    same: dict[tuple[str, str], int] = defaultdict(int)
    for peer in peers:
        for case in cases:
            is_exact, is_same = _judge_case(case, peer)
            exact[peer.name, case.group] += is_exact
            same[peer.name, case.group] += is_same
            if show and peer is OURS and not is_exact and case.group not in ("sanitise", "cdf"):
                mark = "[yellow]text " if is_same else "[red]wrong"
                told = [(claim.entry, claim.path, str(claim.expected)) for claim in case.claims]
                console.print(f"{mark}[/] {case.name}", told, markup=True)
    table = Table("cases", "number", *(peer.name for peer in peers), title="feedparser's cases: % exact / % same text")
    groups = [*sorted(sizes), "core"]
    shares: dict[str, tuple[float, float]] = {}
    for group in groups:
        members = _CORE if group == "core" else (group,)
        number = sum(sizes[member] for member in members)
        cells = []
        for peer in peers:
            share = tuple(100 * sum(tally[peer.name, member] for member in members) / number for tally in (exact, same))
            cells.append(f"{share[0]:.1f} / {share[1]:.1f}")
            if peer is OURS:
                shares[group] = (share[0], share[1])
        table.add_row(group, str(number), *cells, style="bold" if group == "core" else None)
    console.print(table)
    console.print(f"left out: {dict(skipped)}")
    return (
        shares["core"][1] >= 98
        and shares["core"][0] >= 95
        and all(shares[name][1] == 100 for name in ("entities", "amp"))
    )


# ---- feed-rs ------------------------------------------------------------------------------------------------------


def _run_feed_rs(console: Console, root: Path, show: bool) -> None:
    """How far our reading agrees with feed-rs's stored one, field by field of every entry."""
    agree: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for stored in sorted(root.rglob("*.serde.json")):
        source = next(
            (
                path
                for path in (
                    stored.with_name(stored.name.replace(".serde.json", suffix)) for suffix in (".xml", ".json")
                )
                if path.exists()
            ),
            None,
        )
        if source is None:
            continue
        expected = json.loads(stored.read_text())
        _, entries = OURS.record(OURS.read(source.read_bytes(), None, None))
        asked["entries in feeds"] += len(expected["entries"])
        agree["entries in feeds"] += min(len(entries), len(expected["entries"]))
        for theirs, ours in zip(expected["entries"], entries, strict=False):
            for name, want, fits in _compare_entry(theirs, ours, source.read_text("utf-8", "replace")):
                asked[name] += 1
                agree[name] += fits
                if show and not fits:
                    console.print(f"[yellow]{source.name} {name}[/]: {want!r:.150}", highlight=False)
    table = Table("field", "asked", "agree", "%", title="feed-rs's stored readings")
    for name in asked:
        table.add_row(name, str(asked[name]), str(agree[name]), f"{100 * agree[name] / asked[name]:.1f}")
    console.print(table)


def _compare_entry(theirs: dict[str, Any], ours: Record, source: str) -> Iterator[tuple[str, object, bool]]:
    if theirs["title"]:
        want = theirs["title"]["content"]
        yield "title", want, any(_normal(text) == _normal(want) for text in ours.texts["title"])
    links = {link["href"].rstrip("/") for link in theirs["links"]}
    if links:
        yield "link", links, any(text.rstrip("/") in links for text in ours.texts["link"])
    if theirs["id"] in source:
        yield "id", theirs["id"], theirs["id"] in ours.texts["id"]
    stamp = theirs["published"] or theirs["updated"]
    if stamp:
        want_instant = datetime.fromisoformat(stamp.replace("Z", "+00:00")).astimezone(UTC)
        found = ours.instants["published"] if theirs["published"] else ours.instants["updated"]
        yield "date", stamp, found is not None and abs((found - want_instant).total_seconds()) < 1
    body = (theirs["content"] or {}).get("body") or (theirs["summary"] or {}).get("content")
    if body:
        held = [record.texts["value"] for record in ours.lists["content"]] + [ours.texts["summary"]]
        yield "content", body, any(_normal(text) == _normal(body) for texts in held for text in texts)
