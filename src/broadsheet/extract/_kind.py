"""What a page is when it is not an article: an error, a consent or challenge page, a listing, a paywall's preview."""

from __future__ import annotations

import re
from typing import Final, Literal
from urllib.parse import urlsplit

from broadsheet.extract._facts import Facts
from broadsheet.extract._page import Page

Kind = Literal["article", "paywall", "error", "consent", "listing", "challenge"]

_CHALLENGE: Final = re.compile(
    r"""(?ix) just\ a\ moment\.\.\. | attention\ required!\ \|\ cloudflare | checking\ (?:your
    |if\ the\ site) .{0,40}browser
    | verify(?:ing)?\ (?:that\ )?you\ are\ (?:a\ )?human | are\ you\ a\ robot | complete\ the\ security\ check
    | ddos\ protection\ by
    | access\ to\ this\ page\ has\ been\ denied | ^\s*access\ denied | pardon\ our\ interruption
    | unusual\ traffic\ from
    | 人机验证|人機驗證|安全验证|安全驗證|访问验证|請完成驗證|请完成验证|环境异常 .{0,20}完成验证|滑动验证"""
)
_CONSENT: Final = re.compile(
    r"""(?ix) before\ you\ continue\ to | we\ (?:value|care\ about)\ your\ privacy | your\ privacy\ (?:choices
    |matters|settings)
    | accept\ all\ cookies | manage\ (?:your\ )?cookie | we\ and\ our\ (?:\d+\ )?partners
    | mit\ werbung\ (?:und\ tracking\ )?weiterlesen
    | zustimmen\ und\ weiter | continuer\ sans\ accepter | aceptar\ (?:todas\ las\ )?cookies | 同意并继续
    |接受所有\s*cookie|接受所有Cookie|隐私偏好"""
)
_ERROR: Final = re.compile(
    r"""(?ix) ^\W*(?:error\W*)?(?:404|410|403|500|502|503)\b | \b(?:page|article|story|url
    |site)\b .{0,40}\b(?:not\ found|no\ longer\ (?:available|exists?)|(?:cannot|can't|could\ not)\ be\ found
    |does(?:n't|\ not)\ exist)
    | ^\W*not\ found | \b(?:internal\ server\ error|service\ unavailable|bad\ gateway)\b
    | seite\ (?:wurde\ )?nicht\ gefunden | page\ introuvable
    | p[áa]gina\ no\ (?:encontrada|existe) | 页面不存在|頁面不存在|找不到(?:该|您|你|网|網|此|頁|页)|页面(?:未找到
    |无法访问|已删除)|文章不存在|内容已被?(?:删除|发布者删除)|網頁不存在|网页不存在|该(?:文章|内容
    |信息)已(?:被)?(?:删除|下线)|此内容.{0,10}(?:无法查看|违规)"""
)
_GATE: Final = re.compile(
    r"""(?ix) (?:subscribe|sign\ in|log\ in|register|join)\ .{0,30}(?:to\ (?:continue|read|keep|unlock|access)
    |for\ (?:full|unlimited)\ access)
    | (?:this|the)\ (?:article|story|content)\ is\ (?:only\ )?(?:for|available\ to
    |reserved\ for)\ (?:our\ )?(?:subscribers|members)
    | to\ (?:continue|keep)\ reading | already\ a\ (?:subscriber|member)\? | you(?:'|’)?ve\ (?:reached
    |read)\ .{0,40}(?:free|limit)
    | unlock\ this\ (?:article|story) | exclusive\ to\ subscribers | nur\ für\ abonnenten | jetzt\ weiterlesen
    | artikel\ weiterlesen\ mit
    | réservé\ aux\ abonnés | contenu\ réservé | exclusivo\ para\ (?:suscriptores|assinantes)
    | riservato\ agli\ abbonati
    | 订阅(?:后|以)?(?:继续|阅读|解锁)|訂閱(?:後|以)?(?:繼續|閱讀|解鎖)|付费(?:阅读|内容|订阅|会员)|付費(?:閱讀
    |內容|訂閱|會員)|会员(?:专享|独享|限定)|會員(?:專享|獨享|限定)
    |登录后(?:继续)?阅读|登入後(?:繼續)?閱讀|剩余.{0,12}(?:付费|会员)|本文为付费|您.{0,10}免费(?:文章
    |阅读).{0,8}(?:用完|上限)"""
)

_SHORT = 700
_PREVIEW = 1800


def judge(page: Page, facts: Facts, headline: str, kept: list[bool]) -> tuple[Kind, str]:
    """What the page is, and in a few words why we think so."""
    width = sum(run.length for run, stays in zip(page.runs, kept, strict=True) if stays)
    if width < _SHORT:
        title = page.root.findtext(".//title") or ""
        text = "\n".join(run.text for run in page.runs if not run.noise)
        every = "\n".join(run.text for run in page.runs)
        for kind, pattern in (("challenge", _CHALLENGE), ("error", _ERROR), ("consent", _CONSENT)):
            for words in (
                title.strip(),
                headline,
                text if len(text) < 3000 else "",
                every if len(every) < 1500 else "",
            ):
                found = pattern.search(words)
                if found:
                    return kind, found[0].strip()[:80]  # type: ignore[return-value]
    gate = _find_gate(page, facts) if width < _PREVIEW else None
    if gate:
        return "paywall", gate
    listing = _find_listing(page, facts, width)
    return ("listing", listing) if listing else ("article", "")


def _find_gate(page: Page, facts: Facts) -> str | None:
    """What says that the text stops for readers who have not paid."""
    free = facts.article.get("isAccessibleForFree")
    if free is False or str(free).lower() == "false":
        return "isAccessibleForFree is false"
    tier = (facts.meta("article:content_tier") or "").lower()
    if tier in ("locked", "metered"):
        return f"content tier {tier}"
    for run in page.runs:
        found = _GATE.search(run.text) if run.length < 400 else None
        if found and (run.noise is False or _is_gate_name(run.path)):
            return found[0][:80]
    return None


def _is_gate_name(path: tuple[object, ...]) -> bool:
    names = " ".join(str(element.get("class") or "") for element in path[-5:])  # type: ignore[attr-defined]
    return re.search(r"(?i)paywall|regwall|piano|gate|meter|subscri", names) is not None


def _find_listing(page: Page, facts: Facts, width: int) -> str | None:
    """What says that the page lists articles and is none."""
    if facts.article or (facts.meta("og:type") or "").lower() == "article":
        return None
    links = sum(1 for run in page.runs if run.link_density > 0.7 and run.length >= 24)
    linked = sum(run.length for run in page.runs if run.link_density > 0.7)
    if width < _SHORT and links >= 15 and linked > 3 * width:
        return f"{links} links to other texts and {width} characters of its own"
    parts = urlsplit(page.url)
    if not parts.path.strip("/") and not parts.query and links >= 10 and linked > width:
        return "the address is a home page"
    return None
