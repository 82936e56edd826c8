"""An archive of what the demo newsroom prints and then edits, made from its texts without any network.

``python -m tests.web.edited`` writes the golden pages in ``golden/`` anew.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path

from broadsheet import app
from broadsheet.app import Broadsheet
from broadsheet.demo.desk import Piece, Press, go_to_press, read_names, without_links
from broadsheet.model import Agency, Article, Revision
from broadsheet.services.archive import Draft
from broadsheet.settings import as_toml
from broadsheet.stories.grouping import story_id
from broadsheet.web import Ask, Site

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
GOLDEN = Path(__file__).parent / "golden"
_CLASSES = {"added": "paragraph-added"}
"""Where the desk's word for an edit is not ours."""

PAGES = {
    "edits.txt": ("/edits.txt", "zh-Hans"),
    "edits-numbers.md": ("/edits.md?class=number&outlet=harbour,yunling", "en"),
    "changes-ferry.txt": ("/articles/harbour/7184002/changes/2.txt", "zh-Hans"),
    "changes-market.md": ("/articles/ferrypost/fish-market-vote/changes/2.md", "en"),
    "history-ferry.md": ("/articles/harbour/7184002/history.md", "zh-Hant"),
    "stories.txt": ("/stories.txt", "zh-Hans"),
    "story-talks.txt": (f"/stories/{story_id('harbour/7184001')}.txt", "zh-Hans"),
    "story-flood.md": (f"/stories/{story_id('harbour/7184004')}.md", "en"),
    "copies-flood.md": ("/articles/northshore/41871/copies.md", "en"),
}
"""Golden page -> its address and the reader's language."""


def keep_newsroom(here: Broadsheet) -> None:
    """Keep what the newsroom prints in its first round, and what it edits in the second."""
    kept: dict[str, Revision] = {}
    for number in (1, 2):
        press = go_to_press(NOW, number)
        for piece in press.pieces:
            if piece.edits and piece.key in kept:
                why = tuple(_CLASSES.get(one, one) for one in piece.edits)
                here.archive.keep_all([_draft(press, piece, why, kept[piece.key], minutes=10)])
            elif number == 1:
                (added,) = here.archive.keep_all([_draft(press, piece, ("first",), None, minutes=70)])
                kept[piece.key] = added.kept[0].revision
    here.rebuild()


def _draft(press: Press, piece: Piece, why: tuple[str, ...], previous: Revision | None, *, minutes: int) -> Draft:
    url = f"https://{piece.outlet}.example/{piece.id}"
    body = "\n".join(f"<p>{escape(without_links(block).text)}</p>" for block in piece.blocks)
    article = Article(
        outlet=piece.outlet,
        url=url,
        canonical_url=url,
        headline=piece.headline,
        body=body,
        byline=piece.byline or None,
        agency=Agency(piece.agency, piece.agency_line) if piece.agency else None,
        language=press.get_masthead(piece.outlet).language,
        published=piece.published,
        published_from="page",
        entry_id=piece.id,
        extractor="desk/1",
    )
    captured = NOW - timedelta(minutes=minutes)
    return Draft(piece.key, article, captured=captured, why=why, previous=previous)


def iter_golden(folder: Path) -> Iterator[tuple[str, str]]:
    """Every golden page's name with what the reader shows of an archive in ``folder``."""
    app.init(folder, name="Demo")
    config = (folder / app.CONFIG).read_text("utf-8")
    declared = f"[stories]\nnames = {as_toml(read_names())}\n"
    (folder / app.CONFIG).write_text(config.replace("[stories]\n", declared), "utf-8")
    with Broadsheet.open(folder, clock=lambda: NOW) as here:
        with here.writing():
            keep_newsroom(here)
        site = Site(here)
        for name, (target, language) in PAGES.items():
            path, _, query = target.partition("?")
            reply = site.answer(Ask(path, query, {"host": "localhost", "accept-language": language}))
            yield name, reply.body.decode()
        site.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        for name, text in iter_golden(Path(place) / "archive"):
            (GOLDEN / name).write_text(text, "utf-8")
