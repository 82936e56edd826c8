"""An archive asks a site on loopback: what its robots.txt refuses, through a proxy, and with a bound on traffic."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from broadsheet import app
from broadsheet.account import Account
from broadsheet.app import Broadsheet
from broadsheet.errors import SettingsError
from broadsheet.model import HoldingQuery, Revision
from tests.paintings import jpeg
from tests.proxying import PASSWORD, USER, socks_proxy
from tests.server import Reply, Route, Server
from tests.test_cli import call

WORDS = (
    "The ferry went out again on Saturday after a week in the harbour, and people had waited for two hours to board. "
)
PUBLISHED = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)


def page(number: int, picture: str) -> bytes:
    """A page with a whole article."""
    text = "".join(f"<p>Part {part} of day {number}. {WORDS * 3}</p>" for part in range(6))
    return (
        f"<html lang=en><head><title>Ferry, day {number}</title></head>"
        f"<body><article><h1>Ferry, day {number}</h1>{text}"
        f"<figure><img src='{picture}'><figcaption>The ferry</figcaption></figure></article></body></html>"
    ).encode()


def feed(server: Server, numbers: range) -> bytes:
    """A feed whose entries hold no more than a beginning."""
    entries = "".join(
        f"<item><title>Ferry, day {number}</title><link>{server.url(f'/a/{number}')}</link><guid>{number}</guid>"
        f"<pubDate>{format_datetime(PUBLISHED - timedelta(days=number))}</pubDate>"
        f"<description>Beginning of day {number} …</description></item>"
        for number in numbers
    )
    return f"<rss version='2.0'><channel><title>The Ferry</title>{entries}</channel></rss>".encode()


class Place:
    """A site and an archive that follows it."""

    def __init__(self, stack: ExitStack, folder: Path, articles: int = 3) -> None:
        self.routes: dict[str, Route] = {}
        self.server = stack.enter_context(Server(self.routes))
        self.folder = folder / "archive"
        self.routes["/feed"] = Reply(200, feed(self.server, range(articles)), [("Content-Type", "application/rss+xml")])
        for number in range(articles):
            picture = self.server.url(f"/p/{number}.jpg")
            self.routes[f"/a/{number}"] = Reply(200, page(number, picture), [("Content-Type", "text/html")])
            self.routes[f"/p/{number}.jpg"] = Reply(200, jpeg(64, 48 + number), [("Content-Type", "image/jpeg")])
        app.init(self.folder, name="Ferry")
        self.set()

    def set(self, *, fetch: str = "", outlet: str = "", archive: str = "") -> None:
        """Write the settings, with further lines."""
        text = f"""
            name = "Ferry"
            [archive]
            {archive}
            [fetch]
            private_networks = ["127.0.0.1/32"]
            host_spacing_s = 0.0
            {fetch}
            [outlets.ferry]
            name = "The Ferry"
            feeds = ["{self.server.url("/feed")}"]
            {outlet}
        """
        (self.folder / app.CONFIG).write_text("\n".join(line.strip() for line in text.splitlines()), "utf-8")

    def run(self, *, max_bytes: int | None = None) -> Account:
        """One round of everything."""
        total = Account()
        with Broadsheet.open(self.folder) as here, here.writing():
            for polled in here.run(everything=True, max_bytes=max_bytes):
                total.add(polled.account)
            if here.traffic_stop:
                total.complaints.append(here.traffic_stop)
        assert total.is_balanced
        return total

    def lines(self) -> list[Revision]:
        """Every ledger line."""
        with Broadsheet.open(self.folder) as here:
            return [line for holding in here.iter_holdings(HoldingQuery()) for line in here.iter_revisions(holding)]

    def everything(self) -> str:
        """All bytes of the archive but its settings, as text."""
        files = [path for path in self.folder.rglob("*") if path.is_file() and path.name != app.CONFIG]
        return "\n".join(f"{path} {path.read_bytes().decode('latin-1')}" for path in files)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Callable[..., Place]]:
    with ExitStack() as stack:
        yield lambda **options: Place(stack, tmp_path, **options)


# robots.txt


def test_a_refused_page_leaves_the_feeds_words_and_says_so(place: Callable[..., Place]) -> None:
    site = place()
    site.routes["/robots.txt"] = Reply(200, b"User-agent: *\nDisallow: /a/1\nDisallow: /p/2.jpg")
    account = site.run()
    assert (account.kept, account.pages["robots"], account.pictures["robots"]) == (3, 1, 1)
    assert not [sentence for sentence in account.complaints if "robots" in sentence]
    lines = {line.url: line for line in site.lines()}
    refused = lines[site.server.url("/a/1")]
    assert (refused.reason, refused.extractor.partition("/")[0]) == ("robots", "feed")
    whole = lines[site.server.url("/a/0")]
    assert whole.reason is None and all(whole.pictures.values())
    assert not any(lines[site.server.url("/a/2")].pictures.values())
    asked = site.server.paths()
    assert "/a/1" not in asked and "/p/2.jpg" not in asked
    with Broadsheet.open(site.folder) as here:
        text, _ = here.get_document(here.find_holding(site.server.url("/a/1")))
        assert "Beginning of day 1" in text.body


def test_looks_and_pictures_obey_too(place: Callable[..., Place]) -> None:
    site = place()
    site.run()
    site.server.log.clear()
    later = datetime.now(UTC) + timedelta(days=2)
    site.routes["/robots.txt"] = Reply(200, b"User-agent: *\nDisallow: /")
    with Broadsheet.open(site.folder, clock=lambda: later) as here, here.writing():
        for robots in (here.root / app.STATE / "robots").iterdir():
            robots.unlink()
        outcomes = {looked.outcome for looked in here.look(everything=True)}
    assert outcomes == {"refused: robots"}
    assert site.server.paths() == ["/robots.txt"]


def test_an_outlet_is_exempt_for_a_reason_that_health_shows(place: Callable[..., Place]) -> None:
    site = place()
    site.routes["/robots.txt"] = Reply(200, b"User-agent: *\nDisallow: /")
    site.set(outlet='robots = "ignore"\nrobots_reason = "allowed by mail on 1 May"')
    account = site.run()
    assert account.pages["robots"] == account.pictures["robots"] == 0
    assert account.kept == 3 and "/robots.txt" not in site.server.paths()
    told = " ".join(call("health", archive=site.folder).output.split())
    assert "robots.txt is ignored: allowed by mail on 1 May" in told
    [row] = json.loads(call("health", "--json", archive=site.folder).output)
    assert row["sentence"].endswith("; robots.txt is ignored: allowed by mail on 1 May")


def test_rules_that_cannot_be_had_are_waited_for(place: Callable[..., Place]) -> None:
    site = place(articles=1)
    site.routes["/robots.txt"] = Reply(503)
    account = site.run()
    assert account.kept == 0 and account.skipped["the page may come later"] == 1
    assert account.pages["robots unreachable"] == 1
    assert "/a/0" not in site.server.paths()


# Traffic


def test_a_run_stops_at_its_bound_and_the_next_goes_on(place: Callable[..., Place]) -> None:
    site = place(articles=40)
    site.routes["/p/0.jpg"] = Reply(200, jpeg(64, 48))
    whole = sum(len(route.body) for route in site.routes.values() if isinstance(route, Reply))
    most = whole // 3
    kept, stops = 0, 0
    for _ in range(20):
        site.server.log.clear()
        account = site.run(max_bytes=most)
        kept += account.kept
        stopped = [sentence for sentence in account.complaints if "bound on one run's traffic" in sentence]
        stops += bool(stopped)
        assert len(account.complaints) == len(stopped)
        if not stopped:
            break
        assert account.skipped["traffic cap"] or account.pictures["traffic cap"]
        assert account.kept or not account.skipped["traffic cap"]  # every run gets on
    assert stops >= 1 and kept == 40
    lines = site.lines()
    assert {line.extractor.partition("/")[0] for line in lines} == {"page"}
    pictured = [line for line in lines if all(line.pictures.values()) and "first" in line.why]
    assert len(pictured) >= 40 - 8 * stops  # pictures came before their document, but where a run could do nothing else


def test_no_feed_is_asked_past_the_bound(place: Callable[..., Place]) -> None:
    site = place()
    account = site.run(max_bytes=1)
    assert (account.kept, account.skipped["traffic cap"]) == (0, 3)
    assert site.server.paths() == ["/feed"]
    assert site.run().kept == 3


# Proxies


def test_an_archive_asks_through_its_proxy_and_keeps_no_word_of_it(
    place: Callable[..., Place], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = place()
    with socks_proxy(tmp_path, login=True) as proxy:
        address = f"socks5h://{USER}:{PASSWORD}@127.0.0.1:{proxy.port}"
        monkeypatch.setenv("FERRY_PROXY", address)
        secret = tmp_path / "proxy-address"
        secret.write_text(address + "\n", "utf-8")
        for stated in (f"file:{secret}", "env:FERRY_PROXY", address):
            site.set(fetch=f'proxy = "{stated}"')
            site.run()
        assert "127.0.0.1" in proxy.logged()
        health = call("health", archive=site.folder).output + call("health", "--json", archive=site.folder).output
    assert len(site.lines()) == 3
    kept = site.everything()
    assert PASSWORD not in kept + health and USER + ":" not in kept
    assert "WARC-IP-Address" not in kept


def test_a_proxy_that_fails_is_told_as_such_and_costs_no_feed_its_rhythm(place: Callable[..., Place]) -> None:
    site = place()
    site.set(fetch='proxy = "socks5h://me:secret-word@127.0.0.1:9"')
    for _ in range(4):
        account = site.run()
        assert "the proxy failed" in account.complaints[0] and "secret-word" not in account.complaints[0]
    with Broadsheet.open(site.folder) as here:
        [state] = here.queue.iter_states()
        assert state.failures == 0
        assert state.next_due and (state.next_due - datetime.now(UTC)) < timedelta(minutes=12)
        [(_, health)] = here.iter_health()
    assert "last proxy" in health.sentence and "secret-word" not in health.sentence
    assert site.server.log == []
    site.set(fetch='proxy = "socks5h://127.0.0.1:9"', outlet='proxy = "none"')
    assert site.run().kept == 3


def test_a_proxy_that_cannot_be_read_is_an_error_and_nothing_is_asked(
    place: Callable[..., Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    site = place()
    monkeypatch.delenv("FERRY_PROXY", raising=False)
    inside = site.folder / "proxy"
    inside.write_text("socks5h://me:secret-word@127.0.0.1:9", "utf-8")
    for stated, complaint in (
        ("env:FERRY_PROXY", "the environment variable FERRY_PROXY is empty or not set"),
        ("file:/no/such/file", "/no/such/file cannot be read"),
        (f"file:{inside}", "lies inside the archive"),
    ):
        site.set(fetch=f'proxy = "{stated}"')
        with pytest.raises(SettingsError, match=complaint) as caught:
            site.run()
        assert "secret-word" not in str(caught.value)
    assert site.server.log == []


def test_follow_shows_no_proxy(place: Callable[..., Place]) -> None:
    site = place()
    site.set(outlet='proxy = "none"')
    told = call("follow", site.server.url("/feed"), "--json", archive=site.folder).output
    assert "proxy" not in told
