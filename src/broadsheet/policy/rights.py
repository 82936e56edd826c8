"""What of an article may leave this machine, by the rule of its outlet. Pure.

Whoever publishes (site, git, edition, feeds, lists) asks here and nowhere else. The reader that ``serve`` opens is the
owner's own and shows everything.

===========  ================================================================
``full``     everything
``excerpt``  headline, outlet, date, the outlet's own address, and the beginning of the text
``headlines``  the same without the beginning
``no``       nothing: not even that it is held
===========  ================================================================

A picture, a quotation, a difference between two texts or a statement taken from one is text: it goes with ``has_text``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from broadsheet.model import Holding, Outlet, PublishRule
from broadsheet.text.excerpts import excerpt

Left = Literal["documents", "everything"]
"""What a copy of the archive lacks of an outlet: its documents and pictures, or its ledger and lists as well."""


@dataclass(frozen=True, slots=True)
class Release:
    """What may leave this machine of one article; each includes what stands before it."""

    is_listed: bool
    """Headline, outlet, date and the outlet's own address."""
    has_excerpt: bool
    """The beginning of the text, as ``beginning_of`` cuts it."""
    has_text: bool
    """The document and all that is taken from it: pictures, revisions, differences, quotations."""


_RELEASES: Final[dict[PublishRule, Release]] = {
    "full": Release(True, True, True),
    "excerpt": Release(True, True, False),
    "headlines": Release(True, False, False),
    "no": Release(False, False, False),
}
_LEFT: Final[dict[PublishRule, Left]] = {"excerpt": "documents", "headlines": "documents", "no": "everything"}


def release_of(rule: PublishRule) -> Release:
    """What an outlet's rule lets out."""
    return _RELEASES[rule]


@dataclass(frozen=True)
class Rights:
    """The rules of all outlets; one that nobody has configured is published in full.

    ``Rights.of(settings.outlets).of_article(holding).has_text`` is all that a publisher needs.
    """

    rules: Mapping[str, PublishRule] = field(default_factory=dict)

    @classmethod
    def of(cls, outlets: Iterable[Outlet]) -> Rights:
        """The rules as configured."""
        return cls({outlet.id: outlet.publish for outlet in outlets})

    def of_outlet(self, outlet: str) -> Release:
        """What may leave of any article of ``outlet``."""
        return _RELEASES[self.rules.get(outlet, "full")]

    def of_article(self, holding: Holding) -> Release:
        """What may leave of one article. Of one that was taken down that is its tombstone, which holds no text."""
        release = self.of_outlet(holding.outlet)
        if holding.is_taken_down and release.has_text:
            return Release(is_listed=True, has_excerpt=False, has_text=True)
        return release

    def left_out(self) -> dict[str, Left]:
        """Outlet -> what a copy of the archive's files lacks of it. Documents are published whole or not at all."""
        return {outlet: _LEFT[rule] for outlet, rule in self.rules.items() if rule in _LEFT}


def beginning_of(text: str) -> str:
    """The beginning of an article's plain text, as an excerpt shows it: one line, with ``…`` where it goes on."""
    return excerpt(text, ()).text
