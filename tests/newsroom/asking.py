"""How these tests visit the newsroom."""

from __future__ import annotations

import http.client
import re
import urllib.parse

from lxml import html

from broadsheet.demo import Expected, Newsroom


class Answer:
    """One answer of the newsroom: status, headers with lower-case names, body."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()


def ask(room: Newsroom, target: str, method: str = "GET", **headers: str) -> Answer:
    """Ask for an address of the newsroom, or for a path at its port; ``if_none_match`` becomes ``If-None-Match``."""
    connection = http.client.HTTPConnection("127.0.0.1", room.port, timeout=10)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        address = urllib.parse.urlsplit(target) if target.startswith("http") else None
        if address is not None:
            named["host"], target = address.netloc, address._replace(scheme="", netloc="").geturl() or "/"
        connection.request(method, target, headers=named)
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
