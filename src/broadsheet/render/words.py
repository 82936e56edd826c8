"""The words of the reader's interface in three languages, and how each of them writes a day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from broadsheet.render._alert_words import ALERT_TABLE
from broadsheet.render._edition_words import EDITION_TABLE
from broadsheet.render._story_words import STORY_TABLE

LANGUAGES: Final = ("zh-Hans", "zh-Hant", "en")
NAMES: Final = {"zh-Hans": "简体中文", "zh-Hant": "繁體中文", "en": "English"}

_TABLE: Final = """
skip            | 跳到正文 | 跳到正文 | Skip to the text
front           | 头版 | 頭版 | Front page
today           | 今天 | 今天 | Today
outlets         | 媒体 | 媒體 | Outlets
search          | 搜索 | 搜尋 | Search
search_hint     | 克里 气候 | 克里 氣候 | words, "phrases", -not, outlet:voa
health          | 状况 | 狀況 | Health
about           | 关于 | 關於 | About
menu            | 导航 | 導覽 | Navigation
by_time         | 按时间 | 依時間 | By time
by_outlet       | 按媒体 | 依媒體 | By outlet
earlier_day     | 前一日 | 前一日 | The day before
articles        | {n} 篇文章 | {n} 篇文章 | {n} articles
revisions       | {n} 个版本 | {n} 個版本 | {n} revisions
nothing_day     | 这一天没有文章。 | 這一天沒有文章。 | No article on this day.
nothing         | 这里还没有文章。 | 這裡還沒有文章。 | No article here yet.
outlet          | 媒体 | 媒體 | outlet
agency          | 通讯社 | 通訊社 | agency
language        | 语言 | 語言 | language
month           | 月份 | 月份 | month
first           | 最早 | 最早 | first
last            | 最新 | 最新 | latest
count           | 篇数 | 篇數 | articles
home            | 媒体主页 | 媒體首頁 | Home page
newest          | 最新 | 最新 | Newest
years           | 年份 | 年份 | Years
months          | 月份 | 月份 | Months
days            | 日期 | 日期 | Days
all             | 全部 | 全部 | All
earlier         | 更早 | 更早 | Earlier
later           | 更晚 | 更晚 | Later
part            | 第 {n} 页，共 {of} 页 | 第 {n} 頁，共 {of} 頁 | Part {n} of {of}
no_headline     | （无标题） | （無標題） | (no headline)
taken_down      | 已撤下 | 已撤下 | taken down
undated         | 日期不详，收录于 | 日期不詳，收錄於 | date unknown, seen
published       | 发表 | 發表 | Published
updated         | 媒体更新 | 媒體更新 | Updated
listed          | 镜像列出 | 鏡像列出 | listed by a mirror
captured        | 收录 | 收錄 | Kept
your_time       | 你的时间 | 你的時間 | your time
outlet_time     | 媒体当地时间 | 媒體當地時間 | at the outlet
source          | 原文 | 原文 | Original
section         | 栏目 | 欄目 | Section
rests_on        | 据{agency} | 據{agency} | rests on {agency}
fixity          | 存证 | 存證 | Fixity
digest          | 文件摘要（SHA-256） | 檔案摘要（SHA-256） | SHA-256 of the document
document        | 存档文件 | 存檔文件 | kept document
extractor       | 提取 | 擷取 | read by
feed            | 来自订阅源 | 來自訂閱源 | from the feed
imported        | 导入自 | 匯入自 | imported from
date_from       | 日期来源 | 日期來源 | date taken from
from_feed       | 订阅源 | 訂閱源 | the feed
from_page       | 网页 | 網頁 | the page
from_url        | 网址 | 網址 | the address
from_document   | 存档文件 | 存檔文件 | the document
from_capture    | 收录时间 | 收錄時間 | the capture
withheld        | 这里不刊出全文，请到媒体网站上读。 | 這裡不刊出全文，請到媒體網站上讀。 | The whole text is not published here; the outlet has it.
missing         | 有 {n} 张图片没有存下，原处是链接。 | 有 {n} 張圖片沒有存下，原處是連結。 | {n} pictures are not kept; links stand in their places.
history         | 版本 | 版本 | Revisions
revision        | 第 {n} 版 | 第 {n} 版 | Revision {n}
this_one        | 本页 | 本頁 | shown here
old_revision    | 这是旧版本，看最新版本 | 這是舊版本，看最新版本 | An earlier revision. See the newest
was_taken_down  | 这篇文章已撤下。 | 這篇文章已撤下。 | This article was taken down.
other_forms     | 其他格式 | 其他格式 | Also as
hits            | {n} 条结果 | {n} 條結果 | {n} hits
no_hits         | 没有找到。换个词，或少用几个词。 | 沒有找到。換個詞，或少用幾個詞。 | Nothing found. Try other words, or fewer.
order_best      | 按相关度 | 依相關度 | best first
order_newest    | 最新在前 | 最新在前 | newest first
narrow          | 缩小范围 | 縮小範圍 | Narrow
timeline        | 每月结果数 | 每月結果數 | Hits per month
per_month       | 每月篇数 | 每月篇數 | Articles per month
table           | 列表 | 列表 | As a list
more            | 下一页 | 下一頁 | More
subscribe       | 订阅 | 訂閱 | Subscribe
query_wrong     | 看不懂这个查询 | 看不懂這個查詢 | This query cannot be understood
how_to_search   | 怎么搜索 | 怎麼搜尋 | How to search
help_words      | 所有词都要出现 | 所有詞都要出現 | every word must occur
help_phrase     | 连着出现 | 連著出現 | these words in a row
help_not        | 不要出现 | 不要出現 | must not occur
help_or         | 其中之一 | 其中之一 | one or the other
help_outlet     | 某家媒体 | 某家媒體 | one outlet
help_date       | 某段时间 | 某段時間 | a span of time
help_title      | 标题中 | 標題中 | in the headline
help_has        | 有图片、改过的 | 有圖片、改過的 | with a picture, edited
level_ok        | 正常 | 正常 | ok
level_late      | 迟到 | 遲到 | late
level_failing   | 失败 | 失敗 | failing
level_dormant   | 休眠 | 休眠 | dormant
level_silent    | 沉默 | 沉默 | silent
no_feeds        | 还没有订阅源。 | 還沒有訂閱源。 | No feed is followed yet.
last_captured   | 最近收录 | 最近收錄 | Last article kept
next_due        | 下次查询 | 下次查詢 | Next poll
about_text      | 这是一份新闻存档。每一版文字都是一个纯文本文件，写下后不再改动；账本记录何时收录，并能证明文件一字未改。 | 這是一份新聞存檔。每一版文字都是一個純文字檔，寫下後不再改動；帳本記錄何時收錄，並能證明檔案一字未改。 | This is an archive of news. Every revision is one plain text file, written once and never changed; a ledger says when it was kept and proves its bytes.
about_prove     | 证明的方法：运行 broadsheet verify，或自己比对文件与账本里的 SHA-256。 | 證明的方法：執行 broadsheet verify，或自己比對檔案與帳本裡的 SHA-256。 | To prove it, run broadsheet verify, or compare a document with its SHA-256 yourself.
about_twins     | 每一页都有 .json、.atom、.md、.txt 四种形式；JSON 的说明在 | 每一頁都有 .json、.atom、.md、.txt 四種形式；JSON 的說明在 | Every page also comes as .json, .atom, .md and .txt; the JSON is described in
about_keys      | 键盘：j、k 上下移动，Enter 打开，/ 搜索。 | 鍵盤：j、k 上下移動，Enter 開啟，/ 搜尋。 | Keys: j and k move, Enter opens, / searches.
preferences     | 偏好 | 偏好 | Preferences
zone            | 时区 | 時區 | Time zone
save            | 保存 | 儲存 | Save
interface       | 界面语言 | 介面語言 | Language
not_found       | 没有这一页 | 沒有這一頁 | There is no such page
wrong           | 出错了 | 出錯了 | Something is wrong
go_home         | 回到头版 | 回到頭版 | To the front page
sign_in         | 需要访问口令 | 需要存取口令 | A token is needed
sign_in_help    | 请向架设这个阅读器的人索取口令。浏览器会记住它。 | 請向架設這個閱讀器的人索取口令。瀏覽器會記住它。 | Ask whoever runs this reader. The browser will remember it.
wrong_token     | 口令不对，请再试一次。 | 口令不對，請再試一次。 | That is not the token. Please try again.
token           | 口令 | 口令 | Token
enter           | 进入 | 進入 | Enter
version         | 版本 | 版本 | Version
edits           | 改动 | 改動 | Edits
changes         | 改了什么 | 改了什麼 | What changed
from_to         | 第 {old} 版 → 第 {new} 版 | 第 {old} 版 → 第 {new} 版 | revision {old} → {new}
to_article      | 文章 | 文章 | Article
edits_of_day    | 改过的报道 | 改過的報導 | Edited reports
all_edits       | 所有改动 | 所有改動 | All edits
edits_n         | {n} 处改动 | {n} 處改動 | {n} edits
no_edits        | 还没有看到任何改动。媒体改动文字时，broadsheet run 会把每一版都留下。 | 還沒有看到任何改動。媒體改動文字時，broadsheet run 會把每一版都留下。 | No edit has been seen yet. When an outlet changes a text, broadsheet run keeps every revision.
no_edits_found  | 没有符合的改动。减少条件试试。 | 沒有符合的改動。減少條件試試。 | No edit matches. Ask for less.
edited_times    | 发表后改过 {n} 次 | 發表後改過 {n} 次 | Edited {n} times since
see_changes     | 看改了什么 | 看改了什麼 | See what changed
see_history     | 看经过 | 看經過 | See its history
history_of      | 经过 | 經過 | History
seen_between    | 出现于 {after} 与 {seen} 之间 | 出現於 {after} 與 {seen} 之間 | Seen between {after} and {seen}
first_seen      | 首次看到：{seen} | 首次看到：{seen} | First seen {seen}
kept_fuller     | 收录了更完整的文字，媒体未改动 | 收錄了更完整的文字，媒體未改動 | A fuller text was kept; no edit by the outlet
was_answered    | 当时的回应 | 當時的回應 | What was answered
not_edited      | 没有看到改动。 | 沒有看到改動。 | No edit was seen.
no_difference   | 读者看到的文字和图片没有不同。 | 讀者看到的文字和圖片沒有不同。 | Nothing that a reader sees differs.
inline          | 逐字 | 逐字 | Inline
sides           | 左右对照 | 左右對照 | Side by side
view            | 显示方式 | 顯示方式 | View
compare         | 比较 | 比較 | Compare
compare_with    | 与哪一版比较 | 與哪一版比較 | with revision
old_side        | 旧：第 {n} 版 | 舊：第 {n} 版 | Before: revision {n}
new_side        | 新：第 {n} 版 | 新：第 {n} 版 | After: revision {n}
earlier_edit    | 上一次改动 | 上一次改動 | The edit before
later_edit      | 下一次改动 | 下一次改動 | The edit after
unchanged_n     | {n} 段未改 | {n} 段未改 | {n} unchanged paragraphs
mark_old        | 删去 | 刪去 | removed
mark_new        | 加入 | 加入 | added
mark_end        | 完 | 完 | end
legend_number   | 改动的数字 | 改動的數字 | changed number
block_added     | 新增的段落 | 新增的段落 | Paragraph added
block_removed   | 删去的段落 | 刪去的段落 | Paragraph removed
block_moved     | 移动的段落 | 移動的段落 | Paragraph moved
picture_added   | 新增的图片 | 新增的圖片 | Picture added
picture_removed | 撤去的图片 | 撤去的圖片 | Picture removed
not_kept        | 没有存下 | 沒有存下 | not kept
role_headline   | 标题 | 標題 | Headline
role_deck       | 副题 | 副題 | Deck
role_byline     | 署名 | 署名 | Byline
role_agency     | 通讯社 | 通訊社 | Agency
role_caption    | 图说 | 圖說 | Caption
by_class        | 改了什么 | 改了什麼 | What
by_day          | 按日 | 依日 | By day
subscribe_these | 订阅这些改动 | 訂閱這些改動 | Subscribe to these edits
remove_filter   | 取消 | 取消 | remove
edit_first      | 首版 | 首版 | first
edit_headline   | 标题 | 標題 | headline
edit_deck       | 副题 | 副題 | deck
edit_byline     | 署名 | 署名 | byline
edit_number     | 数字 | 數字 | number
edit_name       | 名称 | 名稱 | name
edit_quote      | 引语 | 引語 | quote
edit_negation   | 肯定与否定 | 肯定與否定 | negation
edit_date       | 日期 | 日期 | date
edit_correction | 更正 | 更正 | correction
edit_paragraph-added | 新增段落 | 新增段落 | paragraph added
edit_paragraph-removed | 删去段落 | 刪去段落 | paragraph removed
edit_rewrite    | 改写 | 改寫 | rewrite
edit_typo       | 错字 | 錯字 | typo
edit_picture    | 图片 | 圖片 | picture
edit_caption    | 图说 | 圖說 | caption
edit_vanished   | 页面消失 | 頁面消失 | page vanished
edit_back       | 页面恢复 | 頁面恢復 | page back
edit_body       | 正文 | 內文 | text
edit_fuller     | 更完整 | 更完整 | fuller text
edit_take-down  | 撤下 | 撤下 | taken down
edit_pictures   | 图片补存 | 圖片補存 | pictures kept later
edit_extracted again | 重新提取 | 重新擷取 | extracted again
about_opml      | 本站各媒体的订阅列表，可导入阅读器。 | 本站各媒體的訂閱清單，可匯入閱讀器。 | the feeds of all outlets here, for a feed reader.
hits_at_most    | 至多 {n} 条结果 | 至多 {n} 條結果 | up to {n} hits
searching       | 正在搜索…… | 正在搜尋…… | Searching …
search_failed   | 读不到索引文件，请重试。 | 讀不到索引檔，請重試。 | The index could not be read. Please try again.
search_needs_script | 在这个没有服务器的站点上，搜索需要 JavaScript；其余各页都不需要。可以按日期和媒体翻阅。 | 在這個沒有伺服器的網站上，搜尋需要 JavaScript；其餘各頁都不需要。可以依日期和媒體翻閱。 | On this site, which has no server, search needs JavaScript; nothing else does. Days and outlets can be leafed through.
no_such_field   | 这里不能按此条件搜索 | 這裡不能按此條件搜尋 | there is no such field here
no_such_date    | 日期要写成 2023-07-01、2023-07 或 2023 | 日期要寫成 2023-07-01、2023-07 或 2023 | write a day such as 2023-07-01, a month such as 2023-07 or a year
not_closed      | 引号或括号没有成对 | 引號或括號沒有成對 | a quote or parenthesis is not closed
too_little      | 没有可搜索的词 | 沒有可搜尋的詞 | there is no word in this to search for
no_prefix       | 这里不能用 * 搜索词的开头 | 這裡不能用 * 搜尋詞的開頭 | the beginning of a word (*) cannot be searched for here
not_found_site  | 这个地址没有页面，也许它的日子已不在本站。请从头版找起，或者搜索。 | 這個地址沒有頁面，也許它的日子已不在本站。請從頭版找起，或者搜尋。 | There is no page at this address; its day may no longer be on this site. Begin with the front page, or search.
offline_keep    | 离线保存最近 {n} 天 | 離線保存最近 {n} 天 | Keep the last {n} days offline
offline_kept    | 已离线保存 {n} 天 | 已離線保存 {n} 天 | {n} days are kept offline
offline_drop    | 删除 | 刪除 | Remove
offline_failed  | 没有全部保存，请重试。 | 沒有全部保存，請重試。 | Not everything could be kept. Please try again.
offline_stick   | 这些页面是从磁盘打开的，本来就在本机；浏览器不让从磁盘打开的页面另存离线副本。 | 這些頁面是從磁碟開啟的，本來就在本機；瀏覽器不讓從磁碟開啟的頁面另存離線副本。 | These pages were opened from a disk, so they are at hand already; a browser keeps no offline copy of such pages.
offline_insecure | 浏览器只为 https 站点保存离线副本。 | 瀏覽器只為 https 網站保存離線副本。 | A browser keeps pages offline only of a site reached by https.
kept_proof      | 收录于 {when}，摘要 | 收錄於 {when}，摘要 | Kept {when}, digest
"""  # noqa: E501


def _read_table() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for row in (_TABLE.strip() + STORY_TABLE.rstrip() + EDITION_TABLE.rstrip() + ALERT_TABLE.rstrip()).splitlines():
        key, *texts = (cell.strip() for cell in row.split("|"))
        for language, text in zip(LANGUAGES, texts, strict=True):
            table[language][key] = text
    return table


WORDS: Final[Mapping[str, Mapping[str, str]]] = _read_table()
"""Language -> key -> words; ``{n}`` stands for a number."""

_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                  "November", "December")  # fmt: skip
_CHINESE_WEEKDAYS: Final = "一二三四五六日"
_TRADITIONAL: Final = frozenset({"tw", "hk", "mo", "hant"})
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")


def say(language: str, key: str, **values: object) -> str:
    """The words for ``key``; KeyError if the table has none. One of a thing is one in English, too."""
    text = WORDS[language][key].format(**values)
    if language == "en" and values.get("n") in (1, "1"):
        text = _SINGULAR.get(text, text)
    return text


def say_class(language: str, name: str) -> str:
    """The words for a class of edits, or for whatever else made us keep a revision."""
    return WORDS[language].get(f"edit_{name}", name)


_SINGULAR: Final = {
    "1 articles": "1 article",
    "1 days": "1 day",
    "1 hours": "1 hour",
    "1 minutes": "1 minute",
    "1 revisions": "1 revision",
    "1 hits": "1 hit",
    "1 edits": "1 edit",
    "Edited 1 times since": "Edited once since",
    "1 unchanged paragraphs": "1 unchanged paragraph",
    "1 pictures were left out for their size.": "1 picture was left out for its size.",
    "1 further articles are not listed.": "1 further article is not listed.",
    "1 pictures are not kept; links stand in their places.": "1 picture is not kept; a link stands in its place.",
}


def day_words(day: date, language: str) -> str:
    """``2023年7月17日 星期一`` or ``Monday, 17 July 2023``."""
    if language == "en":
        return f"{_WEEKDAYS[day.weekday()]}, {day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日 星期{_CHINESE_WEEKDAYS[day.weekday()]}"


def period_words(period: str, language: str) -> str:
    """A year, month or day (``2023-07``) as a reader says it."""
    parts = [int(part) for part in period.split("-")] if period else []
    if len(parts) == 3:
        return day_words(date(*parts), language)
    if len(parts) == 2:
        return f"{_MONTHS[parts[1] - 1]} {parts[0]}" if language == "en" else f"{parts[0]}年{parts[1]}月"
    if len(parts) == 1:
        return str(parts[0]) if language == "en" else f"{parts[0]}年"
    return ""


def choose_language(wanted: str, fallback: str) -> str:
    """The interface language for an ``Accept-Language`` header (RFC 9110, 12.5.4); ``fallback`` if none fits."""
    ranked = []
    for place, part in enumerate(wanted[:1000].split(",")):
        tag, _, rest = part.strip().partition(";")
        found = re.fullmatch(r"\s*q=([01](?:\.[0-9]{0,3})?)\s*", rest)
        weight = float(found[1]) if found else (1.0 if not rest else 0.0)
        if weight > 0 and (language := find_language(tag)):
            ranked.append((-weight, place, language))
    return min(ranked)[2] if ranked else fallback


def find_language(tag: str) -> str | None:
    """Ours for a language tag: ``zh-TW`` -> ``zh-Hant``; None for languages we do not speak."""
    parts = tag.strip().lower().split("-")
    if parts[0] == "zh":
        return "zh-Hant" if _TRADITIONAL.intersection(parts[1:]) else "zh-Hans"
    return "en" if parts[0] == "en" else None


def language_tag(tag: str | None) -> str | None:
    """``tag`` where it has the form of a language tag (BCP 47), else None: what feeds claim may be anything."""
    return tag if tag and _TAG.fullmatch(tag) else None


def size_in_words(size: float) -> str:
    """Bytes as people say them: ``1.5 GB``."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
