"""``published.json``: what a published copy of an archive leaves out, and who its outlets are. Pure.

The form is laid down in ``docs/format.md``. It stands at the top of every copy that ``publish`` makes, never in the
archive that it is made from, so that a copy is told from a damaged original.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from broadsheet.errors import FormatError
from broadsheet.model import Outlet

PUBLISHED = "published.json"
FORMAT = 1
"""Version of the form; a reader refuses a later one."""

Left = Literal["documents", "everything"]
"""What is left out of an outlet: its documents and pictures, or its ledger and lists as well."""


@dataclass(frozen=True)
class Published:
    """What one published copy says of itself.

    ``outlets_left_out``: outlet -> what of it. ``years_left_out``: year -> the addresses of the repositories that hold
    it, none where it is nowhere. ``only_years`` is set where the copy holds nothing but these.
    """

    name: str
    captures_left_out: bool = True
    pictures_left_out: bool = False
    outlets_left_out: Mapping[str, Left] = field(default_factory=dict)
    years_left_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    only_years: tuple[str, ...] = ()
    outlets: tuple[Outlet, ...] = ()

    def holds_year(self, year: str) -> bool:
        """Whether documents of ``year`` (``2023``) are here."""
        return year not in self.years_left_out and (not self.only_years or year in self.only_years)

    def holds_document(self, path: str) -> bool:
        """Whether the document at ``path`` is here, as far as outlets and years decide."""
        parts = path.split("/")
        return len(parts) < 3 or (parts[1] not in self.outlets_left_out and self.holds_year(parts[2]))

    def holds_ledger(self, file: str) -> bool:
        """Whether the ledger at ``file`` is here. A year that went elsewhere leaves its ledger behind, too."""
        parts = file.split("/")
        if len(parts) != 3:
            return True
        is_of_year = not self.only_years or parts[2][:4] in self.only_years
        return self.outlets_left_out.get(parts[1]) != "everything" and is_of_year

    def holds_picture(self, path: str) -> bool:
        """Whether pictures that the document at ``path`` shows are here."""
        return not self.pictures_left_out and self.holds_document(path)


def format_published(published: Published) -> bytes:
    """The bytes of ``published.json``: the same statement gives the same bytes."""
    left: dict[str, object] = {"captures": published.captures_left_out, "pictures": published.pictures_left_out}
    if published.outlets_left_out:
        left["outlets"] = dict(published.outlets_left_out)
    if published.years_left_out:
        left["years"] = {year: list(places) for year, places in published.years_left_out.items()}
    stated: dict[str, object] = {"format": FORMAT, "name": published.name, "left_out": left}
    if published.only_years:
        stated["only_years"] = list(published.only_years)
    stated["outlets"] = {outlet.id: _told(outlet) for outlet in published.outlets}
    return (json.dumps(stated, sort_keys=True, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")


def _told(outlet: Outlet) -> dict[str, object]:
    told: dict[str, object] = {"name": outlet.name}
    for key in ("home_url", "language", "timezone"):
        if value := getattr(outlet, key):
            told[key] = value
    if outlet.feeds:
        told["feeds"] = list(outlet.feeds)
    return told


def parse_published(content: bytes) -> Published:
    """What the bytes of ``published.json`` state; FormatError says what is wrong."""
    try:
        stated = json.loads(content)
        if int(stated["format"]) > FORMAT:
            raise FormatError(f"{PUBLISHED}: of format {stated['format']}, this Broadsheet reads {FORMAT}; use a newer")
        return _from_json(stated)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FormatError(f"{PUBLISHED}: not a statement of what is left out ({error})") from None


def _from_json(stated: dict[str, Any]) -> Published:
    left = stated["left_out"]
    outlets = {str(key): str(what) for key, what in left.get("outlets", {}).items()}
    return Published(
        name=str(stated["name"]),
        captures_left_out=bool(left["captures"]),
        pictures_left_out=bool(left["pictures"]),
        outlets_left_out={key: "everything" if what == "everything" else "documents" for key, what in outlets.items()},
        years_left_out={str(year): tuple(map(str, places)) for year, places in left.get("years", {}).items()},
        only_years=tuple(map(str, stated.get("only_years", ()))),
        outlets=tuple(
            Outlet(
                id=str(key),
                name=str(told.get("name", key)),
                home_url=told.get("home_url"),
                language=told.get("language"),
                timezone=told.get("timezone"),
                feeds=tuple(map(str, told.get("feeds", ()))),
            )
            for key, told in sorted(stated.get("outlets", {}).items())
        ),
    )
