"""Pages as HTML for people. Templates are handed in; this room reads no file.

What a page holds is escaped by the templates, except ``body``, which ``render.body`` has made safe.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from hashlib import sha256

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from broadsheet.render._list_lines import line_html, lines_html
from broadsheet.render._moments import clock, day, iso, kept_moment, moment, span_words, zone_of
from broadsheet.render._story_rows import subject_of
from broadsheet.render.alerts import over_words, run_of, trouble_words, why_words
from broadsheet.render.differences import feed_html, fold, label_of, of_side, pieces_html
from broadsheet.render.edition import Edition, EditionPictures
from broadsheet.render.timeline import timeline_labels, timeline_svg
from broadsheet.render.words import LANGUAGES, NAMES, day_words, language_tag, period_words, say, say_class
from broadsheet.views.page import (
    AboutPage,
    ArticlePage,
    ChangedBlock,
    ChangesPage,
    CopiesPage,
    ErrorPage,
    HistoryPage,
    OutletPage,
    Page,
    Piece,
    SearchPage,
    StoriesPage,
    StoryPage,
    twin_path,
)

TWINS = ("json", "atom", "md", "txt")
STATIC_POLICY = (
    "default-src 'none'; style-src 'self' file:; script-src 'self' file:; img-src 'self' file:; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self' file:; base-uri 'none'"
)
"""Content-Security-Policy of a page that is a file: nothing inline, nothing but from where it came itself."""


@dataclass(frozen=True)
class Look:
    """How a page is shown: in which interface language, with which files beside it, on behalf of which zone.

    ``assets`` maps ``css``, ``js`` and ``icon`` to their addresses; ``has_own_zone`` says that the reader chose one.
    ``is_static``: the page is a file, behind which nobody answers; ``root`` then is the way from it to the
    site's root. ``twins`` are its other forms.
    """

    language: str = "en"
    assets: Mapping[str, str] = field(default_factory=dict)
    has_own_zone: bool = False
    is_static: bool = False
    root: str = ""
    twins: tuple[str, ...] = TWINS


class HtmlRenderer:
    """Writes any page as HTML with ``templates``: name -> text, one per kind of page and ``base.html``."""

    def __init__(self, templates: Mapping[str, str]) -> None:
        environment = Environment(
            loader=DictLoader(dict(templates)),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters |= {
            "date": lambda instant, zone: day(instant, zone_of(zone)),
            "clock": lambda instant, zone: clock(instant, zone_of(zone)),
            "moment": _moment,
            "kept_moment": _kept_moment,
            "run_words": lambda page, language, zone: run_of(page, language, zone_of(zone)),
            "trouble_words": lambda line, language, zone: trouble_words(line, language, zone_of(zone)),
            "over_words": lambda line, language, zone: over_words(line, language, zone_of(zone)),
            "why_words": why_words,
            "span_start": _span_start,
            "span_end": _span_end,
            "iso": iso,
            "tag": language_tag,
            "number": lambda number: f"{number:,}",
            "twin": twin_path,
        }
        environment.globals |= {
            "timeline": lambda months, label: Markup(timeline_svg(months, label)),
            "timeline_labels": timeline_labels,
            "class_words": say_class,
            "day_words": day_words,
            "fold": fold,
            "label_of": label_of,
            "line_html": line_html,
            "lines_html": lines_html,
            "pieces": _pieces,
            "side": _side,
            "subject_in": subject_of,
            "period_words": period_words,
            "languages": [(language, NAMES[language]) for language in LANGUAGES],
            "static_policy": STATIC_POLICY,
        }
        self._templates = {name: environment.get_template(name) for name in templates}

    def render(self, page: Page, look: Look) -> str:
        """``page`` as a whole document."""
        template = self._templates[f"{_TEMPLATES.get(page.kind, page.kind)}.html"]
        return template.render(
            page=page, look=look, t=partial(say, look.language), title=title_of(page, look.language), zone=page.zone
        )

    def render_edition(self, edition: Edition, pictures: EditionPictures) -> str:
        """``edition`` as one document that asks nobody for anything: its style within, its pictures as told."""
        style = self._templates["edition_style.html"].render().strip()
        return self._templates["edition.html"].render(
            edition=edition,
            pictures=pictures,
            place=lambda body: Markup(pictures.place(body, edition.language)),
            feed=lambda edit: Markup(feed_html((ChangedBlock("changed", "text", edit.excerpt),), edition.language)),
            anchors={article.line.article: f"a{article.number}" for article in edition.articles},
            style=Markup(f"<style>{style}</style>"),
            policy=edition_policy(style),
            t=partial(say, edition.language),
            zone=edition.zone,
        )

    def render_sign_in(self, look: Look, action: str, back: str, *, is_wrong: bool) -> str:
        """The form that asks for the token, sent to ``action``; it says nothing of what lies behind it."""
        template = self._templates["sign_in.html"]
        return template.render(look=look, t=partial(say, look.language), action=action, back=back, is_wrong=is_wrong)


_TEMPLATES = {"revision": "article"}


def edition_policy(style: str) -> str:
    """Content-Security-Policy of an edition: this very style, pictures that come with it, nothing else."""
    digest = b64encode(sha256(style.encode()).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data: cid:; base-uri 'none'; form-action 'none'"


def title_of(page: Page, language: str) -> str:
    """What a page is called, without the archive's name."""
    if isinstance(page, ArticlePage):
        return page.headline or say(language, "no_headline")
    if isinstance(page, HistoryPage | ChangesPage):
        headline = page.line.headline if isinstance(page, HistoryPage) else page.new.headline
        key = "history_of" if isinstance(page, HistoryPage) else "changes"
        return f"{headline or say(language, 'no_headline')} · {say(language, key)}"
    if isinstance(page, OutletPage):
        return " · ".join(filter(None, (page.outlet.name, period_words(page.period, language))))
    if isinstance(page, SearchPage | StoriesPage):
        return " · ".join(filter(None, (page.query, say(language, page.kind))))
    if isinstance(page, StoryPage | CopiesPage):
        headline = page.story.headline if isinstance(page, StoryPage) else page.line.headline
        return f"{headline or say(language, 'no_headline')} · {say(language, page.kind)}"
    if isinstance(page, ErrorPage):
        return say(language, "not_found" if page.status == 404 else "wrong")
    if isinstance(page, AboutPage):
        return say(language, "about")
    return say(language, page.kind)


def _kept_moment(instant: datetime, zone: str) -> str:
    return kept_moment(instant, zone_of(zone))


def _moment(instant: datetime, zone: str) -> str:
    return moment(instant, zone_of(zone))


def _span_start(after: datetime, seen: datetime, zone: str) -> str:
    """The first of two moments: without its offset from UTC where the second has the same."""
    return span_words(after, seen, zone_of(zone))[0]


def _span_end(after: datetime, seen: datetime, zone: str) -> str:
    """The second of two moments: without its date where the first has the same."""
    return span_words(after, seen, zone_of(zone))[1]


def _pieces(pieces: Sequence[Piece], language: str, *, is_whole: bool = False) -> Markup:
    return Markup(pieces_html(pieces, language, is_whole=is_whole))


def _side(block: ChangedBlock, side: str, language: str) -> Markup:
    return Markup(pieces_html(of_side(block, side), language, is_whole=block.kind in ("added", "removed")))
