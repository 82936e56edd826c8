"""Pages as JSON: their own fields under their own names, instants as ``2023-07-17T21:57:30Z``; and its description."""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from functools import cache
from json.encoder import encode_basestring
from typing import Any, Union, get_args, get_origin, get_type_hints

from broadsheet.views.page import PAGES, PARTS, ErrorPage, Page, SearchPage, StoriesPage

MEDIA_TYPE = "application/json"


Place = Callable[[str], str | None]
"""The path of a page or file -> where it stands; None where there is no such page."""

_PATHS_IN = frozenset({"path", "changes", "history", "document", "picture"})
"""Fields that hold paths of pages and files."""


def to_json(page: Page, place: Place | None = None) -> str:
    """``page`` as one JSON object, its ``kind`` first; ``place`` says where the paths in it lead, if not there."""
    written = _write(page, "\n ", place)
    return f'{{\n "kind": {encode_basestring(page.kind)},{written[1:]}\n'


def parts_to_json(parts: Sequence[Any]) -> str:
    """Parts of pages as one JSON array, each as it stands in its page."""
    return _write(tuple(parts), "\n ", None) + "\n"


_WORDS = {None: "null", True: "true", False: "false"}


def _write(value: Any, line: str, place: Place | None) -> str:
    """``value`` as ``json.dumps(…, indent=1)`` writes it, many times sooner; ``line`` begins a line within it."""
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, tuple):
        inside = [_write(one, f"{line} ", place) for one in value]
        return f"[{line}{f',{line}'.join(inside)}{line[:-1]}]" if inside else "[]"
    if isinstance(value, datetime):
        utc = value.astimezone(UTC).replace(tzinfo=None)
        return f'"{utc.isoformat(timespec="milliseconds" if utc.microsecond else "seconds")}Z"'
    if isinstance(value, date):
        return f'"{value.isoformat()}"'
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    if isinstance(value, int | float):
        return repr(value)
    rows = []
    for name, key, is_path in _names_of(value.__class__):
        one = getattr(value, name)
        if is_path and place is not None and one is not None:
            one = place(one)
        rows.append(f"{key}: {_write(one, f'{line} ', place)}")
    return f"{{{line}{f',{line}'.join(rows)}{line[:-1]}}}"


@cache
def _names_of(cls: type[Any]) -> list[tuple[str, str, bool]]:
    """Each field of a page or part: its name, the same as JSON, whether it holds a path."""
    return [(one.name, json.dumps(one.name), one.name in _PATHS_IN) for one in fields(cls)]


def openapi(version: str) -> dict[str, Any]:
    """An OpenAPI 3.1 description of the JSON twins, made from the pages themselves."""
    names = {cls: cls.__name__ for cls in (*PAGES, *PARTS)}
    schemas = {names[cls]: _schema(cls, names) for cls in (*PAGES, *PARTS)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Broadsheet",
            "version": version,
            "description": "Every page of the reader as JSON. The same address with .atom, .md or .txt is the same "
            "page as a feed, as Markdown, as plain text.",
        },
        "paths": {path: {"get": _operation(path, *told)} for path, told in _PATHS.items()},
        "components": {"schemas": schemas},
    }


_OUTLET = {"name": "outlet", "in": "path", "required": True, "description": "id of an outlet",
           "schema": {"type": "string", "pattern": "^[a-z0-9-]+$"}}  # fmt: skip
_KEY = {"name": "key", "in": "path", "required": True, "description": "what follows the outlet in the article's id",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"}}  # fmt: skip
_REVISION = {"name": "revision", "in": "path", "required": True, "description": "number of the revision, from 1",
             "schema": {"type": "integer", "minimum": 1, "maximum": 999999}}  # fmt: skip

_STORY = {"name": "story", "in": "path", "required": True, "description": "id of a story",
          "schema": {"type": "string", "pattern": "^[0-9a-f]{12}$"}}  # fmt: skip


def _part(name: str, pattern: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "description": f"the {name} of publication",
            "schema": {"type": "string", "pattern": pattern}}  # fmt: skip


def _asked(name: str, described: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": described, "schema": dict(schema)}


_YEAR, _MONTH, _DAY = _part("year", "^[0-9]{4}$"), _part("month", "^[0-9]{2}$"), _part("day", "^[0-9]{2}$")
_PAGE = _asked("page", "part of the list, from 1", {"type": "integer", "minimum": 1, "maximum": 999999})
_SEARCH = [
    _asked("q", "words, phrases and conditions; see the search page", {"type": "string", "maxLength": 1000}),
    _asked("order", "best or newest first", {"type": "string", "enum": ["best", "newest"]}),
    _asked("after", "where the last part of the answer ended, as it says in `more`", {"type": "string"}),
]
_EDITS = [
    _asked("class", "only edits of any of these classes", {"type": "string", "example": "number,quote"}),
    _asked("outlet", "only edits of these outlets: ids with commas between", {"type": "string"}),
    _asked("day", "only edits seen on this day", {"type": "string", "format": "date"}),
    _asked("before", "where the last part of the answer ended, as it says in `more`", {"type": "string"}),
]
_CHANGES = [
    _asked(
        "from",
        "revision to compare with, by default the one before",
        {"type": "integer", "minimum": 1, "maximum": 999999},
    ),
    _asked("view", "how the difference is shown", {"type": "string", "enum": ["inline", "sides"]}),
]
_PATHS: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "/front.json": ("FrontPage", []),
    "/days/{date}.json": ("FrontPage", [{**_part("date", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), "description": "a day"}]),
    "/outlets.json": ("OutletsPage", []),
    "/outlets/{outlet}.json": ("OutletPage", [_OUTLET]),
    "/outlets/{outlet}/{year}.json": ("OutletPage", [_OUTLET, _YEAR]),
    "/outlets/{outlet}/{year}/{month}.json": ("OutletPage", [_OUTLET, _YEAR, _MONTH, _PAGE]),
    "/outlets/{outlet}/{year}/{month}/{day}.json": ("OutletPage", [_OUTLET, _YEAR, _MONTH, _DAY, _PAGE]),
    "/articles/{outlet}/{key}.json": ("ArticlePage", [_OUTLET, _KEY]),
    "/articles/{outlet}/{key}/revisions/{revision}.json": ("RevisionPage", [_OUTLET, _KEY, _REVISION]),
    "/search.json": ("SearchPage", _SEARCH),
    "/articles/{outlet}/{key}/history.json": ("HistoryPage", [_OUTLET, _KEY]),
    "/articles/{outlet}/{key}/changes/{revision}.json": ("ChangesPage", [_OUTLET, _KEY, _REVISION, *_CHANGES]),
    "/edits.json": ("EditsPage", _EDITS),
    "/stories.json": ("StoriesPage", [_SEARCH[0], _PAGE]),
    "/stories/{story}.json": ("StoryPage", [_STORY]),
    "/articles/{outlet}/{key}/copies.json": ("CopiesPage", [_OUTLET, _KEY]),
    "/health.json": ("HealthPage", []),
    "/about.json": ("AboutPage", []),
}


def iter_addresses() -> Iterator[tuple[str, str, str]]:
    """Every address of the description with the name of its page and what that shows."""
    described = {cls.__name__: " ".join((cls.__doc__ or "").split()) for cls in PAGES}
    for path, (page, _) in _PATHS.items():
        yield path, page, described[page]


_MAY_BE_WRONG = {SearchPage.__name__, StoriesPage.__name__}
"""Pages that say themselves what cannot be understood in the question."""


def _operation(path: str, page: str, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    described = next(cls.__doc__ or "" for cls in PAGES if cls.__name__ == page)

    def reply(text: str, *schemas: str) -> dict[str, Any]:
        named = [{"$ref": f"#/components/schemas/{schema}"} for schema in schemas]
        return {"description": text, "content": {MEDIA_TYPE: {"schema": {"anyOf": named} if named[1:] else named[0]}}}

    asked_wrong = dict.fromkeys((page if page in _MAY_BE_WRONG else ErrorPage.__name__, ErrorPage.__name__))
    responses = {
        "200": reply(described, page),
        "400": reply("The question cannot be understood.", *asked_wrong),
        "404": reply("There is no such page.", ErrorPage.__name__),
    }
    responses["304"] = {"description": "Nothing has changed since the ETag or date that was sent."}
    return {"summary": described, "parameters": parameters, "responses": responses}


def _schema(cls: type[Any], names: Mapping[type[Any], str]) -> dict[str, Any]:
    hints = get_type_hints(cls)
    properties: dict[str, Any] = {}
    if kind := getattr(cls, "kind", None):
        properties["kind"] = {"const": kind, "description": "which page this is"}
    for one in fields(cls):
        properties[one.name] = {**_type(hints[one.name], names), "description": one.metadata["help"]}
    return {"type": "object", "description": cls.__doc__, "required": list(properties), "properties": properties}


_SIMPLE: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
}


def _type(hint: Any, names: Mapping[type[Any], str]) -> dict[str, Any]:
    if hint in _SIMPLE:
        return dict(_SIMPLE[hint])
    if get_origin(hint) is tuple:
        return {"type": "array", "items": _type(get_args(hint)[0], names)}
    if get_origin(hint) in (Union, types.UnionType):
        (known,) = (one for one in get_args(hint) if one is not type(None))
        return {"anyOf": [_type(known, names), {"type": "null"}]}
    return {"$ref": f"#/components/schemas/{names[hint]}"}
