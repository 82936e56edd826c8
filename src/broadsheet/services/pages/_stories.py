"""Pages about stories: the list of them, one story with who says what, the copies of one text side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from broadsheet.addresses.picture_proxies import unwrap
from broadsheet.errors import FormatError, NotFoundError, QueryError
from broadsheet.html import iter_pictures
from broadsheet.model import Claim, Compared, Family, Holding, Report, SentenceFate, Story, StoryQuery
from broadsheet.services.archive import known_pictures
from broadsheet.services.indexes.comparison import (
    MOST_COMPARED,
    compare_story,
    get_members,
    iter_reports,
    join_scripts,
    tell_story,
)
from broadsheet.services.pages._sources import Sources, article_path, line_of
from broadsheet.stories.grouping import align_copies, choose_base
from broadsheet.text.differences import find_differences
from broadsheet.text.folding import fold
from broadsheet.views._parts import Count, Line, Place, Words
from broadsheet.views._story_pages import CopiesPage, StoriesPage, StoryPage
from broadsheet.views._story_parts import (
    ClaimGroup,
    ClaimLine,
    ComparedPart,
    CopyLine,
    EventPart,
    FatePart,
    OnlyPart,
    PicturePart,
    SentenceRow,
    StoryLine,
)

LISTED = 30
"""Stories in one part of the list."""
_OF_DAY = 5
_LEDE_MOST = 180
_PICTURES_MOST = 8
_PICTURES_FROM = 16
_RELATED_MOST = 6
_DAYS_MOST = 60


@dataclass(frozen=True, slots=True)
class Related:
    """What an article's page says of its story: a link, other reports of it, and its copies where it has any."""

    story: Place | None = None
    lines: tuple[Line, ...] = ()
    copies: Place | None = None


NOTHING_RELATED = Related()


# -- the list ------------------------------------------------------------------------------------------------


def stories_page(sources: Sources, zone: ZoneInfo, text: str = "", *, page: int = 1) -> StoriesPage:
    """Stories that are told (see ``Stories.iter_told``), or those of two reports that hits of ``text`` belong to.

    Where an archive has no others, those of two reports of one outlet are listed, too. ``page`` counts
    parts of the list from 1; NotFoundError if there is no such part.
    """
    problem, articles = None, None
    if text.strip():
        try:
            articles = sources.find_answering(text)
        except QueryError as error:
            problem, articles = str(error).partition(":\n")[0], frozenset[str]()
    query = StoryQuery(articles=articles, least_articles=2, limit=LISTED * page + 1)
    is_choosy = not text.strip() and any(sources.stories.iter_told(StoryQuery(limit=1)))
    stories = sources.stories.iter_told(query) if is_choosy else sources.stories.iter_stories(query)
    found = list(stories)[LISTED * (page - 1) :] if page > 0 else []
    if page != 1 and not found:
        raise NotFoundError(f"the list of stories has no part {page}")
    return StoriesPage(
        path=_stories_path(text, page),
        archive=sources.settings.name,
        modified=sources.modified,
        zone=zone.key,
        query=text,
        problem=problem,
        lines=tuple(story_line(sources, story) for story in found[:LISTED]),
        more=Place("more", _stories_path(text, page + 1)) if len(found) > LISTED else None,
    )


def _stories_path(text: str, page: int) -> str:
    asked = ({"q": text} if text else {}) | ({"page": str(page)} if page > 1 else {})
    return f"stories?{urlencode(asked)}" if asked else "stories"


def story_path(story: str) -> str:
    """The path of a story's page."""
    return f"stories/{story}"


def story_line(sources: Sources, story: Story) -> StoryLine:
    """A story for a list: told by the best of its first few reports."""
    holdings = get_members(sources.index, story.articles)
    return _story_line(sources, story, holdings, list(_families(sources, holdings)))


def _story_line(
    sources: Sources, story: Story, holdings: Sequence[Holding], families: Sequence[frozenset[str]]
) -> StoryLine:
    told = tell_story(sources.archive, holdings, families)
    return StoryLine(
        id=story.id,
        path=story_path(story.id),
        headline=told.headline if told else holdings[0].headline if holdings else "",
        language=told.language if told else None,
        lede=_lede(told) if told else "",
        articles=len(story.articles),
        outlets=tuple(sources.get_outlet(outlet).name for outlet in story.outlets),
        agencies=tuple(dict.fromkeys(held.agency for held in holdings if held.agency)),
        first=story.first,
        last=story.last,
    )


def _lede(report: Report) -> str:
    block = next((block for block in report.text.split("\n") if len(block) >= 20), report.text.partition("\n")[0])
    return block if len(block) <= _LEDE_MOST else f"{block[:_LEDE_MOST].rstrip()}…"


def stories_of_day(sources: Sources, begin: datetime, end: datetime) -> tuple[StoryLine, ...]:
    """Stories that several reports tell, with one between ``begin`` and ``end``."""
    query = StoryQuery(after=begin, before=end, limit=_OF_DAY)
    told = sources.stories.iter_told(query)
    return tuple(story_line(sources, story) for story in told)


# -- one story -----------------------------------------------------------------------------------------------


def story_page(sources: Sources, zone: ZoneInfo, asked: str) -> StoryPage:
    """The story whose id is ``asked``, or the one its first article is in now; NotFoundError if there is none."""
    story = sources.stories.find_story(asked)
    holdings = get_members(sources.index, story.articles) if story else []
    if story is None or not holdings:
        raise NotFoundError(f"there is no story {asked} here")
    families = list(_families(sources, holdings))
    by_id = {held.article: held for held in holdings}
    events = [[by_id[article] for article in event if article in by_id] for event in story.events]
    settings = sources.settings
    events = join_scripts([event for event in events if event])
    comparison = compare_story(
        sources.archive, events, families, careful=settings.statements.is_careful, names=settings.stories.pairs
    )
    claims = _Claims(sources, by_id)
    told = (*comparison.figures, *comparison.dates, *comparison.places)
    return StoryPage(
        path=story_path(story.id),
        archive=sources.settings.name,
        modified=max(held.captured for held in holdings),
        zone=zone.key,
        story=_story_line(sources, story, holdings, families),
        moved_from=asked if asked != story.id else None,
        outlets=_count_outlets(sources, holdings),
        days=_count_days(holdings, zone),
        pictures=tuple(_iter_pictures(sources, holdings)),
        differing=claims.parts(told, "differ"),
        updates=claims.parts(told, "update"),
        quotations=claims.parts(comparison.quotations, "pair", "agree", "single"),
        agreeing=claims.parts(told, "agree"),
        only=tuple(OnlyPart(claims.line(article), sentences) for article, sentences in comparison.only),
        events=tuple(_event_part(sources, event) for event in events),
        copies=tuple(Place(claims.line(min(family)).headline, copies_path(min(family))) for family in families),
        left_out=sum(max(0, len(event) - MOST_COMPARED) for event in events),
    )


@dataclass(frozen=True)
class _Claims:
    """Turns what articles claim into parts of a page."""

    sources: Sources
    holdings: dict[str, Holding]

    def line(self, article: str) -> Line:
        return line_of(self.sources, self.holdings[article])

    def parts(self, compared: Sequence[Compared], *kinds: str) -> tuple[ComparedPart, ...]:
        chosen = [one for kind in kinds for one in compared if one.kind == kind]
        return tuple(
            ComparedPart(
                one.kind,
                one.subject,
                one.key,
                tuple(ClaimGroup(group[0].words, tuple(map(self._claim, group))) for group in one.groups if group),
                one.is_uncertain,
            )
            for one in chosen
        )

    def _claim(self, claim: Claim) -> ClaimLine:
        held = self.holdings[claim.article]
        return ClaimLine(
            article=claim.article,
            path=article_path(claim.article),
            outlet_name=self.sources.get_outlet(held.outlet).name,
            agency=held.agency,
            language=held.language,
            published=held.published,
            words=claim.words,
            speaker=claim.speaker,
            verb=claim.verb,
            source=claim.source,
            sentence=_marked(claim.sentence, claim.words),
        )


def _marked(sentence: str, words: str) -> tuple[Words, ...]:
    at = sentence.find(words) if words and words != sentence else -1
    if at < 0:
        return (Words(sentence, False),)
    pieces = (Words(sentence[:at], False), Words(words, True), Words(sentence[at + len(words) :], False))
    return tuple(piece for piece in pieces if piece.text)


def _families(sources: Sources, holdings: Sequence[Holding]) -> Iterator[frozenset[str]]:
    """The families of copies among ``holdings``, without members of other stories."""
    articles = {held.article for held in holdings}
    for family in sources.stories.iter_families(articles):
        members = articles.intersection(family.articles)
        if len(members) > 1:
            yield frozenset(members)


def _find_family(sources: Sources, article: str) -> Family | None:
    return next(iter(sources.stories.iter_families([article])), None)


def _count_outlets(sources: Sources, holdings: Sequence[Holding]) -> tuple[Count, ...]:
    counted = Counter(held.outlet for held in holdings).most_common()
    return tuple(
        Count(outlet, count, f"outlets/{outlet}", sources.get_outlet(outlet).name) for outlet, count in counted
    )


def _count_days(holdings: Sequence[Holding], zone: ZoneInfo) -> tuple[Count, ...]:
    """Reports per day from the first to the last day, the last ones of a long story."""
    counted = Counter(held.published.astimezone(zone).date() for held in holdings)
    first, last = min(counted), max(counted)
    first = max(first, last - timedelta(days=_DAYS_MOST - 1))
    days = [date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1)]
    return tuple(Count(f"{day}", counted[day], f"days/{day}") for day in days)


def _iter_pictures(sources: Sources, holdings: Sequence[Holding]) -> Iterator[PicturePart]:
    """The kept lead pictures of the first reports, each once."""
    shown = set[str]()
    for held in holdings[:_PICTURES_FROM]:
        try:
            body = sources.archive.get_document(held.path).body
        except (NotFoundError, FormatError):
            continue
        picture = next(iter_pictures(body), None)
        if picture is None:
            continue
        kept = known_pictures(list(sources.archive.iter_article(held.article, held.first_path)))
        digest = next((kept[origin] for origin in (picture.url, *unwrap(picture.url)) if kept.get(origin)), None)
        if digest and digest not in shown and len(shown) < _PICTURES_MOST:
            shown.add(digest)
            words = picture.caption or picture.alt or held.headline
            yield PicturePart(f"pictures/{digest}", words, line_of(sources, held))


def _event_part(sources: Sources, event: Sequence[Holding]) -> EventPart:
    return EventPart(event[0].headline, event[0].language, tuple(line_of(sources, held) for held in event))


# -- copies of one text --------------------------------------------------------------------------------------


def copies_path(article: str) -> str:
    """The path of the page that shows the copies of ``article``."""
    return f"{article_path(article)}/copies"


def copies_page(sources: Sources, zone: ZoneInfo, article: str) -> CopiesPage:
    """The family of ``article``, sentence by sentence; NotFoundError if it has no copies here."""
    family = _find_family(sources, article)
    holdings = get_members(sources.index, family.articles) if family else []
    reports = list(iter_reports(sources.archive, holdings[:MOST_COMPARED]))
    if len(reports) < 2:
        raise NotFoundError(f"there are no copies of {article} here")
    lines = {held.article: line_of(sources, held) for held in holdings}
    fates = align_copies(reports)
    base = choose_base(reports)
    return CopiesPage(
        path=copies_path(article),
        archive=sources.settings.name,
        modified=max(held.captured for held in holdings),
        zone=zone.key,
        line=lines.get(article) or lines[reports[base].article],
        copies=tuple(
            _copy_line(lines[report.article], [(fate.words, fate.copies[at]) for fate in fates], is_base=at == base)
            for at, report in enumerate(reports)
        ),
        rows=tuple(_row(fate, base) for fate in fates),
        story=_story_place(sources, reports[base].article),
    )


def _copy_line(line: Line, fates: Sequence[tuple[str | None, str | None]], *, is_base: bool) -> CopyLine:
    counted = Counter(_fate(words, here) for words, here in fates)
    return CopyLine(line, is_base, counted["kept"], counted["changed"], counted["cut"], counted["added"])


def _fate(words: str | None, here: str | None) -> str:
    if words is None:
        return "added" if here is not None else ""
    if here is None:
        return "cut"
    return "kept" if here == words or fold(here) == fold(words) else "changed"


def _row(fate: SentenceFate, base: int) -> SentenceRow:
    others = (here for at, here in enumerate(fate.copies) if at != base)
    return SentenceRow(fate.words, tuple(_fate_part(fate.words, here) for here in others))


def _fate_part(words: str | None, here: str | None) -> FatePart:
    kind = _fate(words, here)
    if here is None or words is None or kind == "kept":
        return FatePart(kind, (Words(here, kind == "added"),) if here is not None else ())
    pieces = [
        Words(stretch.text, stretch.kind == "new")
        for change in find_differences([words], [here])
        for stretch in change.stretches
        if stretch.kind != "old"
    ]
    return FatePart(kind, tuple(pieces) if "".join(piece.text for piece in pieces) == here else (Words(here, True),))


# -- on an article's page ------------------------------------------------------------------------------------


def related_to(sources: Sources, holding: Holding) -> Related:
    """The story of an article that others report too, the first few of their reports, and its copies."""
    story = sources.stories.find_story_of(holding.article)
    family = _find_family(sources, holding.article)
    copies = Place(holding.headline, copies_path(holding.article)) if family and len(family.articles) > 1 else None
    if story is None or len(story.articles) < 2:
        return Related(copies=copies)
    others = [held for held in get_members(sources.index, story.articles) if held.article != holding.article]
    others.sort(key=lambda held: (held.outlet == holding.outlet, abs(held.published - holding.published), held.article))
    lines = sorted(
        (line_of(sources, held) for held in others[:_RELATED_MOST]), key=lambda line: (line.published, line.article)
    )
    return Related(Place(story.id, story_path(story.id)), tuple(lines), copies)


def _story_place(sources: Sources, article: str) -> Place | None:
    story = sources.stories.find_story_of(article)
    return Place(story.id, story_path(story.id)) if story and len(story.articles) > 1 else None
