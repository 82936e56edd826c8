"""``broadsheet search`` as a person meets it."""

from __future__ import annotations

import json
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from broadsheet.app import Broadsheet
from broadsheet.cli import broadsheet
from broadsheet.errors import QueryError
from broadsheet.model import HoldingQuery

pytestmark = pytest.mark.dated

MIRROR = """<!--{ms}-->
[{headline}](https://www.voachinese.com/a/ferry/{number}.html)
------

<div><i>{date}</i></div><p>{text}</p><p><em>（此文依据了法新社的报道。）</em></p>
"""


def call(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(broadsheet, arguments, catch_exceptions=True)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An archive that took over thirteen articles about a ferry."""
    folder = tmp_path_factory.mktemp("search")
    old = folder / "old"
    old.mkdir()
    for number in range(1, 14):
        text = "港口的渡轮在周六复航，乘客说氣候很好。" if number < 13 else "煤炭价格上涨。"
        ms = 1_689_631_143_000 + number * 86_400_000
        document = MIRROR.format(
            ms=ms,
            date=formatdate(ms / 1000 - 93, usegmt=True),
            headline=f"渡轮复航{number}",
            number=7_184_660 + number,
            text=text,
        )
        (old / f"{1_045_747 - number}.md").write_text(document, "utf-8")
    call("init", str(folder / "archive"))
    call("-C", str(folder / "archive"), "import", str(old), "--outlet", "voa")
    return str(folder / "archive")


def search_json(archive: str, *arguments: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(call("-C", archive, "search", *arguments, "--json").output)
    return answer


def test_hits_are_listed_with_headline_date_article_and_snippet(archive: str) -> None:
    output = call("-C", archive, "search", "气候", "--limit", "2").output
    assert output.startswith("12 found\n")
    assert "渡轮复航" in output
    assert "乘客说氣候很好" in output
    assert "AFP" in output
    assert "more: the same with --page " in output


def test_json_has_all_of_a_hit(archive: str) -> None:
    answer = search_json(archive, "煤炭", "--facets")
    assert (answer["query"], answer["total"], answer["next"]) == ("煤炭", 1, None)
    [hit] = answer["hits"]
    assert hit["url"] == "https://www.voachinese.com/a/ferry/7184673.html"
    assert hit["path"].startswith("articles/voa/2023/07/")
    assert (hit["outlet"], hit["date"][:10], hit["headline"]) == ("voa", "2023-07-30", "渡轮复航13")
    [[start, end]] = hit["snippet_marks"]
    assert hit["snippet"][start:end] == "煤炭"
    assert answer["facets"]["outlet"] == {"voa": 1}


def test_newest_first_page_after_page(archive: str) -> None:
    first = search_json(archive, "渡轮", "--newest", "--limit", "8")
    second = search_json(archive, "渡轮", "--newest", "--limit", "8", "--page", first["next"])
    headlines = [hit["headline"] for hit in first["hits"] + second["hits"]]
    assert headlines == [f"渡轮复航{number}" for number in range(13, 0, -1)]
    assert second["next"] is None


def test_several_words_and_an_outlet(archive: str) -> None:
    assert search_json(archive, "渡轮", "煤炭")["total"] == 1
    assert search_json(archive, "渡轮", "OR", "煤炭", "--outlet", "voa", "--outlet", "rfi")["total"] == 13
    assert search_json(archive, "渡轮", "--outlet", "rfi")["total"] == 0


def test_nothing_found_is_said_kindly(archive: str) -> None:
    assert call("-C", archive, "search", "独角兽").output.startswith("nothing found")


def test_a_question_that_cannot_be_understood_is_marked(archive: str) -> None:
    with pytest.raises(QueryError) as caught:
        call("-C", archive, "search", '气候 "渡轮')
    assert str(caught.value).splitlines()[1:] == ['  气候 "渡轮', "       ^"]


def test_what_is_taken_down_is_found_no_more(archive: str, tmp_path: Path) -> None:
    call("init", str(tmp_path))
    with Broadsheet.open(Path(archive)) as here:
        [newest] = here.iter_holdings(HoldingQuery(limit=1))
        (tmp_path / "1.md").write_bytes(here.store.get(newest.path))
    folder = str(tmp_path)
    call("-C", folder, "import", str(tmp_path / "1.md"), "--outlet", "voa")
    assert search_json(folder, "煤炭")["total"] == 1
    call("-C", folder, "take-down", newest.article, "--why", "煤炭")
    assert search_json(folder, "煤炭")["total"] == 0
    call("-C", folder, "rebuild")
    assert search_json(folder, "煤炭")["total"] == 0
    assert search_json(folder, "outlet:voa")["total"] == 0


def test_a_process_that_only_reads_makes_nothing(archive: str) -> None:
    with Broadsheet.open(Path(archive), read_only=True) as here:
        assert here.search("渡轮", facets=True).total == 13
