"""The command that looks at articles again, as a person meets it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from broadsheet import app
from broadsheet.account import Account
from broadsheet.cli._print import account_line
from broadsheet.demo import Newsroom, config_toml, follow_newsroom
from broadsheet.formats.ledger import iter_lines, parse_round
from tests.test_cli_pages import call

pytestmark = pytest.mark.dated


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with Newsroom() as opened:
        yield opened


@pytest.fixture
def archive(tmp_path: Path, room: Newsroom) -> Path:
    """An archive of one outlet in its first round, polled once."""
    folder = tmp_path / "archive"
    app.init(folder)
    text = (folder / app.CONFIG).read_text("utf-8")
    text = follow_newsroom(text, room, outlets=False)
    tables = config_toml(room).split("[outlets.")
    [harbour] = [table for table in tables if table.startswith("harbour")]
    (folder / app.CONFIG).write_text(f"{text}\n[outlets.{harbour}", "utf-8")
    assert "kept 8" in call("run", archive=folder).output
    return folder


def told(archive: Path) -> dict[str, object]:
    """The newest line of account."""
    [file] = (archive / "ledger").glob("rounds-*.jsonl")
    return parse_round(list(iter_lines(file.read_bytes()))[-1][1])


def test_one_article_then_everything_is_looked_at_and_the_account_says_what_came_of_it(
    archive: Path, room: Newsroom
) -> None:
    [url] = [one.url for one in room.expected(2) if one.key == "harbour/7184003"]
    room.round = 2
    lines = call("look", url, archive=archive).output.splitlines()
    assert lines[0].endswith(": edited")
    assert lines[1:] == ["looked at 1 again = edited 1"]
    answer = json.loads(call("look", "--all", "--json", archive=archive).stdout)
    assert answer["looks"] == {"edited": 1, "missing": 1, "same": 6}
    assert len(answer["articles"]) == 8 and answer["complaints"] == []
    account = told(archive)
    assert (account["kind"], account["account"]) == ("look", {"looks": answer["looks"], "pictures": {"kept": 1}})


def test_what_cannot_be_looked_at_and_wrong_questions_are_answered(archive: Path) -> None:
    listed = json.loads(call("list", "--json", archive=archive).stdout)
    article = listed[0]["article"]
    call("take-down", article, "--why", "asked for", archive=archive)
    assert "no page to look at" in call("look", article, archive=archive).output
    assert "give either" in call("look", "harbour/1", "--all", archive=archive, code=2).output
    with pytest.raises(Exception, match="no outlet 'nowhere'"):
        call("look", "--outlet", "nowhere", archive=archive)


def test_a_line_of_account_says_what_was_looked_at() -> None:
    account = Account(listed=2, known=2, looks=Counter({"same": 3, "refused: paywall": 1}))
    assert account_line("all", account).endswith("failed 0; looked at 4 again = same 3 + refused: paywall 1")
    assert "looked" not in account_line("all", Account())
