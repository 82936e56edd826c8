"""Ledger lines: one JSON object per revision, each naming the digest of the line before it.

The form is laid down in ``docs/format.md``. This room turns values into lines and back and checks chains; it knows
no files.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast, get_args

from broadsheet.errors import FormatError
from broadsheet.model import Agency, PublishedFrom, Revision

FORMAT = 2
"""The latest version of the format that is read; lines of a later one are refused."""

ROUND_FORMAT = 1
"""The version that lines of account are written in: they have not changed since."""

_REQUIRED = ("article", "captured", "canonical_url", "outlet", "path", "published", "published_from", "revision",
             "sha256", "url", "why")  # fmt: skip
_PLAIN = (
    "feed",
    "entry_id",
    "capture_digest",
    "capture_place",
    "deck",
    "byline",
    "dateline",
    "section",
    "language",
    "reason",
    "extractor",
)
_INSTANTS = ("listed", "unchanged_until", "updated")


@dataclass(frozen=True, slots=True)
class Head:
    """Where a ledger file stands: its length in bytes, its number of lines, the digest of its last line."""

    size: int = 0
    lines: int = 0
    digest: str = ""


def digest_of(content: bytes) -> str:
    """SHA-256 of ``content`` as lower-case hex."""
    return hashlib.sha256(content).hexdigest()


def format_instant(instant: datetime) -> str:
    """``2023-07-17T21:57:30Z``, with milliseconds only where there are any."""
    utc = instant.astimezone(UTC)
    timespec = "milliseconds" if utc.microsecond else "seconds"
    return utc.replace(tzinfo=None).isoformat(timespec=timespec) + "Z"


def to_millisecond(instant: datetime) -> datetime:
    """``instant`` as precise as ledger lines and documents are, so that what is kept equals what is read back."""
    if instant.microsecond % 1000 == 0:
        return instant
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def milliseconds_of(instant: datetime) -> int:
    """Milliseconds since 1970 in UTC, as a document's first line has them."""
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def parse_instant(text: str) -> datetime:
    """The inverse of ``format_instant``; ValueError for anything else."""
    if not text.endswith("Z"):
        raise ValueError(f"{text!r} is not an instant in UTC")
    return datetime.fromisoformat(text[:-1]).replace(tzinfo=UTC)


def format_json(value: Mapping[str, object]) -> bytes:
    """One line of JSON: sorted keys, no white space, UTF-8, ended by a line end."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace") + b"\n"


def _as_json(revision: Revision) -> dict[str, object]:
    line: dict[str, object] = {
        "format": revision.format,
        "article": revision.article,
        "revision": revision.revision,
        "path": revision.path,
        "sha256": revision.sha256,
        "outlet": revision.outlet,
        "url": revision.url,
        "canonical_url": revision.canonical_url,
        "published": format_instant(revision.published),
        "published_from": revision.published_from,
        "captured": format_instant(revision.captured),
        "why": list(revision.why),
        "prev": revision.prev,
    }
    for name in _PLAIN:
        if value := getattr(revision, name):
            line[name] = value
    for name in _INSTANTS:
        if instant := getattr(revision, name):
            line[name] = format_instant(instant)
    if revision.agency:
        line["agency"] = revision.agency.name
        line["agency_words"] = revision.agency.words
    if revision.capture_parts:
        line["capture_parts"] = list(revision.capture_parts)
    if revision.categories:
        line["categories"] = list(revision.categories)
    if revision.pictures:
        line["pictures"] = revision.pictures
    if revision.found_as:
        line["found_as"] = revision.found_as
    if revision.imported:
        line["imported"] = revision.imported
    return line


def format_line(revision: Revision) -> bytes:
    """The ledger line of ``revision``, its line end included."""
    return format_json(_as_json(revision))


def parse_line(line: bytes, *, where: str = "ledger") -> Revision:
    """The revision a ledger line states. FormatError names ``where`` and what is missing or wrong."""
    try:
        stated = json.loads(line)
    except ValueError as error:
        raise FormatError(f"{where}: not a JSON object ({error})") from None
    if not isinstance(stated, dict):
        raise FormatError(f"{where}: not a JSON object")
    stated_format = stated.get("format")
    if not isinstance(stated_format, int) or stated_format > FORMAT:
        raise FormatError(
            f"{where}: written in format {stated_format!r}, this Broadsheet reads up to {FORMAT}; use a newer one"
        )
    missing = [name for name in _REQUIRED if name not in stated]
    if missing:
        raise FormatError(f"{where}: the line lacks {', '.join(missing)}")
    try:
        return _from_json(stated)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise FormatError(f"{where}: a value of the wrong form ({error})") from None


def _from_json(stated: dict[str, Any]) -> Revision:
    published_from = stated["published_from"]
    if published_from not in get_args(PublishedFrom):
        raise ValueError(f"published_from is {published_from!r}")
    agency = Agency(stated["agency"], stated.get("agency_words", "")) if "agency" in stated else None
    return Revision(
        article=str(stated["article"]),
        revision=int(stated["revision"]),
        path=str(stated["path"]),
        sha256=str(stated["sha256"]),
        outlet=str(stated["outlet"]),
        url=str(stated["url"]),
        canonical_url=str(stated["canonical_url"]),
        published=parse_instant(stated["published"]),
        published_from=cast(PublishedFrom, published_from),
        captured=parse_instant(stated["captured"]),
        why=tuple(stated["why"]),
        format=int(stated["format"]),
        prev=str(stated.get("prev", "")),
        feed=stated.get("feed"),
        entry_id=stated.get("entry_id"),
        capture_digest=stated.get("capture_digest"),
        capture_place=stated.get("capture_place"),
        capture_parts=tuple(stated.get("capture_parts", ())),
        unchanged_until=parse_instant(stated["unchanged_until"]) if "unchanged_until" in stated else None,
        listed=parse_instant(stated["listed"]) if "listed" in stated else None,
        updated=parse_instant(stated["updated"]) if "updated" in stated else None,
        deck=stated.get("deck"),
        byline=stated.get("byline"),
        dateline=stated.get("dateline"),
        section=stated.get("section"),
        agency=agency,
        language=stated.get("language"),
        categories=tuple(stated.get("categories", ())),
        pictures=dict(stated.get("pictures", {})),
        found_as=dict(stated.get("found_as", {})),
        extractor=str(stated.get("extractor", "")),
        reason=stated.get("reason"),
        imported=stated.get("imported"),
    )


def format_round(account: dict[str, object]) -> bytes:
    """A line of account. It carries its own digest, since no line after the newest one vouches for it."""
    return format_json({**account, "sha256": digest_of(format_json(account))})


def parse_round(line: bytes, *, where: str = "rounds") -> dict[str, Any]:
    """What a line of account states; FormatError if it is not one, or not the one that was written."""
    try:
        stated = json.loads(line)
        digest = stated.pop("sha256")
        is_whole = digest == digest_of(format_json(stated)) and line == format_round(stated)
        dict(stated["heads"]), str(stated["prev"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise FormatError(f"{where}: not a line of account") from None
    if not is_whole:
        raise FormatError(f"{where}: the line of account is not as it was written")
    return dict(stated)


def chain(revisions: list[Revision], head: Head) -> tuple[list[Revision], bytes, Head]:
    """Link ``revisions`` after ``head``: the revisions as their lines state them, the lines, and the new head."""
    linked: list[Revision] = []
    lines: list[bytes] = []
    digest = head.digest
    for revision in revisions:
        linked.append(
            replace(
                revision,
                prev=digest,
                published=to_millisecond(revision.published),
                captured=to_millisecond(revision.captured),
                unchanged_until=to_millisecond(revision.unchanged_until) if revision.unchanged_until else None,
                listed=to_millisecond(revision.listed) if revision.listed else None,
                updated=to_millisecond(revision.updated) if revision.updated else None,
            )
        )
        line = format_line(linked[-1])
        digest = digest_of(line)
        lines.append(line)
    content = b"".join(lines)
    return linked, content, Head(head.size + len(content), head.lines + len(lines), digest)


def head_of(content: bytes) -> Head:
    """The head of a ledger file; a torn last line (no line end) does not count."""
    end = content.rfind(b"\n") + 1
    if not end:
        return Head()
    start = content.rfind(b"\n", 0, end - 1) + 1
    return Head(end, content.count(b"\n", 0, end), digest_of(content[start:end]))


def iter_lines(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Number (from 1) and bytes of every whole line, line end included; a torn last line is left out."""
    for number, line in enumerate(content.splitlines(keepends=True) if b"\r" not in content else _split(content), 1):
        if line.endswith(b"\n"):
            yield number, line


def _split(content: bytes) -> list[bytes]:
    return [line + b"\n" for line in content.split(b"\n")[:-1]]


def document_path(article: str, first: datetime, revision: int) -> str:
    """Where a revision's document stands: ``articles/voa/2023/07/17-7184661.md``, ``….2.md`` for the second.

    No article's id holds ``.`` or ``+``, which part what follows from it. ``first`` is the article's first date (UTC);
    later revisions stay beside the first whatever date they carry.
    """
    outlet, _, key = article.partition("/")
    number = "" if revision == 1 else f".{revision}"
    return f"articles/{outlet}/{first.year:04}/{first:%m/%d}-{key}{number}.md"


def later_path(path: str, revision: int) -> str:
    """The path of ``revision`` of the article whose first or later document stands at ``path``."""
    folder, _, name = path.rpartition("/")
    stem = re.split(r"[.+]", name.removesuffix(".md"))[0]
    return f"{folder}/{stem}.{revision}.md" if revision > 1 else f"{folder}/{stem}.md"


def again_path(path: str, extraction: int) -> str:
    """The path of the text that was taken as the ``extraction``-th (from 2) from the capture of the revision whose
    document, of whichever extraction, stands at ``path``: ``articles/voa/2023/07/17-7184661.2+3.md``."""
    return f"{path.removesuffix('.md').partition('+')[0]}+{extraction}.md"


def extraction_of(path: str) -> int:
    """Which extraction of its revision the document at ``path`` holds, from 1."""
    number = path.removesuffix(".md").partition("+")[2]
    return int(number) if number.isdecimal() else 1


def ledger_file(path: str) -> str:
    """The ledger file that speaks of the document at ``path``: ``ledger/voa/2023-07.jsonl``."""
    parts = path.split("/")
    if len(parts) != 5 or parts[0] != "articles":
        raise FormatError(f"{path}: not the path of a document")
    return f"ledger/{parts[1]}/{parts[2]}-{parts[3]}.jsonl"
