"""The service that compares a story's reports as the archive holds them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from broadsheet.model import Agency, Holding, HoldingQuery
from broadsheet.services.archive import Archive, Draft
from broadsheet.services.indexes import comparison as comparing
from broadsheet.services.indexes.articles import apply_additions
from broadsheet.services.indexes.comparison import compare_event, compare_story, report_of, running_text, tell_story
from broadsheet.testing.index import MemoryIndex
from broadsheet.testing.store import MemoryStore
from tests.making import NOW, PUBLISHED, make_article, make_draft

FIRST = (
    "<p>双方代表周六在北岸市听潮楼举行会谈，会谈持续了四个小时。</p>\n"
    "<p>首席代表沈怀川说：“我们没有解决所有的问题，但我们把门重新打开了。”</p>"
)
SECOND = (
    "<p>会谈周六在北岸听潮楼恢复举行，历时近十二个小时。</p>\n"
    "<p>首席代表沈怀川表示，“问题没有全部解决，不过门总算又打开了”。</p>"
)


def hold(*drafts: Draft) -> tuple[Archive, list[Holding]]:
    archive, index = Archive(MemoryStore()), MemoryIndex()
    apply_additions(archive, index, archive.keep_all(drafts))
    return archive, sorted(index.iter_holdings(HoldingQuery()), key=lambda holding: holding.url)


def draft(number: int, body: str, **changes: object) -> Draft:
    return make_draft(replace(make_article(number, body=body), **changes))  # type: ignore[arg-type]


def test_a_story_is_compared_from_its_documents() -> None:
    archive, holdings = hold(draft(1, FIRST), draft(2, SECOND, published=PUBLISHED + timedelta(hours=1)))
    found = compare_event(archive, holdings)
    assert [(one.kind, one.subject) for one in found.figures] == [("differ", "duration")]
    assert [(one.kind, one.subject) for one in found.quotations] == [("pair", "首席代表沈怀川")]
    assert [one.kind for one in found.places] == ["agree"]
    assert compare_event(archive, list(reversed(holdings))) == found


def test_copies_speak_once() -> None:
    archive, holdings = hold(draft(1, FIRST), draft(2, FIRST))
    found = compare_event(archive, holdings, [frozenset(holding.article for holding in holdings)])
    assert {one.kind for one in found.quotations} == {"single"}


def test_what_is_gone_is_left_out() -> None:
    archive, holdings = hold(draft(1, FIRST), draft(2, SECOND), draft(3, SECOND))
    lost = replace(holdings[1], path=holdings[1].path + ".lost")
    stone = replace(holdings[2], is_taken_down=True)
    assert compare_event(archive, [holdings[0], lost, stone]) == compare_event(archive, holdings[:1])
    assert compare_event(archive, []) == compare_event(archive, [lost])


def test_a_large_story_is_bounded() -> None:
    drafts = [draft(number, FIRST, published=PUBLISHED + timedelta(minutes=number)) for number in range(70)]
    archive, holdings = hold(*drafts)
    found = compare_event(archive, holdings)
    articles = [claim.article for one in found.quotations for group in one.groups for claim in group]
    assert len(set(articles)) == comparing.MOST_COMPARED
    earliest = min(holdings, key=lambda holding: holding.published)
    newest = max(holdings, key=lambda holding: holding.published)
    assert {earliest.article, newest.article} <= set(articles)


def test_a_report_is_the_text_without_captions_and_a_mirrors_date() -> None:
    body = (
        "<div><i>Sat, 28 Feb 2026 08:30:00 GMT</i></div>"
        '<img src="https://harbour.example/a.jpg" width="100%"><div><small>两名代表握手。</small></div>'
        "<p>第一段写了会谈。</p><p>第二段写了票价。</p>"
    )
    agency = Agency("AFP", "法新社")
    archive, holdings = hold(draft(1, body, agency=agency))
    report = report_of(archive, holdings[0])
    assert report.text == "第一段写了会谈。\n第二段写了票价。"
    assert (report.outlet, report.agency, report.published) == ("harbour", "AFP", PUBLISHED)
    assert report.published < NOW


def test_captions_of_our_own_bodies_are_left_out() -> None:
    body = (
        "<p>第一段。</p>\n"
        '<figure><img src="https://harbour.example/a.jpg"><figcaption>码头。</figcaption></figure>\n<p>第二段。</p>'
    )
    assert running_text(body) == "第一段。\n第二段。"


def test_reports_in_another_script_are_laid_beside_the_event_of_the_same_hours() -> None:
    third = "<p>The talks lasted nearly 12 hours, officials in the room said on Wednesday.</p>"
    later = PUBLISHED + timedelta(days=9)
    archive, holdings = hold(
        draft(1, FIRST),
        draft(2, SECOND, published=PUBLISHED + timedelta(hours=1)),
        draft(3, third, published=PUBLISHED + timedelta(hours=2), headline="Ferry talks end after nearly 12 hours"),
        draft(4, third, published=later, headline="Nine days on, the ferry talks are remembered"),
    )
    ordered = sorted(holdings, key=lambda holding: holding.published)
    [duration] = compare_story(archive, [ordered[:2], ordered[2:3], ordered[3:]], careful=False).figures
    claimed = [{claim.article for claim in group} for group in duration.groups]
    assert duration.kind == "differ"
    assert claimed == [{ordered[1].article, ordered[2].article}, {ordered[0].article}]


def test_events_are_compared_each_by_itself_and_together_where_none_has_two_reports() -> None:
    archive, holdings = hold(draft(1, FIRST), draft(2, SECOND, published=PUBLISHED + timedelta(hours=1)))
    apart = compare_story(archive, [holdings[:1], holdings[1:]])
    assert apart == compare_event(archive, holdings)
    both = compare_story(archive, [holdings, holdings[:1]])
    assert both.figures == apart.figures


def test_a_story_is_told_by_a_report_that_can_be_read() -> None:
    archive, holdings = hold(draft(1, FIRST), draft(2, SECOND, published=PUBLISHED + timedelta(hours=1)))
    told = tell_story(archive, holdings)
    assert told is not None and told.headline in {holding.headline for holding in holdings}
    assert tell_story(archive, [replace(holdings[0], path="articles/harbour/2026/02/28-none.md")]) is None
