"""From the voters' votes to a decision on every run of the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lxml.html import HtmlElement

from broadsheet.extract._page import Page, Run, squeeze
from broadsheet.extract._projection import HEADINGS, find_box
from broadsheet.extract._voters import TAIL, ask_locator, ask_readability, ask_trafilatura, find_votes
from broadsheet.statements.agencies import find_agency

_CREDIT: Final = 120
"""The longest line that is looked at as a credit line, in letters."""

APPEAL: Final = re.compile(
    r"""(?ix) \b(?:follow|folge[nt]?|suivez|s[ií]gue(?:nos)?|siga) \b .{0,60} \b(?:twitter|facebook|instagram
    |telegram|whatsapp|youtube|tiktok|x\.com|linkedin)
    | \b(?:sign\ up|subscribe|abonnez-vous|abonnieren|suscr[íi]bete|inscreva-se
    |iscriviti) \b .{0,80} \b(?:newsletter|updates?|e-?mail|here|channel|podcast|inbox|report)
    | \bnewsletter\b .{0,60} \b(?:sign|subscri|anmeld|abonn|inscri|suscri)
    | \b(?:download|get|descarga|télécharge[rz]?)\b .{0,40} \bapp\b | \bcanal\ de\ (?:telegram|youtube|whatsapp)
    | \b(?:support|donate|spenden?|unterstütz\w*) \b .{0,50} \b(?:our\ work|journalism|us\ today|here|uns)\b
    | \b(?:all\ rights\ reserved|alle\ rechte\ vorbehalten|tous\ droits\ réservés
    |todos\ los\ derechos\ reservados)\b
    | ^(?:官方)?微信公众号|(?:关注|扫码|搜索|添加|加入).{0,12}公众号|公众号.{0,10}关注
    |扫描?二维码|版权所有|版權所有|未经.{0,8}(?:授权|许可).{0,6}(?:转载|使用)
    |不代表本.{0,6}(?:立场|观点)|點擊訂閱|点击订阅|加入.{0,6}(?:会员|會員)"""
)
"""Lines that ask the reader for something instead of telling him something."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Which runs stay, and who agreed: each voter's name with the share of the kept text it voted for."""

    kept: list[bool]
    agreed: dict[str, float]


def decide(page: Page, *, fast: bool, headline: str = "", given: str = "") -> Decision:
    """Let the voters vote on ``page.runs``.

    readability, the slowest, is not asked where ``fast`` is, or where the other two agree anyway. ``given`` is the
    article's text as the page's own metadata have it; where it is there its word counts twice.
    """
    rules, own = find_votes(page.runs, ask_trafilatura(page)), ask_locator(page)
    ballots = {"trafilatura": rules, "locator": own}
    is_settled = _agree(page.runs, rules, own)
    if not fast and not is_settled:
        ballots["readability"] = find_votes(page.runs, ask_readability(page))
    if len(given) > 200:
        ballots["metadata"] = find_votes(page.runs, squeeze(given))
    kept = _majority(page, ballots, third=ballots.get("readability", own if is_settled else rules))
    title = squeeze(headline)
    kept = [stays and not _is_beside(run, title) for stays, run in zip(kept, page.runs, strict=True)]
    _fill(page, kept, ballots, title)
    _drop_repeats(page.runs, kept)
    chars = sum(len(run.squeezed) for run, stays in zip(page.runs, kept, strict=True) if stays) or 1
    agreed = {
        name: sum(len(run.squeezed) for run, stays, vote in zip(page.runs, kept, ballot, strict=True) if stays and vote)
        / chars
        for name, ballot in ballots.items()
    }
    return Decision(kept, agreed)


def take(page: Page, taken: list[HtmlElement], *, headline: str = "") -> Decision:
    """Keep what stands in the elements a recipe names, but for menus, appeals and the headline."""
    title = squeeze(headline)
    within = set(taken)
    kept = []
    for run in page.runs:
        inside = not within.isdisjoint(run.path)
        noise = any(element in run.noises for element in run.path[_depth_of(run, within) + 1 :]) if inside else True
        kept.append(inside and not noise and not _is_beside(run, title))
    return Decision(kept, {"recipe": 1.0} if any(kept) else {})


def _depth_of(run: Run, within: set[HtmlElement]) -> int:
    return next(level for level, element in enumerate(run.path) if element in within)


def find_deck(page: Page, kept: list[bool], headline: str) -> str | None:
    """The deck among what stays: a short run between the headline and the rest that is named so or stands apart."""
    title = squeeze(headline)
    indexes = [n for n, stays in enumerate(kept) if stays]
    if not indexes:
        return None
    first = page.runs[indexes[0]]
    names = f"{first.holder.get('class') or ''} {first.holder.get('itemprop') or ''}"
    above = any(run.holder.tag == "h1" or run.squeezed == title for run in page.runs[: indexes[0]])
    apart = len(indexes) > 2 and find_box(page.runs, kept) not in first.path
    if above and first.length <= 600 and (DECK.search(names) or apart):
        return first.text
    return None


def _chars(runs: list[Run], votes: list[bool]) -> int:
    return sum(len(run.squeezed) for run, vote in zip(runs, votes, strict=True) if vote)


def _agree(runs: list[Run], one: list[bool], other: list[bool]) -> bool:
    """Whether two voters want the same text, but for short lines: a third would change next to nothing."""
    both = [a and b for a, b in zip(one, other, strict=True)]
    disputed = (run.length for run, a, b in zip(runs, one, other, strict=True) if a != b)
    return _chars(runs, both) > _TOO_LITTLE and max(disputed, default=0) < _SHORT_LINE


_SHORT_LINE = 40


def _majority(page: Page, ballots: dict[str, list[bool]], *, third: list[bool]) -> list[bool]:
    """Two voices keep a run, with three exceptions.

    Where trafilatura found most of what the others agree on, a run without its voice stays only if it is long and
    stands among its runs: comments and boilerplate please the other two. In scripts without spaces our own locator's
    voice is enough. Where the voices do not meet, one decides alone: trafilatura, then the locator, then readability.
    """
    runs = page.runs
    rules, own, scores = _trusted(runs, ballots["trafilatura"]), ballots["locator"], third
    given = ballots.get("metadata", [False] * len(runs))
    others = [one and two for one, two in zip(own, scores, strict=True)]
    shared = [one and two for one, two in zip(others, rules, strict=True)]
    found_most = _chars(runs, shared) >= 0.5 * _chars(runs, others)
    span = [n for n, vote in enumerate(rules) if vote]
    kept = []
    for n, run in enumerate(runs):
        if given[n] or (page.chinese and own[n]):
            stays = True
        elif rules[n]:
            stays = own[n] or (scores[n] and (run.length >= _SHORT_LINE or _is_structured(run)))
        else:
            stays = own[n] and scores[n]
            if stays and found_most:
                stays = run.length >= 120 and bool(span) and span[0] < n < span[-1]
        kept.append(stays)
    held = _chars(runs, kept)
    for ballot in (rules, own, scores):
        alone = _chars(runs, ballot)
        if held < 0.4 * alone and (ballot is rules or held < _TOO_LITTLE):
            return list(ballot)
    return kept


_TOO_LITTLE = 150


def _trusted(runs: list[Run], votes: list[bool]) -> list[bool]:
    """trafilatura's votes, unless it has taken the page as a whole, menus included, for want of an article."""
    chars = sum(len(run.text) for run, vote in zip(runs, votes, strict=True) if vote)
    links = sum(run.link_chars for run, vote in zip(runs, votes, strict=True) if vote)
    return (
        votes
        if links < 0.35 * chars
        else [vote and not run.noise and run.link_density < 0.5 for run, vote in zip(runs, votes, strict=True)]
    )


def _is_structured(run: Run) -> bool:
    return run.holder.tag in HEADINGS or any(element.tag in ("li", "td", "th", "pre") for element in run.path[-3:])


def _is_beside(run: Run, title: str) -> bool:
    """Whether a run that won the vote is the headline again, a link to read next, or an appeal."""
    if run.caption:
        return True
    length = run.length
    if length < 160 and run.link_density > 0.5:
        if run.holder.tag in ("td", "th"):
            row = run.holder.getparent()
            return length > 60 or row is None or len(row) < 2
        quoted = any(element.tag in ("td", "th", "blockquote") for element in run.path[-3:])
        return not quoted or run.link_density > 0.85
    if length < 240 and (TAIL.match(run.text) or APPEAL.search(run.text)):
        return True
    return bool(title) and run.squeezed == title


def _fill(page: Page, kept: list[bool], ballots: dict[str, list[bool]], title: str) -> None:
    """Keep what the vote left out between kept runs and reads like text, and a deck right before them."""
    indexes = [n for n, stays in enumerate(kept) if stays]
    if not indexes:
        return
    first, last = indexes[0], indexes[-1]
    for n in range(first + 1, last):
        if kept[n]:
            continue
        run = page.runs[n]
        if run.noise or run.caption or run.link_density > 0.3 or _is_beside(run, title):
            continue
        voices = sum(ballot[n] for ballot in ballots.values())
        if run.holder.tag in HEADINGS:
            kept[n] = kept[n + 1] or (n + 2 <= last and kept[n + 2] and voices > 0)
        elif ballots["trafilatura"][n] and run.length >= 40:
            kept[n] = True
        elif run.length >= 80:
            kept[n] = kept[n - 1] and _is_sibling(run, page.runs[n - 1])
    _fill_deck(page, kept, ballots, title, first)
    _fill_close(page, kept, last)
    _fill_credit(page, kept)


def _fill_credit(page: Page, kept: list[bool]) -> None:
    """Keep the line that says whose the text is, which stands right after it and is too short for any voter."""
    last = max(n for n, stays in enumerate(kept) if stays)
    for n in range(last + 1, min(last + 3, len(page.runs))):
        run = page.runs[n]
        if run.noise or run.caption or run.length > _CREDIT or not _is_sibling(run, page.runs[last]):
            return
        if not TAIL.match(run.text) and find_agency(run.text) is not None:
            kept[n] = True
            return


def _fill_close(page: Page, kept: list[bool], last: int) -> None:
    """Keep a closing sentence that is one link, as against a bare link to what to read next: its full stop is text."""
    if last + 1 >= len(page.runs):
        return
    run, before = page.runs[last + 1], page.runs[last]
    is_sentence = run.holder.tag == "p" and 0 < len(run.text) - run.link_chars < 3 and run.text[-1] in ".。!！"
    if (
        is_sentence
        and not run.noise
        and _is_sibling(run, before)
        and not (TAIL.match(run.text) or APPEAL.search(run.text))
    ):
        link = next(run.holder.iterdescendants("a"), None)
        kept[last + 1] = link is not None and (link.tail or "").strip() == run.text[-1]


DECK: Final = re.compile(
    r"""(?ix)(?:^|[\s_-])(?: chapo | standfirst | stand-first | deck | dek | lead | lede | intro | introduction
    | subtitle
    | sub-?head(?:line)? | summary | teaser-?text | bajada | entradilla | copete | vorspann | sapo | sous-?titre
    | excerpt
    | abstract | description | article-?desc | daodu | zhaiyao )(?:$|[\s_-])"""
)
"""Names of what stands between headline and text."""


def _fill_deck(page: Page, kept: list[bool], ballots: dict[str, list[bool]], title: str, first: int) -> None:
    """Keep the deck: sentences between the headline and the text."""
    above = [n for n in range(first) if page.runs[n].holder.tag == "h1" or (title and page.runs[n].squeezed == title)]
    passed = 0
    for n in range(first - 1, (above[-1] if above else -1), -1):
        run = page.runs[n]
        names = f"{run.holder.get('class') or ''} {run.holder.get('itemprop') or ''}"
        named = bool(above) and run.length >= 30 and DECK.search(names) is not None
        passed += not run.noise
        if passed > 8 and not above:
            break
        if run.caption or run.link_density > 0.3 or (run.noise and not named) or _is_beside(run, title):
            continue
        voted = run.length >= 60 and ballots["trafilatura"][n]
        voted = voted or (run.length >= 120 and ballots.get("readability", kept)[n])
        told = bool(above) and page.chinese and run.length >= 40 and _SENTENCE_END.search(run.text) is not None
        kept[n] = named or voted or told


_SENTENCE_END = re.compile(r"[。！？…”」]$")


def _drop_repeats(runs: list[Run], kept: list[bool]) -> None:
    """A long run that says again what one before it said is there once."""
    seen: set[str] = set()
    for n, run in enumerate(runs):
        if kept[n] and run.length > 80:
            kept[n] = run.squeezed not in seen
            seen.add(run.squeezed)


def _is_sibling(run: Run, other: Run) -> bool:
    return run.holder.tag == other.holder.tag and run.path[:-1] == other.path[:-1]
