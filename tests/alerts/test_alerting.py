"""An archive that tells of its troubles: runs, remotes, feeds and disk, with everything real but the time."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import html5lib
import pytest

from broadsheet.adapters.files import only_writer
from broadsheet.app import AlertReport, Alerts, Broadsheet, make_sources
from broadsheet.demo import Newsroom, follow_newsroom
from broadsheet.errors import EngineError
from broadsheet.model import FeedState
from broadsheet.render.assets import read_templates
from broadsheet.render.to_atom import to_atom
from broadsheet.render.to_html import HtmlRenderer, Look
from broadsheet.render.to_json import to_json
from broadsheet.render.to_markdown import to_markdown
from broadsheet.render.words import LANGUAGES
from broadsheet.services.pages import health_page, run_page
from broadsheet.views.page import HealthPage
from tests.alerts.hooks import Hooks, listening
from tests.git.machines import Machine, bare
from tests.test_cli import call, call_raw

NOW = datetime(2023, 12, 31, 23, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FEED = "https://voa.example/rss?key=7"
ATOM = "{http://www.w3.org/2005/Atom}"
HTML = HtmlRenderer(read_templates())
ASSETS = {name: f"/static/{name}" for name in ("css", "js", "icon", "offline", "search")}


@dataclass
class Desk:
    """An archive with a webhook, and a clock that goes as it is told."""

    root: Path
    hooks: Hooks
    now: datetime = NOW

    @contextmanager
    def open(self) -> Iterator[Broadsheet]:
        with Broadsheet.open(self.root, clock=lambda: self.now) as here:
            yield here

    def run(self, reason: str = "", **after: float) -> list[str]:
        """A run that takes a minute and ends for ``reason``."""
        self.now += timedelta(**after)
        with self.open() as here:
            began = self.now
            told = Alerts(here).begin_run()
            self.now += timedelta(minutes=1)
            return told + Alerts(here).end_run(began, reason)

    def look(self, **after: float) -> AlertReport:
        """A look without a run."""
        self.now += timedelta(**after)
        with self.open() as here:
            return Alerts(here).look()

    def page(self) -> HealthPage:
        with self.open() as here:
            return health_page(make_sources(here), ZoneInfo("UTC"))

    @property
    def subjects(self) -> list[str]:
        """What the webhook was told so far."""
        return [one.told["subject"] for one in self.hooks.calls if one.method == "POST"]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with listening(Hooks()) as hooks:
        (tmp_path / "a").mkdir()
        (tmp_path / "a" / "broadsheet.toml").write_text(
            f'name = "News"\n[alerts]\nevery = "1h"\nlink = "https://news.example/health"\n'
            f"[channels.phone]\nwebhook = '{hooks.url()}'\n[outlets.voa]\nname = 'The Voice'\nfeeds = ['{FEED}']\n",
            "utf-8",
        )
        yield Desk(tmp_path / "a", hooks)


# -- no run comes ------------------------------------------------------------------------------------------------------


def test_that_no_run_comes_is_told_once_and_so_is_its_end(desk: Desk) -> None:
    desk.run()
    desk.look(hours=3)
    assert desk.subjects == []
    desk.look(hours=1)
    for _ in range(5):
        desk.look(hours=1)
    desk.run(hours=1)
    desk.run(hours=1)
    first, second = (call.told for call in desk.hooks.calls)
    assert first["kind"] == "trouble" and second["kind"] == "recovered"
    assert first["subject"] == (
        "News: trouble: No run has come to a good end since 2023-12-31 23:01 UTC; one is expected every 1 hour"
    )
    assert first["link"] == "https://news.example/health"
    assert second["lines"] == ["Runs come to a good end again. From 2023-12-31 23:01 UTC until 2024-01-01 09:02 UTC."]
    assert first["key"] != second["key"]


def test_runs_that_fail_are_no_runs_and_why_is_told(desk: Desk) -> None:
    desk.run()
    for _ in range(5):
        desk.run("the disk is full", hours=1)
    (told,) = [call.told for call in desk.hooks.calls]
    assert told["lines"][0].endswith("The last one failed: the disk is full")


def test_a_lost_memory_knows_the_last_run_from_the_ledger(desk: Desk) -> None:
    with desk.open() as here, here.writing():
        here.archive.close_round("run", NOW, NOW, {})
        here.archive.close_round("import", NOW + DAY, NOW + DAY, {})
    desk.look(hours=2)
    assert desk.subjects == []
    desk.look(hours=2)
    assert "since 2023-12-31 23:00 UTC" in desk.subjects[0]


def test_three_languages_say_it(desk: Desk) -> None:
    config = desk.root / "broadsheet.toml"
    for language, words in (("zh-Hans", "自 .* 起没有成功的运行"), ("zh-Hant", "自 .* 起沒有成功的執行")):
        config.write_text(config.read_text("utf-8") + f'\n[reader]\nlanguage = "{language}"\n', "utf-8")
        desk.run()
        desk.look(hours=4)
        assert re.search(words, desk.subjects[-1])
        desk.run()
        config.write_text(config.read_text("utf-8").partition("\n[reader]")[0], "utf-8")


# -- what else is wrong ------------------------------------------------------------------------------------------------


def test_a_page_shows_what_is_wrong_and_a_feed_tells_of_it(desk: Desk) -> None:
    desk.run()
    desk.look(hours=4)
    page = desk.page()
    assert page.is_overdue and page.last_run == NOW + timedelta(minutes=1) and page.every_s == 3600
    (line,) = page.troubles
    for language in LANGUAGES:
        text = HTML.render(page, Look(language, ASSETS))
        html5lib.HTMLParser(strict=True).parse(text)
        assert f'id="trouble-{line.id}"' in text and 'data-last="2023-12-31T23:01:00Z"' in text
        assert "2023-12-31 23:01" in to_markdown(page, language)
    assert json.loads(to_json(page))["troubles"][0]["kind"] == "run"
    (entry,) = ET.fromstring(to_atom(page, "en")).findall(f"{ATOM}entry")
    begun = entry.findtext(f"{ATOM}id")
    desk.run(hours=1)
    after = desk.page()
    assert not after.is_overdue and not after.troubles and after.past[0].id == line.id
    over, same = ET.fromstring(to_atom(after, "en")).findall(f"{ATOM}entry")
    assert same.findtext(f"{ATOM}id") == begun and over.findtext(f"{ATOM}id") != begun
    assert (over.findtext(f"{ATOM}title") or "").startswith("well again: Runs come")


def test_a_page_knows_by_itself_that_a_run_is_overdue(desk: Desk) -> None:
    """Nobody may have been there to look; the entry is the one that a look would have made."""
    desk.run()
    desk.now += 4 * HOUR
    alone = desk.page()
    assert alone.is_overdue and len(alone.troubles) == 1
    desk.look()
    assert desk.page().troubles[0].id == alone.troubles[0].id


def test_the_published_page_says_when_it_ran_and_nothing_that_is_nobodys_business(desk: Desk) -> None:
    desk.run()
    desk.look(hours=4)
    with desk.open() as here:
        page = run_page(make_sources(here), ZoneInfo("UTC"))
    text = HTML.render(page, Look("en", ASSETS, is_static=True))
    assert "Last run 2023-12-31 23:01 UTC · expected every 1 hour" in text
    assert "voa.example" not in text and "No run has" not in text and not page.feeds and not page.troubles
    config = desk.root / "broadsheet.toml"
    config.write_text(config.read_text("utf-8") + "[archive]\nanonymous = true\n", "utf-8")
    with desk.open() as here:
        hidden = run_page(make_sources(here), ZoneInfo("UTC"))
    assert hidden.last_run == datetime(2023, 12, 31, tzinfo=UTC)
    assert "Last run 2023-12-31 ·" in HTML.render(hidden, Look("en", ASSETS, is_static=True))


def answered(desk: Desk, state: FeedState) -> None:
    """The feed's state after a poll."""
    with desk.open() as here:
        assert here.queue.lease(desk.now + 99 * DAY, 1, "w", 60.0)
        assert here.queue.done(state, "w")


def test_a_feed_that_fails_for_days_and_an_outlet_that_falls_silent(desk: Desk) -> None:
    desk.run()
    error = ("dns", f"{FEED}: the host has no address")
    answered(desk, FeedState(FEED, "voa", first_failure=NOW - 4 * DAY, last_polled=NOW, failures=9, last_error=error))
    desk.run()
    told = desk.hooks.calls[-1].told
    assert told["lines"] == [
        "https://voa.example/rss has failed since 2023-12-27 23:00 UTC. Why: the host has no address"
    ]
    recent = tuple(NOW - 8 * DAY - n * HOUR for n in range(9, -1, -1))
    answered(desk, FeedState(FEED, "voa", last_success=NOW, last_polled=NOW, recent=recent))
    desk.run()
    silent, answers = sorted(desk.subjects[-2:])
    assert silent.startswith("News: trouble: The Voice has published nothing since 2023-12-23 23:00 UTC")
    assert answers == "News: well again: https://voa.example/rss answers again"


def test_a_disk_that_fills_is_told_of_with_what_the_archive_grows_by(desk: Desk) -> None:
    config = desk.root / "broadsheet.toml"
    config.write_text(config.read_text("utf-8").replace('every = "1h"', f'every = "1h"\ndisk_free = {10**18}'), "utf-8")
    desk.run()
    assert re.search(r"The disk has [\d.]+ [MGT]B left, and at least 1000000.0 TB should be free", desk.subjects[0])
    config.write_text(config.read_text("utf-8").replace(f"disk_free = {10**18}", "disk_free = 0"), "utf-8")
    desk.run()
    assert "The disk has room again" in desk.subjects[1]


def test_a_remote_that_refuses_is_told_of_until_it_takes_the_mirror(tmp_path: Path) -> None:
    with listening(Hooks()) as hooks:
        remote = tmp_path / "there" / "news.git"
        one = Machine(tmp_path / "one", remote)
        config = one.root / "broadsheet.toml"
        config.write_text(f"{config.read_text('utf-8')}\n[channels.x]\nwebhook = '{hooks.url()}'\n", "utf-8")
        one.keep_numbers(1)
        for _ in range(3):
            assert one.publish().failed
            one.now += 4 * HOUR
            with one.open() as here:
                Alerts(here).look()
        (told,) = [call.told for call in hooks.calls]
        assert told["kind"] == "trouble" and "there is no repository there" in told["lines"][0]
        bare(remote)
        one.publish()
        with one.open() as here:
            Alerts(here).look()
        assert hooks.calls[-1].told["kind"] == "recovered" and "takes the mirror again" in hooks.calls[-1].told["text"]
        one.publish(remotes=[str(tmp_path / "nowhere.git")])
        one.now += DAY
        one.publish(remotes=[str(tmp_path / "nowhere.git")])
        with one.open() as here:
            assert Alerts(here).look().outlook.open == (), "one that was named for once is nobody's trouble"


# -- the telling -------------------------------------------------------------------------------------------------------


def test_what_did_not_arrive_waits_and_costs_no_run(desk: Desk) -> None:
    desk.hooks.status = 500
    desk.run()
    report = desk.look(hours=4)
    assert report.complaints == [
        "channel phone: 127.0.0.1: the server answered with status 500; it waits, and is tried again with the next run"
    ]
    assert desk.run(hours=1), "the run itself goes well, and says what did not arrive"
    desk.hooks.calls.clear()
    desk.hooks.status = 200
    desk.look(hours=1)
    assert [call.told["kind"] for call in desk.hooks.calls] == ["trouble", "recovered"]
    assert not desk.look(hours=1).delivered


def test_where_nothing_can_be_remembered_nothing_is_told_and_the_run_goes_on(desk: Desk) -> None:
    """What is remembered has a lock of its own, waited for; here somebody has it for ever."""
    desk.run()
    with pytest.MonkeyPatch.context() as patch, only_writer(desk.root / ".broadsheet" / "messages"):
        patch.setattr("broadsheet.app._messages._LOCK_S", 0.05)
        assert any(words.startswith("alerts: another broadsheet") for words in desk.run(hours=9))
        with pytest.raises(EngineError, match="another broadsheet"):
            desk.look()
    assert desk.subjects == []


def test_the_channels_that_are_named_are_told_and_no_others(desk: Desk) -> None:
    config = desk.root / "broadsheet.toml"
    text = config.read_text("utf-8").replace('every = "1h"', 'every = "1h"\nto = ["own"]')
    config.write_text(f"{text}\n[channels.own]\ncommand = ['sh', '-c', 'cat > own.json']\n", "utf-8")
    desk.run()
    desk.look(hours=4)
    assert desk.subjects == []
    assert json.loads((desk.root / "own.json").read_text("utf-8"))["kind"] == "trouble"


# -- from the command line ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def room() -> Iterator[Newsroom]:
    with Newsroom() as opened:
        yield opened


@pytest.fixture
def archive(tmp_path: Path, room: Newsroom) -> Path:
    folder = tmp_path / "archive"
    call("init", str(folder), "--name", "Quay")
    config = folder / "broadsheet.toml"
    config.write_text(follow_newsroom(config.read_text("utf-8"), room), "utf-8")
    return folder


def add(archive: Path, text: str) -> None:
    config = archive / "broadsheet.toml"
    config.write_text(f"{config.read_text('utf-8')}\n{text}\n", "utf-8")


@pytest.mark.dated
def test_a_run_pings_when_it_begins_and_when_it_ends(archive: Path, room: Newsroom) -> None:
    with listening(Hooks()) as hooks:
        add(archive, f"[channels.x]\nping = '{hooks.url('/p')}'")
        call("run", "--outlet", "harbour", "--limit", "1", archive=archive)
        assert hooks.paths == ["/p/start", "/p"]
        call("health", "--check", "--only", "run", "--every", "1h", archive=archive)
        with only_writer(archive / ".broadsheet"), pytest.raises(EngineError):
            call_raw("run", archive=archive)
        assert hooks.paths == ["/p/start", "/p"], "a second run at once is no failure"
        add(archive, "[mirror]\nremotes = ['/no/such/place.git']")
        config = archive / "broadsheet.toml"
        text = config.read_text("utf-8")
        config.write_text(text.replace("[mirror]\n", "", 1), "utf-8")
        call("run", "--publish", "--outlet", "harbour", "--limit", "1", archive=archive, code=1)
        assert hooks.paths[2:] == ["/p/start", "/p/fail"], "as the exit status has it"


@pytest.mark.dated
def test_what_is_wrong_is_listed_with_who_was_told(archive: Path) -> None:
    with listening(Hooks()) as hooks:
        assert "Nothing has run yet." in call("alerts", archive=archive).output
        assert "run: No run has come to a good end yet." in call("health", "--check", archive=archive, code=1).output
        add(archive, f"[channels.x]\nwebhook = '{hooks.url('/s3cret')}'\n[channels.y]\ncommand = ['false']")
        config = archive / "broadsheet.toml"
        text = config.read_text("utf-8").replace("[alerts]\n", f"[alerts]\ndisk_free = {10**18}\n", 1)
        config.write_text(text, "utf-8")
        said = call("alerts", "--send", archive=archive, code=1)
        assert "disk: The disk has" in said.stdout and "channel y: false: ended with status 1" in said.stderr
        listed = call("alerts", archive=archive).stdout
        assert re.search(r"sent .* UTC to x: Quay: 故障", listed) and "waits for y: Quay: 故障" in listed
        told = json.loads(call("alerts", "--json", archive=archive).stdout)
        assert [one["kind"] for one in told["troubles"]] == ["disk"] and told["messages"][0]["waiting"] == ["y"]
        assert "s3cret" not in listed + said.output + json.dumps(told)
        assert len(hooks.calls) == 1
        call("alerts", "--test", archive=archive, code=1)
        assert hooks.calls[-1].told["subject"] == "Quay: 测试消息"
        checked = json.loads(call("health", "--check", "--only", "disk", "--json", archive=archive, code=1).stdout)
        assert not checked["well"] and [one["kind"] for one in checked["troubles"]] == ["disk"]
        call("health", "--only", "disk", archive=archive, code=2)


@pytest.mark.dated
def test_doctor_says_what_a_channel_lacks(archive: Path, tmp_path: Path) -> None:
    def lacks() -> list[tuple[str, str]]:
        said = json.loads(call_raw_any("doctor", "--offline", "--json", archive=archive))
        return [(one["state"], one["sentence"]) for one in said["checks"] if one["name"] == "alerts"]

    assert lacks() == [("note", "nobody is told when it stops")]
    (tmp_path / "ping").write_text("https://ping.example/s3cret")
    (tmp_path / "ping").chmod(0o644)
    add(archive, f"[channels.x]\nwebhook = 'env:NO_SUCH_HOOK'\n[channels.p]\nping = 'file:{tmp_path}/ping'")
    found = [sentence for _, sentence in lacks()]
    assert any("NO_SUCH_HOOK is empty or not set" in one for one in found)
    assert any("can be read by others" in one for one in found)
    assert not any("s3cret" in one for one in found)


def call_raw_any(*arguments: str, archive: Path) -> str:
    from click.testing import CliRunner

    from broadsheet.cli import broadsheet

    return CliRunner().invoke(broadsheet, ["-C", str(archive), *arguments]).stdout
