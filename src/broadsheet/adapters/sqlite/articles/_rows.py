"""How holdings and edits stand in rows of the index."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

from broadsheet.model import Change, Edit, EditQuery, Holding, PublishedFrom

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

SCHEMA = """
CREATE TABLE position (file TEXT PRIMARY KEY, size INTEGER NOT NULL, digest TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE name (outlet TEXT, name TEXT, article TEXT, PRIMARY KEY (outlet, name, article)) WITHOUT ROWID;
CREATE INDEX name_of_article ON name (article);
CREATE TABLE month (outlet TEXT, month TEXT, articles INTEGER NOT NULL, revisions INTEGER NOT NULL,
                    state INTEGER NOT NULL, PRIMARY KEY (outlet, month)) WITHOUT ROWID;
CREATE TABLE holding (
    article TEXT PRIMARY KEY, outlet TEXT NOT NULL, month TEXT NOT NULL, published INTEGER NOT NULL,
    headline TEXT NOT NULL, url TEXT NOT NULL, canonical_url TEXT NOT NULL, path TEXT NOT NULL,
    first_path TEXT NOT NULL, sha256 TEXT NOT NULL, revision INTEGER NOT NULL, published_from TEXT NOT NULL,
    first_captured INTEGER NOT NULL, captured INTEGER NOT NULL, byline TEXT, agency TEXT, language TEXT,
    is_taken_down INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX holding_by_time ON holding (published DESC, article);
CREATE INDEX holding_by_outlet ON holding (outlet, published DESC, article);
CREATE INDEX holding_by_month ON holding (outlet, month, published DESC, article);
CREATE TABLE edit (
    article TEXT NOT NULL, outlet TEXT NOT NULL, revision INTEGER NOT NULL, classes TEXT NOT NULL,
    headline TEXT NOT NULL, after INTEGER NOT NULL, seen INTEGER NOT NULL, path TEXT NOT NULL, before TEXT NOT NULL);
CREATE INDEX edit_by_time ON edit (seen DESC);
CREATE INDEX edit_by_article ON edit (article);
"""
COLUMNS = (
    "article, outlet, month, published, headline, url, canonical_url, path, first_path, sha256, revision, "
    "published_from, first_captured, captured, byline, agency, language, is_taken_down"
)
EDIT_COLUMNS = "article, outlet, revision, classes, headline, after, seen, path, before"
AMONG = "article IN (SELECT value FROM json_each(?))"
_WORDS = " || char(10) || ".join(("article", "url", "canonical_url", "headline", "replace(headline, ' ', '')"))
CONTAINING = f"instr(lower({_WORDS}), lower(?)) > 0"
PLACES = ", ".join("?" * len(COLUMNS.split(",")))


def edit_conditions(query: EditQuery) -> tuple[str, list[object]]:
    """The WHERE of a question for edits, with its values."""
    conditions, values = ["1"], list[object]()
    for condition, value in (
        ("article = ?", query.article),
        ("outlet IN (SELECT value FROM json_each(?))", json.dumps(sorted(query.outlets)) if query.outlets else None),
        (
            "EXISTS (SELECT 1 FROM json_each(classes) c WHERE c.value IN (SELECT value FROM json_each(?)))",
            json.dumps(sorted(query.classes)) if query.classes else None,
        ),
        ("seen >= ?", milliseconds(query.after) if query.after else None),
        ("seen < ?", milliseconds(query.before) if query.before else None),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    return " AND ".join(conditions), values


def row_of_edit(edit: Edit) -> tuple[object, ...]:
    """The values of ``EDIT_COLUMNS``."""
    return (
        edit.article,
        edit.outlet,
        edit.revision,
        json.dumps(edit.classes),
        edit.headline,
        milliseconds(edit.after),
        milliseconds(edit.seen),
        edit.path,
        edit.before,
    )


def edit_of(row: Sequence[object]) -> Edit:
    """The edit in a row of ``EDIT_COLUMNS``."""
    values = cast("tuple[str, ...]", row)
    return Edit(
        article=values[0],
        outlet=values[1],
        revision=int(values[2]),
        classes=tuple(json.loads(values[3])),
        headline=values[4],
        after=instant_of(int(values[5])),
        seen=instant_of(int(values[6])),
        path=values[7],
        before=values[8],
    )


def milliseconds(instant: datetime) -> int:
    """Since 1970, UTC."""
    return round(instant.timestamp() * 1000)


def instant_of(ms: int) -> datetime:
    """The instant so many milliseconds after 1970, UTC."""
    return _EPOCH + timedelta(milliseconds=ms)


def row_of(change: Change) -> tuple[object, ...]:
    """The values of ``COLUMNS``."""
    held = change.holding
    return (
        held.article,
        held.outlet,
        change.month,
        milliseconds(held.published),
        held.headline,
        held.url,
        held.canonical_url,
        held.path,
        held.first_path,
        held.sha256,
        held.revision,
        held.published_from,
        milliseconds(held.first_captured),
        milliseconds(held.captured),
        held.byline,
        held.agency,
        held.language,
        int(held.is_taken_down),
    )


def holding_of(row: Sequence[object]) -> Holding:
    """The holding in a row of ``COLUMNS``."""
    values = cast("tuple[str, ...]", row)
    return Holding(
        article=values[0],
        outlet=values[1],
        published=instant_of(int(values[3])),
        headline=values[4],
        url=values[5],
        canonical_url=values[6],
        path=values[7],
        first_path=values[8],
        sha256=values[9],
        revision=int(values[10]),
        published_from=cast(PublishedFrom, values[11]),
        first_captured=instant_of(int(values[12])),
        captured=instant_of(int(values[13])),
        byline=values[14],
        agency=values[15],
        language=values[16],
        is_taken_down=bool(values[17]),
    )
