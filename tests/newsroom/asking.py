"""How these tests visit the newsroom."""

from __future__ import annotations

import http.client
import re
import urllib.parse
from datetime import UTC, datetime

from lxml import html

from broadsheet.newsroom import (
    Expected,
    Newsroom,
)

NOW = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)


class Answer:
    """One answer of the newsroom: status, headers with lower-case names, body."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()


def ask(room: Newsroom, target: str, method: str = "GET", **headers: str) -> Answer:
    """Ask for a path or an address of the newsroom; ``if_none_match`` becomes ``If-None-Match``."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(room.url).netloc, timeout=10)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, target.removeprefix(room.url), headers=named)
        return Answer(connection.getresponse())
    finally:
        connection.close()


def by_key(room: Newsroom, round_number: int | None = None) -> dict[str, Expected]:
    return {article.key: article for article in room.expected(round_number)}


def with_trait(room: Newsroom, trait: str) -> list[Expected]:
    return [article for article in room.expected() if trait in article.traits]


def words(page: bytes, charset: str = "utf-8") -> str:
    """All text of a page, spaces made one."""
    tree = html.fromstring(page, parser=html.HTMLParser(encoding=charset, huge_tree=True))
    for element in tree.iter("script", "style"):
        element.text = ""
    return re.sub(r"\s+", " ", str(tree.text_content()))


def charset_of(article: Expected) -> str:
    if article.outlet == "northshore":
        return "gb18030"
    return "big5" if "big5-page" in article.traits else "utf-8"
