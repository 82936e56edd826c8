"""Makes an edition of an archive: stories with their differences, edits of weight, then what each outlet published.

::

    days, outlets ─▶ what their rules let out (policy.rights) ─▶ stories, edits: only of texts that may be shown
                                                                  ─▶ articles: whole, their beginning, or headlines

An edition speaks of nothing published after its last day, of no article that was taken down, and of no clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from html import escape
from itertools import islice
from zoneinfo import ZoneInfo

from broadsheet.errors import BroadsheetError, NotFoundError, SettingsError
from broadsheet.model import Edit, EditQuery, Holding, HoldingQuery, Story, StoryQuery
from broadsheet.policy.rights import Rights, beginning_of
from broadsheet.render.edition import Edition, EditionArticle, EditionOutlet
from broadsheet.services import pages
from broadsheet.services.indexes.comparison import get_members
from broadsheet.services.pages import Sources
from broadsheet.services.pages._sources import Answers, day_bounds, line_of
from broadsheet.services.publish.site_view import Window
from broadsheet.settings import CAREFUL, StatementSettings
from broadsheet.views.page import ComparedPart, EditLine, StoryPage

WEIGHTY = ("headline", "number", "quote", "negation", "correction")
"""Classes of edits that change what readers were told."""
DAYS_OF_WEEK = 7
_STORIES = 12
_STORIES_ASKED = 100
_EDITS = 60
_ARTICLES = 600
"""Articles of a day, in all; the outlets share them evenly."""
_OUTLET_LEAST = 20
_ALONE = 3
"""Sentences of one report that no other has."""


@dataclass(frozen=True, slots=True)
class EditionRules:
    """Which edition: its days in ``zone``, its outlets in their order, the language it speaks."""

    zone: str
    language: str
    first: date
    last: date
    outlets: tuple[str, ...]

    @property
    def span(self) -> tuple[datetime, datetime]:
        """When it begins and ends, in UTC."""
        zone = ZoneInfo(self.zone)
        return day_bounds(self.first, zone)[0], day_bounds(self.last, zone)[1]


class Chosen(Window):
    """An index that knows only articles of which ``is_chosen`` says so, and their edits."""

    def __init__(self, index: Answers, is_chosen: Callable[[Holding], bool]) -> None:
        super().__init__(index, None)
        self._is_chosen = is_chosen

    def find_holding(self, article: str) -> Holding | None:
        """See ``ports.Index.find_holding``."""
        holding = super().find_holding(article)
        return holding if holding and self._is_chosen(holding) else None

    def iter_holdings(self, query: HoldingQuery) -> Iterator[Holding]:
        """See ``ports.Index.iter_holdings``."""
        found = super().iter_holdings(replace(query, limit=None))
        return islice(filter(self._is_chosen, found), query.limit)

    def iter_edits(self, query: EditQuery) -> Iterator[Edit]:
        """See ``ports.EditLog.iter_edits``."""
        found = super().iter_edits(replace(query, limit=None))
        return islice((edit for edit in found if self.find_holding(edit.article)), query.limit)


def choose_outlets(sources: Sources, asked: Sequence[str]) -> tuple[str, ...]:
    """The outlets of an edition: those asked for, else all whose rule lets anything out. SettingsError for others."""
    known = pages.outlet_ids(sources)
    rights = Rights.of(sources.settings.outlets)
    for outlet in asked:
        if outlet not in known:
            raise SettingsError(f"--outlet: no outlet {outlet!r} here; there are: {', '.join(known) or 'none yet'}")
        if not rights.of_outlet(outlet).is_listed:
            raise SettingsError(f'--outlet: nothing of {outlet} may be published; its rule says publish = "no"')
    return tuple(one for one in known if rights.of_outlet(one).is_listed and (not asked or one in asked))


def find_last_day(sources: Sources, outlets: Sequence[str], zone: ZoneInfo, now: datetime) -> date:
    """The newest day, up to that of ``now``, on which any of ``outlets`` published; NotFoundError without one."""
    index = Chosen(sources.index, lambda held: not held.is_taken_down)
    _, end = day_bounds(now.astimezone(zone).date(), zone)
    newest = [held for one in outlets for held in index.iter_holdings(HoldingQuery(outlet=one, before=end, limit=1))]
    if not newest:
        raise NotFoundError("there is no article to make an edition of; broadsheet run brings some")
    return max(held.published for held in newest).astimezone(zone).date()


def make_edition(sources: Sources, rules: EditionRules) -> Edition:
    """The edition that ``rules`` ask for; NotFoundError where its days have nothing to tell."""
    maker = _Maker(sources, rules)
    outlets = tuple(maker.iter_outlets())
    edits, has_more = maker.edits()
    edition = Edition(
        archive=sources.settings.name,
        language=rules.language,
        zone=rules.zone,
        first=rules.first,
        last=rules.last,
        stories=tuple(maker.iter_stories()),
        edits=edits,
        has_more_edits=has_more,
        outlets=outlets,
    )
    if not outlets and not edits:
        days = " to ".join(dict.fromkeys((str(rules.first), str(rules.last))))
        raise NotFoundError(
            f"nothing of {', '.join(rules.outlets) or 'any outlet'} may be told of {days} ({rules.zone}); "
            "no edition was made; another day: --day YYYY-MM-DD"
        )
    return edition


class _Maker:
    """The parts of one edition."""

    def __init__(self, sources: Sources, rules: EditionRules) -> None:
        self._rules = rules
        self._zone = ZoneInfo(rules.zone)
        self._begin, self._end = rules.span
        self._rights = Rights.of(sources.settings.outlets)
        settings = replace(sources.settings, statements=StatementSettings(show=CAREFUL))
        self._listed = replace(sources, settings=settings, index=Chosen(sources.index, self._is_listed))
        self._texts = replace(self._listed, index=Chosen(sources.index, self._has_text))

    def _is_listed(self, held: Holding) -> bool:
        is_ours = held.outlet in self._rules.outlets and not held.is_taken_down
        return is_ours and held.published < self._end and self._rights.of_article(held).is_listed

    def _has_text(self, held: Holding) -> bool:
        return self._is_listed(held) and self._rights.of_article(held).has_text

    # -- stories and edits -----------------------------------------------------------------------------------

    def iter_stories(self) -> Iterator[StoryPage]:
        """Stories of these days that several reports tell which may be shown, the most told first."""
        found: list[tuple[Story, list[Holding]]] = []
        query = StoryQuery(after=self._begin, before=self._end, limit=_STORIES_ASKED)
        for story in self._texts.stories.iter_told(query, self._rules.outlets):
            members = get_members(self._texts.index, story.articles)
            if self._is_told(story, members):
                found.append((story, members))
        found.sort(key=lambda one: (-len({held.outlet for held in one[1]}), -len(one[1])))
        for story, members in found[:_STORIES]:
            page = pages.story_page(self._texts, self._zone, story.id)
            names = dict.fromkeys(self._texts.get_outlet(held.outlet).name for held in members)
            told = replace(
                page.story,
                articles=len(members),
                outlets=tuple(names),
                first=members[0].published,
                last=members[-1].published,
            )
            only = tuple(replace(one, sentences=one.sentences[:_ALONE]) for one in page.only)
            paired = tuple(filter(_is_paired, page.quotations))
            yield replace(page, story=told, only=only, quotations=paired, copies=())

    def _is_told(self, story: Story, members: Sequence[Holding]) -> bool:
        """Whether what may be shown is still a story, by the rule of ``Stories.iter_told``, and of these days."""
        if len(members) < 2 or not any(held.published >= self._begin for held in members):
            return False
        is_whole = len(members) == len(story.articles)
        return is_whole or len(members) > 2 or len({held.outlet for held in members}) > 1

    def edits(self) -> tuple[tuple[EditLine, ...], bool]:
        """Edits of weight seen on these days, the last seen first, and whether there are more."""
        outlets = [outlet for outlet in self._rules.outlets if self._rights.of_outlet(outlet).has_text]
        if not outlets:
            return (), False
        found = pages.find_edits(
            self._texts, outlets=outlets, classes=WEIGHTY, after=self._begin, before=self._end, limit=_EDITS + 1
        )
        return found[:_EDITS], len(found) > _EDITS

    # -- articles --------------------------------------------------------------------------------------------

    def iter_outlets(self) -> Iterator[EditionOutlet]:
        """Every outlet with any article of these days."""
        days = (self._rules.last - self._rules.first).days + 1
        most = max(_OUTLET_LEAST, _ARTICLES * days // max(1, len(self._rules.outlets)))
        number = 0
        for outlet in self._rules.outlets:
            query = HoldingQuery(outlet=outlet, after=self._begin, before=self._end)
            holdings = list(self._listed.index.iter_holdings(query))
            if holdings:
                articles = tuple(self._article(held, number + at) for at, held in enumerate(holdings[:most], 1))
                number += len(articles)
                known = self._listed.get_outlet(outlet)
                yield EditionOutlet(known.name, known.language, articles, max(0, len(holdings) - most))

    def _article(self, held: Holding, number: int) -> EditionArticle:
        line = line_of(self._listed, held)
        language = line.language or self._listed.get_outlet(held.outlet).language
        line = replace(line, language=language)
        release = self._rights.of_article(held)
        bare = EditionArticle(number, line, language, "", "", is_whole=False)
        if not release.has_excerpt:
            return bare
        lines = list(self._listed.archive.iter_article(held.article, held.first_path))
        try:
            page = pages.compose_article(self._listed, self._zone, held, lines, pages.Around())
        except BroadsheetError:  # a damaged document: verify tells of it
            return bare
        if release.has_text:
            return replace(bare, body=page.body, text=page.text, is_whole=True)
        beginning = beginning_of(page.text)
        return replace(bare, body=f"<p>{escape(beginning)}</p>" if beginning else "", text=beginning)


def _is_paired(part: ComparedPart) -> bool:
    return part.kind != "single"


def days_of(last: date, *, is_week: bool) -> tuple[date, date]:
    """The first and the last day of an edition: one day, or the seven that end with it."""
    return (last - timedelta(days=DAYS_OF_WEEK - 1) if is_week else last), last
