"""An anonymous archive: nothing it keeps tells when, where and by whom it was made, and everything still works."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.app import Broadsheet
from broadsheet.model import Capture, EditQuery, HoldingQuery, Revision
from broadsheet.policy.anonymity import anonymous_capture, anonymous_line, day_of, likely_instant
from broadsheet.render._moments import kept_moment, span_words
from broadsheet.services.archive import Archive
from broadsheet.services.archive.fixity import verify
from broadsheet.testing.store import MemoryStore
from tests.making import NOW, make_article, make_draft
from tests.server import Reply
from tests.test_asking import Place, page, place
from tests.test_cli import call

__all__ = ["place"]

TELLING = [
    ("Date", "Fri, 27 Nov 2026 09:41:17 GMT"), ("Age", "314159265"), ("ETag", '"for-you-only"'),
    ("Via", "1.1 edge-hkg7"),
    ("X-Served-By", "cache-hkg17921"), ("CF-Ray", "8a1b2c3d-HKG"), ("Set-Cookie", "visitor=4711"),
    ("X-Client-IP", "198.51.100.23"), ("Report-To", "https://report.example/?from=198.51.100.23"),
    ("Content-Type", "text/html"), ("Last-Modified", "Thu, 26 Nov 2026 08:00:00 GMT"),
]  # fmt: skip
OURS = ("captured", "unchanged_until", "began", "ended")


def ledger(site: Place) -> list[dict[str, object]]:
    """Every line of every ledger, rounds among them."""
    files = sorted((site.folder / "ledger").rglob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


def test_nothing_that_is_kept_tells_of_us(place: Callable[..., Place]) -> None:
    site = place()
    site.set(archive="anonymous = true")
    for number in range(3):
        site.routes[f"/a/{number}"] = Reply(200, page(number, site.server.url(f"/p/{number}.jpg")), TELLING)
    assert site.run().kept == 3
    instants = {str(line[name]) for line in ledger(site) for name in OURS if name in line}
    assert instants == {f"{datetime.now(UTC):%Y-%m-%d}T00:00:00Z"} or len(instants) == 2  # over midnight
    assert all(instant.endswith("T00:00:00Z") for instant in instants)
    captures = b"".join(gzip.decompress(file.read_bytes()) for file in (site.folder / "captures").rglob("*.gz"))
    warc = captures.decode("latin-1")
    for name, value in TELLING[:-2]:
        assert f"\r\n{name}:" not in warc and value not in warc, name
    assert "WARC-IP-Address" not in warc
    assert not re.search(r"WARC-Date: (?!\d{4}-\d\d-\d\dT00:00:00Z)", warc)
    assert "Last-Modified: Thu, 26 Nov 2026 08:00:00 GMT" in warc  # the outlet's own word
    assert "User-Agent: Broadsheet" not in warc
    agents = {seen.find("user-agent") for seen in site.server.log}
    assert len(agents) == 1 and "Broadsheet" not in str(agents)
    assert {line.published_from for line in site.lines()} == {"feed"}
    assert all(line.published.minute or line.published.hour or line.published.second for line in site.lines())
    assert "whole" in call("verify", archive=site.folder).output


def test_edits_are_still_seen_on_the_same_day(place: Callable[..., Place]) -> None:
    site = place(articles=1)
    site.set(archive="anonymous = true")
    site.run()
    changed = page(0, site.server.url("/p/0.jpg")).replace(b"two hours", b"nine hours")
    site.routes["/a/0"] = Reply(200, changed, [("Content-Type", "text/html")])
    later = datetime.now(UTC) + timedelta(minutes=45)
    with Broadsheet.open(site.folder, clock=lambda: later) as here, here.writing():
        [looked] = here.look()  # the first look is due half an hour after the article came, not after midnight
        assert looked.outcome == "edited"
        [edit] = here.index.iter_edits(EditQuery())
        assert edit.seen == day_of(edit.seen)
        before = list(here.iter_holdings(HoldingQuery()))
        here.rebuild()
        assert list(here.iter_holdings(HoldingQuery())) == before
    said = call("history", site.lines()[0].article, archive=site.folder).output
    assert "00:00" not in said


def test_a_take_down_is_of_a_day(place: Callable[..., Place]) -> None:
    site = place(articles=1)
    site.set(archive="anonymous = true")
    site.run()
    call("take-down", site.server.url("/a/0"), "--why", "asked for", archive=site.folder)
    assert {str(line[name])[10:] for line in ledger(site) for name in OURS if name in line} == {"T00:00:00Z"}
    captures = b"".join(gzip.decompress(file.read_bytes()) for file in (site.folder / "captures").rglob("*.gz"))
    assert not re.search(rb"WARC-Date: (?!\d{4}-\d\d-\d\dT00:00:00Z)", captures)


def test_what_was_kept_before_stays_as_it_is(place: Callable[..., Place]) -> None:
    site = place(articles=1)
    site.run()
    [before] = site.lines()
    site.set(archive="anonymous = true")
    site.run()
    assert site.lines() == [before]
    assert "whole" in call("verify", archive=site.folder).output


def test_an_unknown_time_of_publication_is_known_to_the_day() -> None:
    archive = Archive(MemoryStore(), anonymous=True)
    unknown = replace(make_article(1), published=None, published_from="capture")
    draft = replace(make_draft(unknown), captured=NOW.replace(hour=21, minute=41, second=7))
    [addition] = archive.keep_all([draft])
    [kept] = addition.kept
    assert kept.revision.published == kept.revision.captured == day_of(NOW)
    assert f"/{NOW:%Y/%m/%d}-" in kept.revision.path
    archive.close_round("run", NOW, NOW, {})
    assert verify(archive).is_whole


@given(st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.timezones()))
def test_a_day_is_the_day_and_stays_it(instant: datetime) -> None:
    day = day_of(instant)
    assert day_of(day) == day and timedelta() <= instant - day < timedelta(days=1)
    assert likely_instant(day, instant) == instant
    line = replace(_line(), captured=instant, unchanged_until=instant)
    changed = anonymous_line(line)
    assert (changed.captured, changed.unchanged_until, changed.published) == (day, day, line.published)
    assert anonymous_line(changed) == changed


def _line() -> Revision:
    [addition] = Archive(MemoryStore()).keep_all([make_draft(make_article(1))])
    return addition.kept[0].revision


def test_a_capture_keeps_its_body_and_how_to_read_it() -> None:
    capture = Capture(
        "https://news.example/1", "https://news.example/2", 200, tuple(TELLING), b"body", NOW.replace(second=9),
        wire=b"wire", address="198.51.100.7", elapsed_s=0.31, key="k",
        request_headers=(("User-Agent", "x"), ("If-None-Match", '"for-you-only"')),
    )  # fmt: skip
    kept = anonymous_capture(capture)
    assert (kept.body, kept.wire, kept.status, kept.final_url) == (b"body", b"wire", 200, "https://news.example/2")
    assert kept.headers == tuple(TELLING[-2:])
    assert kept.request_headers == (("User-Agent", "x"),)
    assert (kept.address, kept.elapsed_s, kept.captured) == (None, 0.0, day_of(NOW))


def test_a_day_is_told_as_a_day() -> None:
    day, next_day = datetime(2026, 11, 26, tzinfo=UTC), datetime(2026, 11, 27, tzinfo=UTC)
    assert kept_moment(day, ZoneInfo("Asia/Shanghai")) == "2026-11-26"
    assert kept_moment(day + timedelta(hours=1)) == "2026-11-26 01:00 UTC"
    assert span_words(day, next_day) == ("2026-11-26", "2026-11-27")
    assert span_words(day + timedelta(hours=3), next_day) == ("2026-11-26 03:00 UTC", "2026-11-27")


def test_commits_bear_no_name_and_no_hour(place: Callable[..., Place]) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed here")
    site = place(articles=1)
    site.set(archive="anonymous = true", fetch='[mirror]\nauthor_name = "Me Myself"\nauthor_email = "me@home.example"')
    site.run()
    call("publish", "git", archive=site.folder)
    told = subprocess.run(
        ["git", "log", "--all", "--format=%an %ae %cn %ce %aI %cI"],
        cwd=site.folder / "mirror.git", check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert told and "Me" not in told and "home.example" not in told
    assert all(line.count("T00:00:00") == 2 for line in told.splitlines())
