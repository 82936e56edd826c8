"""history, diff and edits as a person meets them in a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

from broadsheet import app
from broadsheet.app import Broadsheet
from broadsheet.cli import broadsheet
from broadsheet.errors import BroadsheetError, NotFoundError, QueryError, SettingsError, find_meaning
from tests.web.conftest import NOW, keep_edits, make_draft

pytestmark = pytest.mark.dated


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with an article edited twice whose page went and came back, one never edited, one taken down."""
    root = tmp_path_factory.mktemp("edits") / "archive"
    app.init(root, name="试")
    with Broadsheet.open(root, clock=lambda: NOW) as here, here.writing():
        here.archive.keep_all([make_draft("1"), make_draft("300")])
        keep_edits(here)
        here.rebuild()
        here.take_down("harbour/300", "当事人要求")
    return root


def call(archive: Path, *arguments: str, columns: int = 80, **environment: str) -> Result:
    runner = CliRunner(env={"COLUMNS": str(columns), **environment})
    result = runner.invoke(broadsheet, ["-C", str(archive), *arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def refused(archive: Path, *arguments: str) -> BroadsheetError:
    error = CliRunner().invoke(broadsheet, ["-C", str(archive), *arguments]).exception
    assert isinstance(error, BroadsheetError)
    assert find_meaning(error).exit_code > 0
    return error


def test_a_history_tells_every_step(archive: Path) -> None:
    shown = call(archive, "history", "harbour/104").output
    for said in ("1  first", "2  headline, byline, number, quote, correction, paragraph added, picture",
                 "seen between 2026-03-01 11:10 and 11:20 UTC", "首日[-12人-]{+17人+}", "✗  page vanished", "HTTP 404",
                 "✓  page back", "broadsheet diff harbour/104 1 2", "Edited 2 times since"):  # fmt: skip
        assert said in shown
    assert shown == call(archive, "history", "https://harbour.example/a/104.html").output
    assert "taken down" in call(archive, "history", "harbour/300").output


def test_the_newest_difference_is_shown_word_for_word(archive: Path) -> None:
    shown = call(archive, "diff", "harbour/104").output
    assert "revision 2 → 3" in shown
    assert "载客[-17人-]{+12人+}" in call(archive, "diff", "harbour/104", "2", "1").output
    assert "[Paragraph removed]" in shown
    assert "[Paragraph moved]" in shown
    assert "[Picture removed] 渡轮靠岸" in shown
    assert "[-12人-]{+17人+}" in call(archive, "diff", "harbour/104", "1", "2").output
    assert "revision 3 → 1" in call(archive, "diff", "harbour/104", "3", "1").output
    assert "revision 1 → 3" in call(archive, "diff", "harbour/104", "1").output


def test_context_says_how_much_of_the_rest_is_shown(archive: Path) -> None:
    without = call(archive, "diff", "harbour/104", "1", "2", "--context", "0").output
    assert "… 3 unchanged paragraphs …" in without
    assert "票价不变" not in without
    whole = call(archive, "diff", "harbour/104", "1", "2", "--context", "99").output
    assert "unchanged" not in whole
    assert "票价不变" in whole


def test_edits_are_listed_by_outlet_class_and_day(archive: Path) -> None:
    shown = call(archive, "edits").output
    assert shown.index("page back") < shown.index("page vanished") < shown.index("paragraph removed")
    numbers = call(archive, "edits", "--class", "number,typo", "--class", "quote", "--outlet", "harbour").output
    assert numbers.count("seen between") == 1
    assert call(archive, "edits", "--limit", "1").output.count("seen between") == 1
    assert "No edit matches" in call(archive, "edits", "--before", "2026-03-01").output
    assert call(archive, "edits", "--after", "2026-03-01").output == shown


def test_scripts_get_the_same_as_the_readers_json(archive: Path) -> None:
    edits = json.loads(call(archive, "edits", "--json", "--class", "number").stdout)
    assert [(one["article"], one["revision"]) for one in edits] == [("beacon/667", 2), ("harbour/104", 2)]
    assert {piece["text"] for piece in edits[1]["excerpt"] if piece["is_number"]} >= {"12人", "17人"}
    assert json.loads(call(archive, "diff", "harbour/104", "--json").stdout)["kind"] == "changes"
    assert len(json.loads(call(archive, "history", "harbour/104", "--json").stdout)["lines"]) == 5


@pytest.mark.parametrize("columns", [40, 80, 300])
def test_no_line_is_wider_than_the_terminal(archive: Path, columns: int) -> None:
    for arguments in (("history", "harbour/104"), ("diff", "harbour/104"), ("edits",)):
        for row in call(archive, *arguments, columns=columns).output.splitlines():
            assert cell_len(row) <= min(columns, 101), row


def test_a_terminal_gets_colours_and_no_marks(archive: Path) -> None:
    shown = call(archive, "diff", "harbour/104", "2", "1", FORCE_COLOR="1", TERM="xterm-256color").output
    assert "\x1b[1;9;31m17人\x1b[0m\x1b[1;4;32m12人" in shown
    assert "{+" not in shown
    plain = call(archive, "diff", "harbour/104", "2", "1", FORCE_COLOR="1", NO_COLOR="1", TERM="xterm-256color").output
    assert "[-17人-]{+12人+}" in plain


def test_one_revision_is_no_error(archive: Path) -> None:
    assert "one revision" in call(archive, "diff", "harbour/1").output
    assert json.loads(call(archive, "diff", "harbour/1", "--json").stdout) is None
    assert "No edit was seen" in call(archive, "history", "harbour/1").output


@pytest.mark.parametrize(
    ("arguments", "kind", "said"),
    [
        (("diff", "harbour/none"), NotFoundError, "broadsheet list"),
        (("history", "harbour/none"), NotFoundError, "broadsheet list"),
        (("diff", "harbour/104", "1", "9"), NotFoundError, "revisions 1 to 3, not 9"),
        (("diff", "harbour/104", "2", "2"), QueryError, "not with itself"),
        (("diff", "harbour/104", "4"), NotFoundError, "revisions 1 to 3, not 4"),
        (("diff", "harbour/1", "2"), NotFoundError, "not 2"),
        (("diff", "harbour/300"), NotFoundError, "taken down"),
        (("edits", "--class", "taste"), QueryError, "class is one of headline, deck"),
        (("edits", "--outlet", "none"), QueryError, "outlet is one of beacon, harbour"),
        (("edits", "--after", "soon"), SettingsError, "--after"),
    ],
)
def test_what_cannot_be_shown_is_said(
    archive: Path, arguments: tuple[str, ...], kind: type[BroadsheetError], said: str
) -> None:
    error = refused(archive, *arguments)
    assert isinstance(error, kind)
    assert said in str(error)


def test_an_empty_archive_says_what_will_fill_it(tmp_path: Path) -> None:
    app.init(tmp_path / "new", name="新")
    assert "broadsheet run" in call(tmp_path / "new", "edits").output


@pytest.mark.parametrize("name", ["history", "diff", "edits"])
def test_help_has_examples(name: str) -> None:
    assert f"broadsheet {name}" in CliRunner().invoke(broadsheet, [name, "--help"]).output
