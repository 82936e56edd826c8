"""Which article is meant: one resolver for every command and every page."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner

from broadsheet.app import Broadsheet
from broadsheet.cli import broadsheet
from broadsheet.errors import NotFoundError, QueryError
from broadsheet.services.indexes.articles import rebuild
from broadsheet.services.indexes.finding import find_article
from broadsheet.testing.index import MemoryIndex
from broadsheet.web._exchange import Ask
from broadsheet.web._site import Site

URLS = {
    "https://www.voachinese.com/a/ferry-back/7184661.html": "渡轮复航，乘客等了两个小时",
    "https://www.voachinese.com/a/lighthouse/7185266.html": "灯塔重新亮起",
    "https://north.example/2023/07/lighthouse-lit/": "灯塔 重新亮起",
    "https://south.example/a?id=77&x=1": "早报",
    "https://south.example/a?id=78": "晚报",
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finding")
    (folder / "old").mkdir()
    for number, (url, headline) in enumerate(URLS.items()):
        text = f"<!--168963114{number}000-->\n[{headline}]({url})\n------\n\n<p>小城早晨下了雨，{number}。</p>\n"
        (folder / "old" / str(number)).write_text(text, "utf-8")
    result = CliRunner().invoke(broadsheet, ["import", str(folder / "old"), "--into", str(folder / "archive")])
    assert result.exit_code == 0, result.output
    return folder / "archive"


@pytest.mark.parametrize(
    ("question", "url"),
    [
        ("voa-chinese/7185266", "lighthouse/7185266.html"),
        ("7185266", "lighthouse/7185266.html"),
        (" 7184661 ", "ferry-back/7184661.html"),
        ("articles/voa-chinese/2023/07/17-7184661.md", "ferry-back/7184661.html"),
        ("http://voachinese.com/a/lighthouse/7185266.html?utm_source=x", "lighthouse/7185266.html"),
        ("7185266.html", "lighthouse/7185266.html"),
        ("a/lighthouse/7185266.html", "lighthouse/7185266.html"),
        ("voachinese.com/a/lighthouse/7185266", "lighthouse/7185266.html"),
        ("lighthouse-lit", "lighthouse-lit/"),
        ("07/lighthouse-lit/", "lighthouse-lit/"),
        ("id=78", "id=78"),
        ("渡轮复航，乘客等了两个小时", "ferry-back/7184661.html"),
        ("早报", "id=77&x=1"),
    ],
)
def test_a_number_an_end_of_an_address_or_a_headline_is_enough(archive: Path, question: str, url: str) -> None:
    with Broadsheet.open(archive) as here:
        memory = MemoryIndex()
        rebuild(here.archive, memory)
        for index in (here.index, memory):
            assert find_article(index, question).url.endswith(url)


@pytest.mark.parametrize("question", ["85266", "it", "渡轮", "", "?", "https://nowhere.example/1", "7184661.htm"])
def test_a_part_of_a_word_is_not_enough(archive: Path, question: str) -> None:
    with Broadsheet.open(archive) as here, pytest.raises(NotFoundError, match="no such article here"):
        find_article(here.index, question)


def test_several_are_listed(archive: Path) -> None:
    with Broadsheet.open(archive) as here, pytest.raises(QueryError) as error:
        find_article(here.index, "灯塔重新亮起")
    assert str(error.value).startswith("灯塔重新亮起: 2 articles have that; give the id of the one you mean:\n")
    assert "voa-chinese/7185266  2023-07-17" in str(error.value)


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/articles/7185266", "/articles/voa-chinese/7185266"),
        ("/articles/7185266.json", "/articles/voa-chinese/7185266.json"),
        ("/articles/渡轮复航，乘客等了两个小时", "/articles/voa-chinese/7184661"),
    ],
)
def test_pages_lead_to_the_article_that_is_meant(archive: Path, path: str, there: str) -> None:
    with Broadsheet.open(archive, read_only=True) as here:
        site = Site(here)
        try:
            reply = site.answer(Ask(path, headers={"host": "localhost"}))
            assert (reply.status, reply.find_header("location")) == (303, quote(there))
            assert site.answer(Ask(there, headers={"host": "localhost"})).status == 200
            assert site.answer(Ask("/articles/nothing", headers={"host": "localhost"})).status == 404
        finally:
            site.close()


@pytest.mark.parametrize("command", [("show",), ("history",), ("take-down", "--why", "asked for")])
def test_every_command_finds_it(archive: Path, tmp_path: Path, command: tuple[str, ...]) -> None:
    shutil.copytree(archive, tmp_path / "archive")
    name, *more = command
    result = CliRunner().invoke(broadsheet, ["-C", str(tmp_path / "archive"), name, "7184661", *more])
    assert result.exit_code == 0, result.exception
