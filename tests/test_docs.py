"""The documentation is true: what it shows runs, what it names exists, what exists is named."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from benchmarks.__main__ import SHORT, find_names
from docs.generate import fields_table, reference

from broadsheet import errors
from broadsheet.addresses.urls import url_digest, url_key
from broadsheet.cli import broadsheet
from broadsheet.demo import Newsroom
from broadsheet.errors import BroadsheetError
from broadsheet.formats.document import format_document, parse_document
from broadsheet.formats.ledger import _REQUIRED, format_line
from broadsheet.model import Agency, Document, Revision
from broadsheet.settings import iter_reference
from tests.conftest import ROOT
from tests.test_layers import STOREY, STOREYS
from tests.transcripts import agrees, iter_blocks, iter_command_lines, iter_steps, play

DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
TRUE_SESSIONS = [DOCS / "tutorial.md", *sorted((DOCS / "howto").glob("*.md"))]


def _id(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


each_page = pytest.mark.parametrize("page", PAGES, ids=_id)


# -- what the pages show runs ------------------------------------------------------------------------------------


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Iterator[Newsroom]:
    monkeypatch.setenv("COLUMNS", "80")
    with Newsroom() as opened:
        yield opened


@pytest.mark.slow
@pytest.mark.dated
@pytest.mark.parametrize("page", TRUE_SESSIONS, ids=_id)
def test_sessions_print_what_the_page_says(page: Path, tmp_path: Path, room: Newsroom) -> None:
    text = page.read_text("utf-8")
    if re.search(r"^\$ git ", text, re.MULTILINE) and not shutil.which("git"):
        pytest.skip("git is not installed")
    complaints = play(text, tmp_path, room)
    assert not complaints, "\n\n".join(complaints)


def test_the_tutorial_and_most_howtos_hold_sessions() -> None:
    with_sessions = [page for page in TRUE_SESSIONS if "```console" in page.read_text("utf-8")]
    assert DOCS / "tutorial.md" in with_sessions and len(with_sessions) >= 4


@pytest.mark.parametrize(
    ("expected", "printed", "is_same"),
    [
        ("kept 3\n", "kept 3\n", True),
        ("kept 3\n", "kept 4\n", False),
        ("root …\n", "root 12ab (write it down)\n", True),
        ("…\nlast\n", "one\ntwo\nlast\n", True),
        ("…\nlast\n", "one\ntwo\n", False),
        ("2023-07-17  a/1   x\n", "2023-07-17 a/1 x\n", True),
        ("2023-07-17  a/1   x\n", "2023-07-18 a/1 x\n", False),
        ("(…)  a/1   x\n", "(2026-11-20) a/1 x\n", True),
        ("", "something\n", False),
    ],
)
def test_outputs_are_compared_strictly_enough(expected: str, printed: str, is_same: bool) -> None:
    assert agrees(expected, printed) is is_same


def test_a_session_falls_into_steps() -> None:
    steps = list(iter_steps("$ one\nprinted\n$ two\n"))
    assert [(step.command, step.expected) for step in steps] == [("one", "printed\n"), ("two", "")]


@pytest.mark.parametrize("page", [ROOT / "README.md", *TRUE_SESSIONS], ids=_id)
def test_every_command_line_parses(page: Path) -> None:
    for arguments in iter_command_lines(page.read_text("utf-8")):
        _parse(broadsheet, arguments)


def _parse(group: click.Group, arguments: list[str]) -> None:
    """Have click read a command line without running it; paths in it need not exist."""
    context = click.Context(group, info_name="broadsheet", **group.context_settings)
    opts, rest, _ = group.make_parser(context).parse_args(args=list(arguments))
    if not rest:
        assert opts
        return
    command = group.commands[rest[0]]
    if isinstance(command, click.Group):
        _parse(command, rest[1:])
        return
    context = click.Context(command, info_name=rest[0], parent=context)
    given, left, _ = command.make_parser(context).parse_args(args=rest[1:])
    assert not left, f"{rest}: too many words"
    for parameter in command.params:
        value = given.get(parameter.name or "")
        value = value if isinstance(value, str | tuple | list | int) else None  # click has a word of its own for none
        assert value is not None or not parameter.required, f"{rest}: {parameter.name} is missing"
        if value is not None and not isinstance(parameter.type, click.Path):
            parameter.type_cast_value(context, value)


# -- what exists is named ----------------------------------------------------------------------------------------


def test_the_reference_is_what_would_be_generated() -> None:
    assert (DOCS / "reference.md").read_text("utf-8") == reference(), "run ./run docs"


@pytest.mark.parametrize("name", sorted(broadsheet.commands))
def test_every_command_and_option_is_documented(name: str) -> None:
    page = (DOCS / "reference.md").read_text("utf-8")
    section = page.partition(f"\n### {name}\n")[2].partition("\n### ")[0]
    assert section
    for parameter in broadsheet.commands[name].params:
        if isinstance(parameter, click.Option):
            assert parameter.opts[0] in section and parameter.help, parameter.name
    assert f"`{name}`" in (ROOT / "README.md").read_text("utf-8")


def test_every_setting_and_error_is_documented() -> None:
    page = (DOCS / "reference.md").read_text("utf-8")
    for _, name, default, help_text in iter_reference():
        assert f"| `{name}` | `{default}` | {help_text} |" in page
    classes = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, BroadsheetError)]
    assert len(classes) > 5
    for cls in classes:
        assert f"| `{cls.__name__}` |" in page


# -- the format --------------------------------------------------------------------------------------------------

NOON = datetime(2023, 7, 17, 12, tzinfo=UTC)
FULL = Revision(
    article="voa/1", revision=1, path="articles/voa/2023/07/17-1.md", sha256="0" * 64, outlet="voa", url="u",
    canonical_url="u", published=NOON, published_from="feed", captured=NOON, why=("first",), feed="f", entry_id="e",
    capture_digest="c", capture_place="p", capture_parts=("c2",), unchanged_until=NOON,
    listed=NOON, updated=NOON, deck="k",
    byline="b", dateline="d", section="s",
    agency=Agency("AFP", "w"), language="zh", categories=("x",), pictures={"o": None}, extractor="x/1", reason="r",
    imported={"name": "n"}, found_as={"o": "p"},
)  # fmt: skip


def _table_rows(table: str) -> list[list[str]]:
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()]
    return rows[2:]


def test_the_format_names_every_field_of_a_ledger_line_and_no_other() -> None:
    rows = {name.strip("`"): required for name, _, required, _ in _table_rows(fields_table())}
    line = json.loads(format_line(FULL))
    assert rows.keys() == line.keys()
    bare = {name: getattr(FULL, name) for name in (*_REQUIRED, "prev")}
    empty = json.loads(format_line(Revision(**bare)))
    assert {name for name, required in rows.items() if required == "yes"} == empty.keys()


def _find_table(page: str, heading: str) -> list[list[str]]:
    lines = page.partition(heading)[2].splitlines()
    table = [heading]
    for line in lines:
        if not line.startswith("|") and len(table) > 1:
            break
        table.append(line)
    return [[cell.strip().removeprefix("`").removesuffix("`") for cell in line.strip("|").split(" | ")]
            for line in table[1:] if line.startswith("| `")]  # fmt: skip


def test_the_url_keys_in_the_format_are_what_the_program_computes() -> None:
    rows = _find_table((DOCS / "format.md").read_text("utf-8"), "| address | url key | digest |")
    assert len(rows) >= 7
    for url, key, digest in rows:
        assert (url_key(url), url_digest(url)) == (key, digest)


def test_the_headline_lines_in_the_format_are_what_the_program_writes_and_reads() -> None:
    rows = _find_table((DOCS / "format.md").read_text("utf-8"), "| headline | address | line |")
    assert len(rows) >= 4
    for headline, url, line in rows:
        content = format_document(Document(None, headline, url, "<p>x</p>"))
        assert content.decode().split("\n")[1] == line
        assert (parse_document(content).headline, parse_document(content).url) == (headline, url)


# -- the pages hold together -------------------------------------------------------------------------------------


@each_page
def test_relative_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"`[^`\n]*`", "", text)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{_id(page)} links to {target}"
        if anchor and there.suffix == ".md":
            assert anchor in _anchors(there), f"{_id(page)} links to {target}"


def _anchors(page: Path) -> set[str]:
    """The anchors of a page's headings as git hosts make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_architecture_names_every_package_on_its_storey() -> None:
    """Services stand in one row, in their own order."""
    page = (DOCS / "architecture.md").read_text("utf-8")
    rows = [row for row in page.splitlines() if re.match(r"\| \d ", row)]
    ground = STOREY["services.archive"]
    inner = sum(names.startswith("services.") for names in STOREYS) - 1
    places = {name: min(level, max(ground, level - inner)) for name, level in STOREY.items()}
    assert [name for name, row in places.items() if f"`{name.replace('.', '/')}`" not in rows[row]] == []
    order = [rows[ground].index(f"`{name.replace('.', '/')}`") for name in STOREY if name.startswith("services.")]
    assert order == sorted(order)


def test_the_benchmarks_that_all_runs_exist() -> None:
    assert SHORT.keys() <= set(find_names())


def test_the_changelog_has_a_place_for_what_comes() -> None:
    assert "\n## Unreleased\n" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_decisions_are_numbered_once_and_say_what_they_cost() -> None:
    pages = sorted((DOCS / "decisions").glob("*.md"))
    numbers = [page.name[:4] for page in pages]
    assert len(numbers) == len(set(numbers)) >= 3
    for page in pages:
        text = page.read_text("utf-8")
        assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", page.name), page.name
        assert text.startswith(f"# {page.name[:4]}"), f"{page.name} begins with its number"
        assert re.search(r"^(?:#+ |\*\*)Cost", text, re.MULTILINE), f"{page.name} says what the choice costs"


_FOREIGN = (f"{ROOT}/", f"{ROOT.parent}/" if len(ROOT.parts) > 3 else f"{ROOT}/", f"{Path.home()}/")
"""Where this checkout and this person's files are: of no concern to anybody else."""


def test_no_file_names_a_path_of_this_machine() -> None:
    folders = ("src", "docs", "benchmarks", ".ci")
    files = [*ROOT.glob("*.md"), ROOT / "run", ROOT / "pyproject.toml"]
    files += [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix != ".pyc"]
    for path in files:
        if path.is_file():
            text = path.read_text("utf-8", "replace")
            found = [word for word in _FOREIGN if word in text]
            assert not found, f"{_id(path)}: {found}"


def test_fenced_blocks_are_closed() -> None:
    for page in PAGES:
        fences = [line for line in page.read_text("utf-8").splitlines() if line.startswith("```")]
        assert len(fences) % 2 == 0, _id(page)
        assert len(list(iter_blocks(page.read_text("utf-8")))) == len(fences) // 2, _id(page)
